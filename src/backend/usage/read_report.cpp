// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/read_report.h"

#include "backend/usage/reject_reason.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::backend {

namespace {

QString excerptOf(std::string_view record, qsizetype length = 80) {
    QString text =
        QString::fromUtf8(record.data(), static_cast<qsizetype>(std::min<std::size_t>(record.size(), 240)));
    const bool cut = text.size() > length || record.size() > 240;
    text.truncate(length);
    for (QChar& c : text) {
        if (c < u' ' || c == u'\x7f')
            c = u'\u00b7';
    }
    return cut ? text + u'\u2026' : text;
}

} // namespace

void ReadReport::reject(qint64 line, RejectReason reason, std::string_view record) {
    ++rowsRejected;
    ++rejectedBy[static_cast<std::size_t>(reason)];
    if (firstRejected.size() < keptRejects)
        firstRejected.push_back({line, reason, excerptOf(record)});
}

bool ReadReport::tellsCalls() const {
    return has(Field::Model) || has(Field::PromptTokens) || has(Field::CompletionTokens) ||
           has(Field::TotalTokens) || has(Field::CostUsd) || has(Field::CostCents);
}

void ReadReport::addSample(std::string_view value) {
    constexpr qsizetype longest = 40;
    samples.append(excerptOf(value, longest));
}

QString ReadReport::formatText() const {
    if (format == FileFormat::JsonLines)
        return QCoreApplication::translate("UsageReader", "JSON lines");
    if (format == FileFormat::JsonDocument)
        return QCoreApplication::translate("UsageReader", "JSON document");
    if (delimiter == ';')
        return QCoreApplication::translate("UsageReader", "CSV, separated by semicolons");
    return delimiter == '\t' ? QCoreApplication::translate("UsageReader", "CSV, separated by tabs")
                             : QCoreApplication::translate("UsageReader", "CSV, separated by commas");
}

QStringList ReadReport::reasonTexts() const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < rejectReasonCount; ++i) {
        if (rejectedBy[i] > 0)
            order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [this](std::size_t a, std::size_t b) { return rejectedBy[a] > rejectedBy[b]; });
    QStringList texts;
    for (const std::size_t i : order) {
        texts.append(
            QCoreApplication::translate("UsageReader", "%1 (rows: %2)")
                .arg(rejectReasonText(static_cast<RejectReason>(i)), QString::number(rejectedBy[i])));
    }
    return texts;
}

} // namespace apex::backend
