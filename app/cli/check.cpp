// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/check_run.h"
#include "cli/command.h"

#include <QCoreApplication>

namespace apex::cli {

using namespace Qt::StringLiterals;

int check(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Tests this installation, and with an environment the way to it; one named check a line, with the fix in words."_s);
    const QCommandLineOption environment(u"environment"_s, u"Also test the way to this environment."_s,
                                         u"NAME"_s);
    const QCommandLineOption json(u"json"_s, u"Print one JSON document, schema apex/check/1."_s);
    const QCommandLineOption details(u"details"_s, u"Also print the details of what is well."_s);
    parser.addOptions({environment, json, details});
    if (const auto code = parse(parser, arguments))
        return *code;
    CheckRun run(EnvironmentId(parser.value(environment)), parser.isSet(json), parser.isSet(details));
    run.begin();
    return QCoreApplication::exec();
}

} // namespace apex::cli
