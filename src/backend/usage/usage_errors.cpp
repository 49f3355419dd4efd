// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/usage_errors.h"

#include "backend/usage/reject_reason.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::backend {

namespace {

QString readerText(const char* text) {
    return QCoreApplication::translate("UsageReader", text);
}

QString listOf(const QStringList& names) {
    constexpr qsizetype shown = 30;
    if (names.isEmpty())
        return readerText(QT_TRANSLATE_NOOP("UsageReader", "none"));
    QString text = names.mid(0, shown).join(QStringLiteral(", "));
    if (text.size() > 400)
        text = text.left(400) + u'…';
    return names.size() > shown ? text + QStringLiteral(", …") : text;
}

QString examplesOf(const ReadReport& report) {
    QStringList lines;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, report.firstRejected.size()); ++i) {
        const RejectedRow& row = report.firstRejected[i];
        lines.append(readerText(QT_TRANSLATE_NOOP("UsageReader", "line %1: %2"))
                         .arg(row.line)
                         .arg(rejectReasonText(row.reason)));
    }
    return lines.join(QStringLiteral("; "));
}

} // namespace

Error readingStopped(const QString& name) {
    return makeError(
        ErrorKind::Cancelled,
        readerText(QT_TRANSLATE_NOOP("UsageReader", "Reading “%1” was stopped as asked.")).arg(name));
}

Error recordTooLong(const QString& name, qint64 line) {
    return makeError(
        ErrorKind::TooLarge,
        readerText(QT_TRANSLATE_NOOP("UsageReader",
                                     "A single record of “%1” is longer than 4 MiB (it starts on line %2)."))
            .arg(name, QString::number(line)),
        readerText(QT_TRANSLATE_NOOP("UsageReader",
                                     "Check that the file has one call per line and attach it again.")));
}

Error headerNotText(const QString& name) {
    return makeError(
        ErrorKind::InvalidInput,
        readerText(QT_TRANSLATE_NOOP("UsageReader", "The first line of “%1” is not valid UTF-8 text."))
            .arg(name),
        readerText(QT_TRANSLATE_NOOP("UsageReader", "Save the file as UTF-8 and attach it again.")));
}

Error tooManyColumns(const QString& name, std::size_t columns) {
    return makeError(
        ErrorKind::TooLarge,
        readerText(QT_TRANSLATE_NOOP("UsageReader", "The file “%1” has %2 columns; at most 1000 are read."))
            .arg(name, QString::number(columns)),
        readerText(QT_TRANSLATE_NOOP("UsageReader", "Export one call per row and attach that file.")));
}

Error wrongColumns(const QString& name, const QStringList& found) {
    return makeError(
        ErrorKind::InvalidInput,
        readerText(QT_TRANSLATE_NOOP("UsageReader",
                                     "The file “%1” has no columns that describe AI calls. Found: %2."))
            .arg(name, listOf(found)),
        readerText(QT_TRANSLATE_NOOP(
            "UsageReader",
            "Needed: timestamp, model, prompt_tokens, completion_tokens and cost_usd (at least the model, "
            "the tokens or the cost); useful: status, latency_ms, service, user, prompt_hash. If the file "
            "has them "
            "under other names, say which column is which (Columns… beside the file, or --column "
            "cost=NAME).")));
}

Error noSuchColumn(const QString& column, const QStringList& found) {
    return makeError(
        ErrorKind::InvalidInput,
        readerText(QT_TRANSLATE_NOOP("UsageReader", "No attached file has a column “%1”. Found: %2."))
            .arg(column, listOf(found)),
        readerText(
            QT_TRANSLATE_NOOP("UsageReader", "Say the name as it stands in the first line of the file.")));
}

Error noRows(const QString& name) {
    return makeError(
        ErrorKind::InvalidInput,
        readerText(QT_TRANSLATE_NOOP("UsageReader", "The file “%1” holds not a single row of data."))
            .arg(name),
        readerText(QT_TRANSLATE_NOOP("UsageReader", "Export the usage again and attach the new file.")));
}

Error mostlyRejected(const QString& name, const ReadReport& report) {
    Error error =
        makeError(ErrorKind::InvalidInput,
                  readerText(QT_TRANSLATE_NOOP("UsageReader", "%1 of %2 rows of “%3” cannot be used: %4."))
                      .arg(report.rowsRejected)
                      .arg(report.rowsSeen())
                      .arg(name, report.reasonTexts().join(QStringLiteral("; "))),
                  readerText(QT_TRANSLATE_NOOP("UsageReader",
                                               "Correct the export and attach it again. First examples: %1."))
                      .arg(examplesOf(report)));
    error.kept =
        readerText(QT_TRANSLATE_NOOP("UsageReader", "Nothing was calculated from the remaining rows."));
    return error;
}

Error brokenJson(const QString& name, qint64 line, const QString& details) {
    return makeError(
        ErrorKind::InvalidInput,
        readerText(QT_TRANSLATE_NOOP("UsageReader", "The JSON file “%1” is broken near line %2: %3."))
            .arg(name, QString::number(line), details),
        readerText(
            QT_TRANSLATE_NOOP("UsageReader", "Export the usage again; the file may have been cut off.")));
}

} // namespace apex::backend
