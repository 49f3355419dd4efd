// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/report_document.h"
#include "models/timeline_model.h"
#include "session/conversation.h"

#include <QAbstractListModel>
#include <QElapsedTimer>
#include <QHash>
#include <QPointer>
#include <QTimer>

#include <memory>
#include <set>
#include <vector>

namespace apex::models {

/// The messages of one conversation as rows. Text changes reach views at most 30 times a second
/// (design.md 4.10).
///
/// Rows keep their identity over a merge with the server's list: views see inserted and removed rows, not a
/// reset, so a reader's place survives. Main thread.
class TranscriptModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        LocalIdRole = Qt::UserRole + 1, ///< qint64, stable
        SpeakerRole,                    ///< int of session::Speaker
        SpeakerNameRole,                ///< QString for people
        RevisionRole,                   ///< int, grows with each change of text
        DeliveryRole,                   ///< int of session::Delivery
        DeliveryTextRole,               ///< QString, empty when there is nothing to say
        KindRole,                       ///< int of session::AnswerKind
        BadgeRole,                      ///< QString, the kind of answer in words; empty for a full answer
        TimeRole,                       ///< QDateTime in local time, invalid if unknown
        RunIdRole,                      ///< QString
        AttachmentsRole,                ///< QStringList of file names
        ReportRole,                     ///< QByteArray, JSON text; may be empty
        ErrorRole,                      ///< QString, sentences; empty if nothing failed
        ReportDocumentRole,             ///< std::shared_ptr<const ReportDocument>, null where there is none
        FrameRole,    ///< FrameRef of the frame that ended an answer's run; frame -1 for none
        CanRetryRole, ///< bool: a message of ours that was not sent
    };

    explicit TranscriptModel(QObject* parent = nullptr);

    /// Shows another conversation; nullptr shows none. Not owned; may be destroyed first.
    void setConversation(session::Conversation* conversation);
    [[nodiscard]] session::Conversation* conversation() const { return m_conversation; }
    /// Row of a message by its local id, -1 if there is none.
    [[nodiscard]] int rowOf(qint64 localId) const;
    /// First row that belongs to a run, -1 if there is none.
    [[nodiscard]] int rowOfRun(const RunId& run) const;
    /// Hands collected text changes to the views now.
    void flush();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    /// Display is the text (Markdown for agents); AccessibleText is the row as a sentence.
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

private:
    void connectConversation();
    void onAppended(int index);
    void onChanged(int index);
    void onConversationGone();
    void reconcile();
    [[nodiscard]] std::vector<qint64> currentIds() const;
    [[nodiscard]] const session::Message* messageAt(int row) const;
    [[nodiscard]] QVariant stateData(const session::Message& message, int role) const;
    [[nodiscard]] std::shared_ptr<const ReportDocument> reportOf(const session::Message& message) const;
    [[nodiscard]] FrameRef frameOf(const session::Message& message) const;
    [[nodiscard]] QString agentName(const session::Message& message) const;
    [[nodiscard]] QString speakerName(const session::Message& message) const;
    [[nodiscard]] QString sentence(const session::Message& message) const;

    QPointer<session::Conversation> m_conversation;
    std::vector<qint64> m_ids;
    std::set<int> m_dirty;
    QTimer m_flushTimer;
    QElapsedTimer m_sinceFlush;
    struct ReadReport {
        protocol::JsonText json;
        std::shared_ptr<const ReportDocument> document;
    };
    mutable QHash<qint64, ReadReport> m_reports; ///< of the rows looked at last
};

} // namespace apex::models

Q_DECLARE_METATYPE(std::shared_ptr<const apex::models::ReportDocument>)
