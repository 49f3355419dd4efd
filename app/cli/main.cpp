// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/core_dumps.h"
#include "base/logging.h"
#include "cli/command.h"

#include <QCoreApplication>

#include <array>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#endif

namespace {

using namespace apex::cli;

constexpr std::array commands{
    Command{"serve", "run the embedded backend on this computer", &serve},
    Command{"sign-in", "sign in through the browser and keep the credentials in the keychain", &signIn},
    Command{"sign-out", "revoke and remove the credentials of an account", &signOut},
    Command{"accounts", "list the accounts signed in here", &accounts},
    Command{"proxy", "keep name and password of an environment's proxy in the keychain", &proxy},
    Command{"model", "show, set, test or switch off the language model of the embedded backend", &model},
    Command{"ask", "send one message, wait for the whole run, print the answer", &ask},
    Command{"inspect", "print the runs, outcomes and verdicts found in recorded frames", &inspect},
    Command{"check", "test this installation and the way to an environment", &check},
};

QString overview() {
    QString text = QStringLiteral("Usage: apex COMMAND [options]\n\nCommands:\n");
    for (const Command& command : commands)
        text += QStringLiteral("  %1%2\n")
                    .arg(QLatin1String(command.name), -12)
                    .arg(QLatin1String(command.summary));
    text += QStringLiteral(
        "\n`apex COMMAND --help` explains each. Every command takes --json.\n"
        "Exit codes: 0 as asked, 1 the run or the file fell short, 2 could not try, 64 wrong usage.\n");
    return text;
}

/// A closed standard stream would lend its number to the next file or socket, and our output would go there.
void occupyStandardStreams() {
#ifdef Q_OS_UNIX
    for (int stream = 0; stream <= 2; ++stream) {
        if (::fcntl(stream, F_GETFD) == -1)
            (void)::open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY); // takes the lowest free number
    }
#endif
}

} // namespace

int main(int argc, char** argv) {
    occupyStandardStreams();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("apex"));
    QCoreApplication::setApplicationVersion(QStringLiteral(APEX_VERSION));
    apex::installLogging();
    if (!apex::disableCoreDumps())
        complain(QStringLiteral("apex: the system does not let core dumps be switched off.\n"));

    const QStringList arguments = QCoreApplication::arguments().mid(1);
    if (arguments.isEmpty()) {
        complain(overview());
        return WrongUsage;
    }
    const QString& name = arguments.first();
    if (name == QStringLiteral("--help") || name == QStringLiteral("-h") || name == QStringLiteral("help")) {
        printBytes(overview().toUtf8());
        return AsAsked;
    }
    if (name == QStringLiteral("--version")) {
        printLine(QStringLiteral("apex " APEX_VERSION));
        return AsAsked;
    }
    for (const Command& command : commands) {
        if (name == QLatin1String(command.name))
            return withOutputJudged(command.run(arguments));
    }
    const int code = refuse(arguments, QStringLiteral("There is no such command."));
    complain(u'\n' + overview());
    return code;
}
