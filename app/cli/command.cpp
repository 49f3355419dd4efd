// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"

#include <QJsonDocument>

#include <cstdio>

namespace apex::cli {

namespace {

// Standard output is one for the process, and so is its state. Set by printBytes, main thread.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
bool outputBroken = false;

} // namespace

std::optional<int> parse(QCommandLineParser& parser, const QStringList& arguments) {
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")},
                                  QStringLiteral("Shows this help."));
    parser.addOption(help);
    if (!parser.parse(arguments)) {
        const QString words = parser.errorText();
        return refuse(arguments, words.endsWith(u'.') ? words : words + u'.');
    }
    if (parser.isSet(help)) {
        // QCommandLineParser names the program only; the command belongs to the usage line too.
        QString text = parser.helpText();
        text.replace(QStringLiteral("apex [options]"),
                     QStringLiteral("apex %1 [options]").arg(arguments.value(0)));
        printBytes(text.toUtf8());
        return AsAsked;
    }
    return std::nullopt;
}

void printLine(const QString& line) {
    printBytes(line.toUtf8() + '\n');
}

void printBytes(const QByteArray& bytes) {
    const auto size = static_cast<size_t>(bytes.size());
    if (std::fwrite(bytes.constData(), 1, size, stdout) != size || std::fflush(stdout) != 0)
        outputBroken = true;
}

int withOutputJudged(int code) {
    if (!outputBroken)
        return code;
    complain(QStringLiteral("apex: the output could not be written whole to standard output."));
    return code == AsAsked ? FellShort : code;
}

void printJson(const QJsonObject& document) {
    printBytes(QJsonDocument(document).toJson(QJsonDocument::Compact) + '\n');
}

int refuse(const QStringList& arguments, const QString& sentence) {
    const QString command = QStringLiteral("apex ") + arguments.value(0);
    const QString action = QStringLiteral("Try: %1 --help").arg(command);
    // The parser is not asked: it may be the one that failed.
    if (arguments.contains(QStringLiteral("--json")))
        printJson(
            {{QStringLiteral("schema"), QStringLiteral("apex/%1/1").arg(arguments.value(0))},
             {QStringLiteral("error"), errorToJson(makeError(ErrorKind::InvalidInput, sentence, action))}});
    complain(command + QStringLiteral(": ") + sentence);
    complain(action);
    return WrongUsage;
}

void complain(const QString& line) {
    const QByteArray bytes = line.toUtf8() + QByteArrayLiteral("\n");
    std::fputs(bytes.constData(), stderr);
}

QJsonObject errorToJson(const Error& error) {
    QJsonObject object{{QStringLiteral("kind"), errorKindName(error.kind)},
                       {QStringLiteral("message"), error.happened}};
    if (!error.kept.isEmpty())
        object.insert(QStringLiteral("kept"), error.kept);
    if (!error.action.isEmpty())
        object.insert(QStringLiteral("action"), error.action);
    if (!error.details.isEmpty())
        object.insert(QStringLiteral("details"), error.details);
    if (error.cause)
        object.insert(QStringLiteral("cause"), errorToJson(*error.cause));
    return object;
}

int giveUp(const Error& error, bool json, const QString& schema) {
    if (json)
        printJson({{QStringLiteral("schema"), schema}, {QStringLiteral("error"), errorToJson(error)}});
    complain(error);
    return CouldNotTry;
}

void complain(const Error& error) {
    complain(QStringLiteral("apex: ") + error.forPeople());
    if (!error.details.isEmpty() || error.cause)
        complain(QStringLiteral("  ") + error.forSupport());
}

} // namespace apex::cli
