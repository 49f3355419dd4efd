// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/announcement.h"

#include <QObject>
#include <QProcess>
#include <QTimer>

namespace apex::environment {

/// One `apex serve` child: started, waited for until its first line, ended with its stdin. Single use. Main
/// thread.
class BackendProcess final : public QObject {
    Q_OBJECT
public:
    BackendProcess(QString program, QString dataFolder, QObject* parent = nullptr);
    /// Ends the child: its stdin closes; if that does not help within 5 s it is terminated, then killed.
    ~BackendProcess() override;

    /// Starts the child; one of announced() and failed() follows, failed() after at most 15 s.
    void start();

Q_SIGNALS:
    void announced(const apex::environment::Announcement& announcement);
    /// The child did not come up; `exitedEarly` is true if it ran and ended by itself (another one may hold
    /// the lock).
    void failed(const apex::Error& error, bool exitedEarly);
    /// The child ended by itself after it was announced.
    void died(const apex::Error& error);

private:
    enum class Step { Idle, Starting, Running, Over };

    void readFirstLine();
    void collectErrors();
    void onError(QProcess::ProcessError error);
    void onFinished(int exitCode, QProcess::ExitStatus status);
    void giveUp(const Error& error, bool exitedEarly);
    [[nodiscard]] QString outcomeDetails(int exitCode, QProcess::ExitStatus status) const;

    QString m_program;
    QString m_dataFolder;
    QProcess m_process;
    QTimer m_deadline;
    QByteArray m_firstLine;
    QByteArray m_errorTail;
    Step m_step = Step::Idle;
};

} // namespace apex::environment
