// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace apex::test {

/// tests/peers/doctor_world.mjs as a process: real HTTP, TLS, WebSocket and proxies of node, with a
/// certificate authority of their own. Names such as apex.test exist only behind its proxies.
class DoctorWorld {
public:
    /// False if it could not be started; problem() says why.
    [[nodiscard]] bool start() {
        if (!m_folder.isValid())
            return false;
        const QString source = QStringLiteral(APEX_SOURCE_DIR);
        if (QProcess::execute(source + QStringLiteral("/tests/support/make-certificates.sh"),
                              {m_folder.path()}) != 0) {
            m_problem = "the certificates could not be made";
            return false;
        }
        m_process.start(QStringLiteral("node"),
                        {source + QStringLiteral("/tests/peers/doctor_world.mjs"), m_folder.path()});
        m_ports = line();
        if (m_ports.isEmpty())
            m_problem = m_process.readAllStandardError();
        return !m_ports.isEmpty();
    }
    ~DoctorWorld() {
        m_process.closeWriteChannel();
        if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(10'000))
            m_process.kill();
    }

    /// Makes the world as it should be, but for `settings`; gives what was seen since the last call.
    QJsonObject set(const QJsonObject& settings) {
        m_process.write(QJsonDocument(settings).toJson(QJsonDocument::Compact) + '\n');
        return line();
    }
    [[nodiscard]] int port(const char* name) const { return m_ports.value(QLatin1String(name)).toInt(); }
    [[nodiscard]] QString authority() const { return m_folder.filePath(QStringLiteral("ca.pem")); }
    [[nodiscard]] QByteArray problem() const { return m_problem; }

private:
    QJsonObject line() {
        while (!m_process.canReadLine()) {
            if (!m_process.waitForReadyRead(30'000))
                return {};
        }
        return QJsonDocument::fromJson(m_process.readLine()).object();
    }

    QTemporaryDir m_folder;
    QProcess m_process;
    QJsonObject m_ports;
    QByteArray m_problem;
};

} // namespace apex::test
