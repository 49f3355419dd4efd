// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "protocol/event.h"
#include "runs/ledger.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace apex::session {

/// Who speaks in a row of the transcript.
enum class Speaker : quint8 { User, Agent, Notice };

/// Where a message of ours stands.
enum class Delivery : quint8 { None, Queued, Uploading, Sending, Sent, Failed };

/// What kind of answer it is; shown as a badge in words.
enum class AnswerKind : quint8 { Full, Partial, Guidance, Fallback, InProgress, NotClosed, Failed, Stopped };

/// One row of the transcript.
struct Message {
    qint64 localId = 0; ///< stable for the lifetime of the conversation, never reused
    MessageId id;       ///< the server's id; empty until known
    RunId run;          ///< the run this message started or answers
    QString text;       ///< Markdown for agents, plain text for the user
    std::optional<WallTime> at;
    QStringList attachments;              ///< file names
    protocol::JsonText report;            ///< structured report; may be empty
    std::shared_ptr<const Error> failure; ///< why it failed; null for most: a thread may have 100,000
    Speaker speaker = Speaker::User;
    Delivery delivery = Delivery::None;
    AnswerKind kind = AnswerKind::Full;
    bool cutByServer = false;
    bool recovered = false; ///< read from the server's store because its live end was missed
    int revision = 0;       ///< grows with each change of text

    /// Why it failed; `happened` is empty where nothing did.
    [[nodiscard]] const Error& error() const;
    /// Takes the reason, or none if its `happened` is empty.
    void setError(const Error& error);
};

/// One thread: its messages and its runs, fed by frames, history or a recording alike. No network here. Main
/// thread.
class Conversation final : public QObject {
    Q_OBJECT
public:
    explicit Conversation(ThreadId thread, runs::LedgerOptions options = {}, QObject* parent = nullptr);
    ~Conversation() override;

    [[nodiscard]] const ThreadId& thread() const;
    [[nodiscard]] const QString& title() const;
    [[nodiscard]] const std::vector<Message>& messages() const;
    [[nodiscard]] const runs::Ledger& ledger() const;
    /// Index of the newest run, -1 if there is none.
    [[nodiscard]] int latestRun() const;
    /// True while a run of this thread is open.
    [[nodiscard]] bool isRunning() const;

    void setTitle(const QString& title);
    void setThread(const ThreadId& thread);
    /// Replaces stored messages by the server's list, keeping rows that are newer or not stored (merge by id
    /// and run).
    void mergeHistory(const std::vector<protocol::StoredMessage>& stored);
    /// Appends a message of the user; returns its localId.
    qint64 appendPrompt(const QString& text, const QStringList& attachments, const RunId& run,
                        Delivery delivery, WallTime at);
    void setDelivery(qint64 localId, Delivery delivery, const Error& error = {});
    /// Gives a prompt that is tried again the id of its new run.
    void setRun(qint64 localId, const RunId& run);
    /// Notes that the prompt left for the server (waiting time counts from here).
    void promptSent(qint64 localId, const RunId& run, const protocol::Receipt& receipt);
    /// Between these two, frames of the past are fed: no row signals, rows go to their run's place, one
    /// messagesReset at the end. Frames kept by an earlier process are followed by endOfInput().
    void beginReplay();
    void endReplay();
    /// The prompt row of a run, nullptr if there is none; valid until the next change.
    [[nodiscard]] const Message* promptOf(const RunId& run) const;
    [[nodiscard]] const Message* message(qint64 localId) const;
    /// Appends a row that is neither a prompt nor an answer ("the server answered with an error"); returns
    /// its localId.
    qint64 appendNotice(const QString& text, const Error& error, WallTime at);
    /// Feeds one event of this thread.
    void apply(const protocol::Event& event, const protocol::Receipt& receipt);
    void stopRequested(const RunId& run, const protocol::Receipt& receipt);
    void linkGap(const protocol::Receipt& lost, const protocol::Receipt& restored);
    /// The source ended: open runs are closed without an outcome.
    void endOfInput(MonoTime at);

Q_SIGNALS:
    void titleChanged();
    void threadChanged();
    void messagesReset();
    void messageAppended(int index);
    void messageChanged(int index);
    /// A run was added or changed; indices into ledger().runs()[run].steps.
    void runChanged(const apex::runs::Change& change);

private:
    struct Private;

    qint64 insertRow(Message row, int index);
    void rowChanged(int index);
    void tellReset();
    void adoptRun(int prompt, int run);
    void markAccepted(const runs::Run& run);
    void refreshAnswer(int runIndex, bool cut, WallTime at);
    void answerGrew(int runIndex, WallTime at);
    void showServerError(const protocol::ServerError& error, int waiting, const protocol::Receipt& receipt);
    void publish(const runs::Change& change);

    std::unique_ptr<Private> m_private;
};

} // namespace apex::session
