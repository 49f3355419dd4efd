// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/interruption.h"
#include "inspection/recording_writer.h"
#include "session/account_session.h"

#include <QFile>
#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <memory>

namespace apex::cli {

inline const QString askSchema = QStringLiteral("apex/ask/1");

/// What to ask and how long to wait.
struct AskOptions {
    QString text;
    QStringList files;
    ThreadId thread;  ///< empty: a new thread
    QString recordTo; ///< empty: do not record
    std::chrono::seconds timeout{300};
    bool json = false;
    QString reportTo;            ///< empty: the report is not saved
    protocol::ColumnMap columns; ///< what the person says the columns of the files are
};

/// Sends one message through a session, waits for the end of its run and leaves the event loop with an
/// ExitCode.
class AskRun final : public QObject {
    Q_OBJECT
public:
    AskRun(session::AccountSession& session, AskOptions options);
    ~AskRun() override;

    /// Starts the session; the rest follows from its signals.
    void begin();

private:
    [[nodiscard]] bool startRecording();
    void record(const connection::Frame& frame);
    void recordLink(const QString& name, const QByteArray& facts, const protocol::Receipt& receipt);
    void recordingFailed(const Error& error);
    void showNotice(const QString& key, const Error& error);
    void signInChanged();
    void linkChanged();
    void send();
    void sendMessage();
    void unknownThread(const Error& cause);
    void showUpload(const session::Conversation* conversation, qint64 localId, qsizetype done,
                    qsizetype total);
    void look();
    void waitedTooLong();
    void noWayToTheServer();
    void interrupted();
    [[nodiscard]] bool hasLeft() const;
    void stopWaiting(const Error& why);
    void finish(const runs::Run& run);
    [[nodiscard]] bool saveReport(const runs::Run& run) const;
    [[nodiscard]] int judge(const runs::Run& run) const;
    void finishWithError(const Error& error);
    void end(int code);
    [[nodiscard]] const session::Message* prompt() const;
    [[nodiscard]] const runs::Run* run() const;
    [[nodiscard]] QJsonObject document() const;

    session::AccountSession& m_session;
    AskOptions m_options;
    session::Conversation* m_conversation = nullptr;
    qint64 m_promptId = -1;
    Interruption m_interruption;
    bool m_stopAsked = false;
    QTimer m_timeout;
    QTimer m_linkPatience;
    QFile m_recordFile;
    std::unique_ptr<inspection::RecordingWriter> m_recorder;
    Error m_recordingError; ///< empty `happened`: none
    Error m_why;            ///< why the waiting was given up; empty `happened`: it was not
    QString m_shownLinkError;
    MonoTime m_began{};
    MonoTime m_uploadShown{}; ///< when it was last said how many files have left
    std::optional<MonoTime> m_readyAt;
    bool m_over = false;
};

} // namespace apex::cli
