// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/inspect.h"

#include "cli/command.h"

namespace apex::cli {

namespace {

using namespace Qt::StringLiterals;

const QString schema = u"apex/inspect/1"_s;

Expected<protocol::Dialect> dialectOf(const QString& name) {
    if (name == u"platform"_s)
        return protocol::Dialect::Platform;
    if (name == u"ag-ui"_s)
        return protocol::Dialect::AgUi;
    return fail(ErrorKind::InvalidInput, u"There is no protocol \"%1\"."_s.arg(name),
                u"Use platform or ag-ui."_s);
}

} // namespace

int inspect(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Prints the runs found in recorded frames: *.apexrec, JSON lines, a JSON array, or a HAR file."_s);
    parser.addPositionalArgument(u"FILE"_s, u"Recordings; - reads standard input."_s, u"FILE..."_s);
    const QCommandLineOption json(u"json"_s, u"Print one JSON document, schema apex/inspect/1."_s);
    const QCommandLineOption protocolName(u"protocol"_s,
                                          u"For files that do not say: platform (default) or ag-ui."_s,
                                          u"NAME"_s, u"platform"_s);
    parser.addOptions({json, protocolName});
    if (const auto code = parse(parser, arguments))
        return *code;
    if (parser.positionalArguments().isEmpty())
        return refuse(arguments, u"Name at least one file, or - for standard input."_s);
    const auto dialect = dialectOf(parser.value(protocolName));
    if (!dialect)
        return refuse(arguments, dialect.error().forPeople());

    inspection::InspectOptions options;
    options.dialect = *dialect;
    std::vector<inspection::Inspection> inspections;
    for (const QString& file : parser.positionalArguments()) {
        auto recording = inspection::readRecordingFile(file);
        if (!recording)
            return giveUp(recording.error(), parser.isSet(json), schema);
        inspections.push_back(inspection::inspectFrames(*recording, options, file));
    }
    if (parser.isSet(json))
        printBytes(inspection::toJson(inspections).trimmed() + '\n');
    else
        printBytes(inspection::toText(inspections).toUtf8());
    const bool sound =
        std::all_of(inspections.begin(), inspections.end(), [](const auto& i) { return i.isSound(); });
    return sound ? AsAsked : FellShort;
}

} // namespace apex::cli
