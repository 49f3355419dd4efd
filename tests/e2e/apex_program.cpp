// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/apex_program.h"

#include <QEventLoop>
#include <QFileInfo>
#include <QJsonDocument>
#include <QTimer>
#include <QUrl>

#include <csignal>

namespace apex::test {

namespace {

/// Waits with an event loop, so that the person's network requests go on meanwhile.
bool waitUntil(QProcess& process, int timeoutMs, const std::function<bool()>& done) {
    QEventLoop loop;
    QTimer timeout;
    timeout.setSingleShot(true);
    QObject::connect(&timeout, &QTimer::timeout, &loop, &QEventLoop::quit);
    const auto look = [&] {
        if (done() || process.state() == QProcess::NotRunning)
            loop.quit();
    };
    QObject::connect(&process, &QProcess::readyReadStandardOutput, &loop, look);
    QObject::connect(&process, &QProcess::finished, &loop, look);
    timeout.start(timeoutMs);
    if (!done() && process.state() != QProcess::NotRunning)
        loop.exec();
    return done();
}

void end(QProcess& process) {
    process.terminate();
    if (!process.waitForFinished(5000)) {
        process.kill();
        process.waitForFinished(5000);
    }
}

QUrl addressIn(const QByteArray& text) {
    for (const QByteArray& line : text.split('\n')) {
        if (line.trimmed().startsWith("http://") || line.trimmed().startsWith("https://"))
            return QUrl::fromEncoded(line.trimmed());
    }
    return {};
}

} // namespace

QJsonObject ProgramResult::json() const {
    return QJsonDocument::fromJson(out).object();
}

ApexProgram::ApexProgram() = default;

ApexProgram::~ApexProgram() {
    stopServer();
}

QString ApexProgram::binary(const QString& name) {
    return QStringLiteral(APEX_BIN_DIR "/") + name;
}

QProcessEnvironment ApexProgram::environment() const {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("APEX_HOME"), m_home.path());
    for (auto it = m_variables.begin(); it != m_variables.end(); ++it)
        environment.insert(it.key(), it.value());
    return environment;
}

ProgramResult ApexProgram::run(const QStringList& arguments, const QByteArray& input, int timeoutMs) const {
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start(binary(), arguments);
    process.write(input);
    process.closeWriteChannel();
    waitUntil(process, timeoutMs, [] { return false; });
    if (process.state() != QProcess::NotRunning) {
        process.kill();
        process.waitForFinished(5000);
        return {-1, process.readAllStandardOutput(),
                process.readAllStandardError() + "\n(killed: no end in time)"};
    }
    const bool normal = process.exitStatus() == QProcess::NormalExit;
    return {normal ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

std::unique_ptr<QProcess> ApexProgram::start(const QStringList& arguments) const {
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(environment());
    process->setChildProcessModifier([] { std::signal(SIGINT, SIG_DFL); });
    process->start(binary(), arguments);
    process->closeWriteChannel();
    return process;
}

ProgramResult ApexProgram::runShell(const QString& line) const {
    QProcess process;
    QProcessEnvironment variables = environment();
    variables.insert(QStringLiteral("APEX"), binary());
    process.setProcessEnvironment(variables);
    process.start(QStringLiteral("bash"), {QStringLiteral("-c"), line});
    process.closeWriteChannel();
    waitUntil(process, 30'000, [] { return false; });
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

ProgramResult ApexProgram::signIn(const std::function<void(const QUrl&)>& person,
                                  const QString& environmentName, const QStringList& options) const {
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start(binary(),
                  QStringList{QStringLiteral("sign-in"), QStringLiteral("--environment"), environmentName} +
                      options);
    process.closeWriteChannel();
    QByteArray out;
    waitUntil(process, 30'000, [&] {
        out += process.readAllStandardOutput();
        return !addressIn(out).isEmpty();
    });
    if (const QUrl address = addressIn(out); !address.isEmpty())
        person(address);
    waitUntil(process, 30'000, [] { return false; });
    if (process.state() != QProcess::NotRunning) {
        process.kill();
        process.waitForFinished(5000);
        return {-1, {}, process.readAllStandardError()};
    }
    out += process.readAllStandardOutput();
    return {process.exitCode(), out, process.readAllStandardError()};
}

QJsonObject ApexProgram::startServer(const QStringList& options) {
    m_server = std::make_unique<QProcess>();
    m_server->setProcessEnvironment(environment());
    m_server->start(binary(), QStringList{QStringLiteral("serve"), QStringLiteral("--announce")} + options);
    QByteArray line;
    waitUntil(*m_server, 20'000, [&] {
        if (line.isEmpty() && m_server->canReadLine())
            line = m_server->readLine();
        return !line.isEmpty();
    });
    return QJsonDocument::fromJson(line).object();
}

void ApexProgram::stopServer() {
    if (m_server && m_server->state() != QProcess::NotRunning)
        end(*m_server);
    m_server.reset();
}

} // namespace apex::test
