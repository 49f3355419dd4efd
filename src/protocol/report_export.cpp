// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/report_export.h"

#include "protocol/json_dom.h"
#include "protocol/protocol_words.h"

#include <QStringList>

namespace apex::protocol {

namespace {

tl::unexpected<Error> nothingToSave(const char* happened) {
    return fail(ErrorKind::NotFound, tr(happened),
                tr(QT_TRANSLATE_NOOP("Protocol", "Save the answer as Markdown (.md) instead.")));
}

QByteArray csvLine(const QStringList& cells) {
    QStringList quoted;
    for (QString cell : cells) {
        const bool needsQuotes =
            cell.contains(u',') || cell.contains(u'"') || cell.contains(u'\n') || cell.contains(u'\r');
        if (needsQuotes)
            cell = u'"' + cell.replace(u'"', QStringLiteral("\"\"")) + u'"';
        quoted << cell;
    }
    return quoted.join(u',').toUtf8() + "\r\n";
}

/// The value at a path of keys, as text; empty if there is none.
QString textAt(const json::Element& object, std::initializer_list<std::string_view> path) {
    std::optional<json::Element> here = object;
    for (const std::string_view key : path)
        here = here ? json::member(*here, key) : std::nullopt;
    return here && !here->is_null() ? json::asText(*here) : QString();
}

/// A list of texts as a line; empty if it is none.
QByteArray csvOf(const std::optional<json::Element>& list) {
    if (!list || !list->is_array())
        return {};
    QStringList texts;
    for (const json::Element cell : json::items(*list))
        texts << json::asText(cell);
    return csvLine(texts);
}

/// The table that the question asked for, as it stands in the answer; empty if there is none.
QByteArray askedTable(const json::Element& root) {
    const auto table = json::member(root, "asked_table");
    const auto rows = table && table->is_object() ? json::member(*table, "rows") : std::nullopt;
    if (!rows || !rows->is_array())
        return {};
    QByteArray csv = csvOf(json::member(*table, "columns"));
    for (const json::Element line : json::items(*rows))
        csv += csvOf(line);
    return csv;
}

Expected<QByteArray> costTable(const JsonText& report) {
    constexpr auto none = QT_TRANSLATE_NOOP("Protocol", "This answer has no table of costs by model.");
    json::Parser parser;
    const auto root = report.isEmpty() ? std::nullopt : parser.parse(report);
    if (const QByteArray asked = root && root->is_object() ? askedTable(*root) : QByteArray();
        !asked.isEmpty())
        return asked;
    const auto cost = root && root->is_object() ? json::member(*root, "cost_analysis") : std::nullopt;
    const auto lines = cost ? json::member(*cost, "current_costs") : std::nullopt;
    if (!lines || !lines->is_object())
        return nothingToSave(none);
    const QString unit = textAt(*cost, {"currency"});
    const QString suffix = unit.isEmpty() ? QString() : QString(u'_' + unit.toLower());
    QByteArray csv = csvLine({QStringLiteral("model"), u"cost_now" + suffix, u"cost_after" + suffix});
    const json::Fields models(*lines);
    if (models.isEmpty())
        return nothingToSave(none);
    for (const auto& [name, amount] : models.members())
        csv += csvLine({QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())),
                        json::asText(amount), textAt(*cost, {"projected_costs", name})});
    return csv + csvLine({tr(QT_TRANSLATE_NOOP("Protocol", "Total")), textAt(*cost, {"total_current"}),
                          textAt(*cost, {"total_projected"})});
}

} // namespace

std::optional<ReportFormat> reportFormatOf(const QString& fileName) {
    if (fileName.endsWith(QLatin1String(".md"), Qt::CaseInsensitive))
        return ReportFormat::Markdown;
    if (fileName.endsWith(QLatin1String(".json"), Qt::CaseInsensitive))
        return ReportFormat::Json;
    return fileName.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)
               ? std::optional(ReportFormat::CostTable)
               : std::nullopt;
}

Expected<QByteArray> exportReport(ReportFormat format, const QString& answer, const JsonText& report) {
    switch (format) {
    case ReportFormat::Markdown:
        if (answer.trimmed().isEmpty())
            return fail(ErrorKind::NotFound,
                        tr(QT_TRANSLATE_NOOP("Protocol", "There is no answer that could be saved.")));
        return answer.toUtf8() + '\n';
    case ReportFormat::Json:
        if (report.isEmpty())
            return nothingToSave(
                QT_TRANSLATE_NOOP("Protocol", "This answer came without a structured report."));
        return pretty(report).toUtf8() + '\n';
    case ReportFormat::CostTable:
        return costTable(report);
    }
    return fail(ErrorKind::InvalidInput, tr(QT_TRANSLATE_NOOP("Protocol", "There is no such format.")));
}

} // namespace apex::protocol
