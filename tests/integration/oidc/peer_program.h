// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayList>
#include <QJsonObject>
#include <QProcess>

#include <optional>

namespace apex::test {

/// A program of tests/peers that says one JSON object a line; it ends with this. Spins the event loop while
/// it waits, so that what is tested goes on.
class PeerProgram {
public:
    PeerProgram() = default;
    ~PeerProgram();
    PeerProgram(const PeerProgram&) = delete;
    PeerProgram& operator=(const PeerProgram&) = delete;

    /// Starts a script and gives its first line; empty if it did not come up (see errors()).
    [[nodiscard]] QJsonObject start(const QString& script, const QStringList& arguments = {});
    /// Sends one line; its answer comes with answer().
    void order(const QJsonObject& order);
    /// The next line; empty if none comes in time.
    [[nodiscard]] QJsonObject answer();
    [[nodiscard]] QJsonObject ask(const QJsonObject& question) {
        order(question);
        return answer();
    }
    /// Waits for the answers nobody has read, so that a test that failed does not spoil the next.
    void settle();
    /// What the program complained of.
    [[nodiscard]] QByteArray errors() { return m_process.readAllStandardError(); }

private:
    QProcess m_process;
    int m_due = 0; ///< answers to come
};

} // namespace apex::test
