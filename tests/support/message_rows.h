// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/transcript_model.h"

#include <QAbstractListModel>

#include <memory>
#include <vector>

namespace apex::test {

/// One message of a MessageRows model.
struct MessageRow {
    qint64 localId = 0;
    bool fromUser = false;
    QString text;
    session::AnswerKind kind = session::AnswerKind::Full;
    std::shared_ptr<const models::ReportDocument> report = nullptr;
};

/// Rows with the roles of a TranscriptModel that a test may change at any place, as merges and recordings do.
class MessageRows final : public QAbstractListModel {
public:
    void insert(int row, const std::vector<MessageRow>& added) {
        beginInsertRows({}, row, row + static_cast<int>(added.size()) - 1);
        m_rows.insert(m_rows.begin() + row, added.begin(), added.end());
        endInsertRows();
    }
    void remove(int row, int count) {
        beginRemoveRows({}, row, row + count - 1);
        m_rows.erase(m_rows.begin() + row, m_rows.begin() + row + count);
        endRemoveRows();
    }
    void setText(int row, const QString& text) {
        m_rows[static_cast<size_t>(row)].text = text;
        Q_EMIT dataChanged(index(row), index(row));
    }
    void setKind(int row, session::AnswerKind kind) {
        m_rows[static_cast<size_t>(row)].kind = kind;
        Q_EMIT dataChanged(index(row), index(row));
    }
    [[nodiscard]] const MessageRow& at(int row) const { return m_rows[static_cast<size_t>(row)]; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override {
        if (!index.isValid())
            return {};
        using models::TranscriptModel;
        const MessageRow& row = at(index.row());
        switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return row.text;
        case TranscriptModel::LocalIdRole:
            return row.localId;
        case TranscriptModel::SpeakerRole:
            return static_cast<int>(row.fromUser ? session::Speaker::User : session::Speaker::Agent);
        case TranscriptModel::SpeakerNameRole:
            return row.fromUser ? QStringLiteral("You") : QStringLiteral("Agent");
        case TranscriptModel::KindRole:
            return static_cast<int>(row.kind);
        case TranscriptModel::ReportDocumentRole:
            return QVariant::fromValue(row.report);
        case TranscriptModel::RunIdRole:
            return QStringLiteral("run-%1").arg(row.localId);
        default:
            return {};
        }
    }

private:
    std::vector<MessageRow> m_rows;
};

} // namespace apex::test
