// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/import_report_json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

qint64 number(std::uint64_t value) {
    return static_cast<qint64>(value);
}

std::uint64_t count(const QJsonObject& json, QLatin1StringView key) {
    return static_cast<std::uint64_t>(json.value(key).toInteger());
}

QJsonObject fileJson(const FileImport& file) {
    QJsonArray rejectedBy;
    for (const std::uint64_t value : file.rejectedBy)
        rejectedBy.append(number(value));
    QJsonArray first;
    for (const RejectedRow& row : file.firstRejected)
        first.append(QJsonArray{row.line, static_cast<int>(row.reason), row.excerpt});
    QJsonArray columns;
    for (const ColumnMapping& column : file.columns)
        columns.append(QJsonArray{column.column, column.field, column.chosen});
    return {{"name"_L1, file.name},
            {"format"_L1, file.format},
            {"bytes"_L1, number(file.bytes)},
            {"content"_L1, QString::fromLatin1(file.content.toHex())},
            {"rows"_L1, number(file.rows)},
            {"rejected"_L1, number(file.rejected)},
            {"duplicates"_L1, number(file.duplicates)},
            {"other"_L1, number(file.otherEntries)},
            {"rejected_by"_L1, rejectedBy},
            {"first_rejected"_L1, first},
            {"columns"_L1, columns},
            {"same_as"_L1, file.sameAs},
            {"skipped"_L1, file.skipped},
            {"changed"_L1, file.changedWhileRead}};
}

FileImport fileFromJson(const QJsonObject& json) {
    FileImport file;
    file.name = json.value("name"_L1).toString();
    file.format = json.value("format"_L1).toString();
    file.bytes = count(json, "bytes"_L1);
    file.content = QByteArray::fromHex(json.value("content"_L1).toString().toLatin1());
    file.rows = count(json, "rows"_L1);
    file.rejected = count(json, "rejected"_L1);
    file.duplicates = count(json, "duplicates"_L1);
    file.otherEntries = count(json, "other"_L1);
    const QJsonArray rejectedBy = json.value("rejected_by"_L1).toArray();
    for (qsizetype i = 0; i < rejectedBy.size() && i < static_cast<qsizetype>(rejectReasonCount); ++i)
        file.rejectedBy.at(static_cast<std::size_t>(i)) =
            static_cast<std::uint64_t>(rejectedBy.at(i).toInteger());
    for (const QJsonValue& value : json.value("first_rejected"_L1).toArray()) {
        const QJsonArray row = value.toArray();
        file.firstRejected.push_back(
            {row.at(0).toInteger(), static_cast<RejectReason>(row.at(1).toInt()), row.at(2).toString()});
    }
    for (const QJsonValue& value : json.value("columns"_L1).toArray()) {
        const QJsonArray column = value.toArray();
        file.columns.push_back({column.at(0).toString(), column.at(1).toString(), column.at(2).toBool()});
    }
    file.sameAs = json.value("same_as"_L1).toString();
    file.skipped = json.value("skipped"_L1).toString();
    file.changedWhileRead = json.value("changed"_L1).toBool();
    return file;
}

} // namespace

QString importReportJson(const ImportReport& report) {
    QJsonArray files;
    for (const FileImport& file : report.files)
        files.append(fileJson(file));
    QJsonArray models;
    for (const UnpricedModel& model : report.modelsWithoutPrice)
        models.append(QJsonArray{model.model, number(model.calls)});
    const QJsonObject json{{"files"_L1, files},
                           {"rows"_L1, number(report.rows)},
                           {"bill_rows"_L1, number(report.billRows)},
                           {"rejected"_L1, number(report.rejected)},
                           {"duplicates"_L1, number(report.duplicates)},
                           {"other"_L1, number(report.otherEntries)},
                           {"unpriced"_L1, models},
                           {"prices_as_of"_L1, report.pricesAsOf.toString(Qt::ISODate)}};
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

ImportReport importReportFromJson(const QString& text) {
    const QJsonObject json = QJsonDocument::fromJson(text.toUtf8()).object();
    ImportReport report;
    for (const QJsonValue& file : json.value("files"_L1).toArray())
        report.files.push_back(fileFromJson(file.toObject()));
    report.rows = count(json, "rows"_L1);
    report.billRows = count(json, "bill_rows"_L1);
    report.rejected = count(json, "rejected"_L1);
    report.duplicates = count(json, "duplicates"_L1);
    report.otherEntries = count(json, "other"_L1);
    for (const QJsonValue& value : json.value("unpriced"_L1).toArray()) {
        const QJsonArray model = value.toArray();
        report.modelsWithoutPrice.push_back(
            {model.at(0).toString(), static_cast<std::uint64_t>(model.at(1).toInteger())});
    }
    report.pricesAsOf = QDate::fromString(json.value("prices_as_of"_L1).toString(), Qt::ISODate);
    return report;
}

} // namespace apex::backend
