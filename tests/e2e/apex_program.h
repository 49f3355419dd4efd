// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <functional>
#include <memory>

namespace apex::test {

/// What one run of the `apex` program left behind.
struct ProgramResult {
    int exitCode = -1; ///< -1: crashed or did not end in time
    QByteArray out;
    QByteArray err;

    /// stdout as the one JSON document the contract promises; empty if it is not exactly one.
    [[nodiscard]] QJsonObject json() const;
};

/// The built `apex` program with a home of its own (APEX_HOME), used as separate processes only.
class ApexProgram {
public:
    ApexProgram();
    ~ApexProgram();

    /// Runs a command to its end.
    [[nodiscard]] ProgramResult run(const QStringList& arguments, const QByteArray& input = {},
                                    int timeoutMs = 60'000) const;
    /// Starts a command and leaves it running; Ctrl-C reaches it even if our own caller ignores that.
    [[nodiscard]] std::unique_ptr<QProcess> start(const QStringList& arguments) const;
    /// Runs a line of bash to its end; $APEX is the program.
    [[nodiscard]] ProgramResult runShell(const QString& line) const;
    /// Sets an environment variable for the commands that follow.
    void setVariable(const QString& name, const QString& value) { m_variables.insert(name, value); }
    /// Runs `sign-in` for `environment` and plays the person with the address it prints.
    [[nodiscard]] ProgramResult signIn(const std::function<void(const QUrl&)>& person,
                                       const QString& environment = QStringLiteral("local"),
                                       const QStringList& options = {QStringLiteral("--no-browser")}) const;
    /// Starts `serve --announce` and reads its first line; the process lives until stopServer() or
    /// destruction.
    [[nodiscard]] QJsonObject startServer(const QStringList& options = {});
    void stopServer();
    /// The running server process, nullptr if there is none.
    [[nodiscard]] QProcess* server() const { return m_server.get(); }
    [[nodiscard]] QString home() const { return m_home.path(); }
    /// Path of a built program.
    [[nodiscard]] static QString binary(const QString& name = QStringLiteral("apex"));

private:
    [[nodiscard]] QProcessEnvironment environment() const;
    QTemporaryDir m_home;
    QHash<QString, QString> m_variables;
    std::unique_ptr<QProcess> m_server;
};

} // namespace apex::test
