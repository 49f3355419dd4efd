// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/backend_process.h"

#include "base/logging.h"
#include "base/redactor.h"

#include <utility>

namespace apex::environment {

namespace {

constexpr auto startDeadline = std::chrono::seconds(15);
constexpr qsizetype maxFirstLine = 16 * 1024;
constexpr qsizetype maxErrorTail = 4 * 1024;

} // namespace

BackendProcess::BackendProcess(QString program, QString dataFolder, QObject* parent)
    : QObject(parent), m_program(std::move(program)), m_dataFolder(std::move(dataFolder)) {
    m_deadline.setSingleShot(true);
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &BackendProcess::readFirstLine);
    connect(&m_process, &QProcess::readyReadStandardError, this, &BackendProcess::collectErrors);
    connect(&m_process, &QProcess::errorOccurred, this, &BackendProcess::onError);
    connect(&m_process, &QProcess::finished, this, &BackendProcess::onFinished);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        giveUp(makeError(ErrorKind::Timeout, tr("The local backend did not start within 15 seconds."),
                         tr("Try again. If it happens again, restart the computer."),
                         QString::fromUtf8(m_errorTail)),
               false);
    });
}

BackendProcess::~BackendProcess() {
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.closeWriteChannel();
    if (m_process.waitForFinished(5000))
        return;
    qCWarning(logBackend) << "the local backend did not end with its stdin; terminating it";
    m_process.terminate();
    if (m_process.waitForFinished(2000))
        return;
    m_process.kill();
    m_process.waitForFinished(1000);
}

void BackendProcess::start() {
    m_step = Step::Starting;
    m_deadline.start(startDeadline);
    m_process.start(m_program, {QStringLiteral("serve"), QStringLiteral("--announce"),
                                QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--data"),
                                m_dataFolder, QStringLiteral("--exit-with-stdin")});
}

void BackendProcess::readFirstLine() {
    const QByteArray bytes = m_process.readAllStandardOutput();
    if (m_step != Step::Starting)
        return;
    m_firstLine += bytes;
    const qsizetype end = m_firstLine.indexOf('\n');
    if (end < 0 && m_firstLine.size() <= maxFirstLine)
        return;
    const QByteArray line = std::exchange(m_firstLine, {}).left(end);
    // Perhaps another backend took the folder in the same moment; whoever asked may join that one.
    if (const auto refusal = parseRefusal(line)) {
        giveUp(*refusal, true);
        return;
    }
    auto announcement = parseAnnouncement(line, m_program);
    if (!announcement) {
        giveUp(announcement.error(), false);
        return;
    }
    m_step = Step::Running;
    m_deadline.stop();
    Q_EMIT announced(*announcement);
}

void BackendProcess::collectErrors() {
    m_errorTail += m_process.readAllStandardError();
    m_errorTail = m_errorTail.right(maxErrorTail);
}

void BackendProcess::onError(QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart || m_step != Step::Starting)
        return;
    giveUp(makeError(
               ErrorKind::Configuration, tr("The local backend could not be started."),
               tr("The program %1 is missing or may not be run. Install the package again.").arg(m_program),
               m_process.errorString()),
           false);
}

void BackendProcess::onFinished(int exitCode, QProcess::ExitStatus status) {
    collectErrors();
    const QString details = outcomeDetails(exitCode, status);
    if (m_step == Step::Starting) {
        giveUp(makeError(ErrorKind::Unavailable, tr("The local backend ended before it was ready."),
                         tr("Try again. The details hold what it said last."), details),
               true);
        return;
    }
    if (m_step != Step::Running)
        return;
    m_step = Step::Over;
    Error error = makeError(ErrorKind::Unavailable, tr("The local backend ended unexpectedly."),
                            tr("It is started again by itself."), details);
    error.kept = tr("What was stored before is kept.");
    Q_EMIT died(error);
}

void BackendProcess::giveUp(const Error& error, bool exitedEarly) {
    m_step = Step::Over;
    m_deadline.stop();
    if (m_process.state() != QProcess::NotRunning)
        m_process.kill();
    Q_EMIT failed(error, exitedEarly);
}

QString BackendProcess::outcomeDetails(int exitCode, QProcess::ExitStatus status) const {
    const QString end = status == QProcess::CrashExit ? QStringLiteral("crashed")
                                                      : QStringLiteral("exit code %1").arg(exitCode);
    return end + QStringLiteral("; last output: ") + redact(QString::fromUtf8(m_errorTail)).trimmed();
}

} // namespace apex::environment
