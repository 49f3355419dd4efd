// SPDX-License-Identifier: GPL-3.0-or-later
#include "integration/oidc/peer_program.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QTest>

namespace apex::test {

namespace {

// A cold browser on a loaded machine takes its time.
constexpr int patienceMs = 60'000;

} // namespace

PeerProgram::~PeerProgram() {
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(10'000)) {
        m_process.kill();
        m_process.waitForFinished(5'000);
    }
}

QJsonObject PeerProgram::start(const QString& script, const QStringList& arguments) {
    const QString folder = QStringLiteral(APEX_SOURCE_DIR "/tests/peers");
    m_process.setWorkingDirectory(folder);
    m_process.start(QStringLiteral("node"), QStringList{script} + arguments);
    m_due = 1;
    return answer();
}

void PeerProgram::order(const QJsonObject& order) {
    ++m_due;
    m_process.write(QJsonDocument(order).toJson(QJsonDocument::Compact) + '\n');
}

QJsonObject PeerProgram::answer() {
    --m_due;
    const bool came = QTest::qWaitFor(
        [this] { return m_process.canReadLine() || m_process.state() == QProcess::NotRunning; }, patienceMs);
    return came ? QJsonDocument::fromJson(m_process.readLine()).object() : QJsonObject();
}

void PeerProgram::settle() {
    while (m_due > 0 && m_process.state() == QProcess::Running)
        static_cast<void>(answer());
}

} // namespace apex::test
