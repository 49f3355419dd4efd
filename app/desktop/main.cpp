// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/core_dumps.h"
#include "base/logging.h"
#include "desktop/desktop_client.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>

#include <cstdio>

namespace {

using namespace Qt::StringLiterals;

constexpr int couldNotTry = 2;

QCommandLineOption environmentOption() {
    return {u"environment"_s,
            QCoreApplication::translate("main", "Environment to open; without it the last one used."),
            u"NAME"_s};
}

} // namespace

int main(int argc, char** argv) {
    const bool coreDumpsOff = apex::disableCoreDumps();
    QApplication app(argc, argv);
    QApplication::setApplicationName(u"apex-desktop"_s);
    QApplication::setApplicationDisplayName(u"Apex Desktop"_s);
    QApplication::setApplicationVersion(u"" APEX_VERSION ""_s);
    QApplication::setDesktopFileName(u"ai.netrasystems.ApexDesktop"_s);
    QApplication::setWindowIcon(QIcon(u":/icons/apex-desktop.svg"_s));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Chat with teams of AI agents and watch how they work."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption environment = environmentOption();
    parser.addOption(environment);
    parser.process(app);

    const auto paths = apex::environment::resolvePaths();
    if (!paths) {
        std::fputs(qPrintable(paths.error().forSupport() + u'\n'), stderr);
        return couldNotTry;
    }
    apex::installLogging(paths->logs + u"/apex-desktop.log"_s);
    if (!coreDumpsOff)
        qWarning("The system does not let core dumps be switched off.");
    apex::desktop::DesktopClient client(app, *paths);
    client.start(apex::EnvironmentId(parser.value(environment)));
    return QApplication::exec();
}
