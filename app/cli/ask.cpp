// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/ask_run.h"
#include "cli/command.h"
#include "cli/environment_host.h"
#include "cli/preview_run.h"
#include "protocol/report_export.h"

#include <QCoreApplication>
#include <QFile>

namespace apex::cli {

using namespace Qt::StringLiterals;

namespace {

struct AskArguments {
    AskOptions options;
    QString environment;
    bool preview = false;
};

/// "cost=Amount (EUR)" says that the column is the cost; nullopt if it is no such text.
std::optional<protocol::ColumnMap> columnsOf(const QStringList& values) {
    protocol::ColumnMap columns;
    for (const QString& value : values) {
        const qsizetype at = value.indexOf(u'=');
        if (at < 0 || at + 1 == value.size())
            return std::nullopt;
        columns.insert(value.mid(at + 1), value.left(at).trimmed());
    }
    return columns;
}

/// For texts too long for a command line.
QString readStandardInput() {
    QFile input;
    return input.open(stdin, QIODevice::ReadOnly) ? QString::fromUtf8(input.readAll()) : QString();
}

/// nullopt: `code` says how to leave.
std::optional<AskArguments> readArguments(const QStringList& arguments, int& code) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Sends one message, waits for the whole run, prints the answer as Markdown."_s);
    parser.addPositionalArgument(u"TEXT"_s, u"What to ask; - reads it from standard input."_s);
    const QCommandLineOption environment(u"environment"_s, u"Environment to ask in (required)."_s, u"NAME"_s);
    const QCommandLineOption attach(
        u"attach"_s, u"File to attach, or folder with usage data; may be repeated."_s, u"FILE"_s);
    const QCommandLineOption column(
        u"column"_s,
        u"What a column of the attached files is: cost=\"Amount\"; =\"Amount\" leaves it out; may be repeated."_s,
        u"FIELD=NAME"_s);
    const QCommandLineOption preview(
        u"preview"_s, u"Say what the columns of the attached files are taken for, and send nothing."_s);
    const QCommandLineOption thread(u"thread"_s, u"Continue this thread."_s, u"ID"_s);
    const QCommandLineOption record(u"record"_s, u"Write every frame to this file (*.apexrec)."_s, u"FILE"_s);
    const QCommandLineOption report(
        u"report"_s, u"Save the answer (*.md), its report (*.json) or its table of costs (*.csv)."_s,
        u"FILE"_s);
    const QCommandLineOption timeout(
        u"timeout"_s, u"Give up waiting after this many seconds (default 300)."_s, u"S"_s, u"300"_s);
    const QCommandLineOption json(u"json"_s, u"Print one JSON document, schema apex/ask/1."_s);
    parser.addOptions({environment, attach, column, preview, thread, record, report, timeout, json});
    if (const auto exitCode = parse(parser, arguments)) {
        code = *exitCode;
        return std::nullopt;
    }
    bool timeoutOk = false;
    const int seconds = parser.value(timeout).toInt(&timeoutOk);
    QStringList text = parser.positionalArguments();
    if (text == QStringList{u"-"_s})
        text = {readStandardInput()};
    const auto columns = columnsOf(parser.values(column));
    const bool asksColumns = parser.isSet(preview);
    if (!columns)
        code = refuse(arguments, u"--column takes FIELD=NAME, for example cost=\"Amount\"."_s);
    else if ((!columns->isEmpty() || asksColumns) && !parser.isSet(attach))
        code = refuse(arguments, u"--column and --preview need a file: --attach FILE."_s);
    else if (parser.isSet(report) && !protocol::reportFormatOf(parser.value(report)))
        code = refuse(arguments, u"--report takes a file that ends in .md, .json or .csv."_s);
    else if (!asksColumns && (text.size() != 1 || text.first().trimmed().isEmpty()))
        code = refuse(arguments, u"Give exactly one TEXT, in quotes."_s);
    else if (!parser.isSet(environment))
        code = refuse(arguments, u"--environment NAME is required; there is no default environment."_s);
    else if (!timeoutOk || seconds < 1)
        code = refuse(arguments, u"--timeout takes whole seconds, at least 1."_s);
    else
        return AskArguments{{text.value(0), parser.values(attach), ThreadId(parser.value(thread)),
                             parser.value(record), std::chrono::seconds(seconds), parser.isSet(json),
                             parser.value(report), *columns},
                            parser.value(environment),
                            asksColumns};
    return std::nullopt;
}

} // namespace

int ask(const QStringList& arguments) {
    int code = AsAsked;
    const auto asked = readArguments(arguments, code);
    if (!asked)
        return code;
    EnvironmentHost host;
    std::unique_ptr<AskRun> run;
    std::unique_ptr<PreviewRun> preview;
    QMetaObject::invokeMethod(
        &host,
        [&] {
            host.open(EnvironmentId(asked->environment), {}, [&](Expected<session::AccountSession*> session) {
                if (!session)
                    return QCoreApplication::exit(giveUp(session.error(), asked->options.json, askSchema));
                if (asked->preview) {
                    preview = std::make_unique<PreviewRun>(**session, asked->options);
                    return preview->begin();
                }
                run = std::make_unique<AskRun>(**session, asked->options);
                run->begin();
            });
        },
        Qt::QueuedConnection);
    code = QCoreApplication::exec();
    run.reset();
    preview.reset();
    return code;
}

} // namespace apex::cli
