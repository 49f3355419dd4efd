// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/figures.h"

#include <QCoreApplication>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t usPerDay = 86'400'000'000;

} // namespace

QString counted(std::int64_t number, const char* one, const char* many) {
    return number == 1 ? QCoreApplication::translate("Agents", one)
                       : QCoreApplication::translate("Agents", many).arg(number);
}

QString callsText(std::int64_t calls) {
    return counted(calls, QT_TRANSLATE_NOOP("Agents", "1 call"), QT_TRANSLATE_NOOP("Agents", "%1 calls"));
}

QString rowsText(std::int64_t rows) {
    return counted(rows, QT_TRANSLATE_NOOP("Agents", "1 row"), QT_TRANSLATE_NOOP("Agents", "%1 rows"));
}

QString daysText(std::int64_t days) {
    return counted(days, QT_TRANSLATE_NOOP("Agents", "1 day"), QT_TRANSLATE_NOOP("Agents", "%1 days"));
}

QString moneyText(Money amount) {
    return QString::fromStdString(amount.toString());
}

QString estimateText(Money amount) {
    const bool small = amount < Money::fromDollars(1) && Money::fromDollars(-1) < amount;
    return QString::fromStdString(amount.toRoundedString(small ? 6 : 2));
}

QString rateText(Money amount) {
    return QString::fromStdString(amount.toRoundedString(4));
}

QString spanText(QDate first, QDate last) {
    return first == last ? first.toString(Qt::ISODate)
                         : QCoreApplication::translate("Agents", "%1 to %2")
                               .arg(first.toString(Qt::ISODate), last.toString(Qt::ISODate));
}

QString percentText(std::int64_t perMille) {
    const QString sign = perMille < 0 ? u"-"_s : QString();
    return sign + QString::number(std::abs(perMille) / 10) + u'.' + QString::number(std::abs(perMille) % 10);
}

QString shareText(std::uint64_t part, std::uint64_t whole) {
    return percentText(whole == 0 ? 0 : static_cast<std::int64_t>((part * 2000 + whole) / (2 * whole)));
}

QString latencyText(std::uint32_t hundredths) {
    QString text = QString::number(hundredths / 100);
    if (const std::uint32_t rest = hundredths % 100; rest > 0)
        text += u'.' +
                (rest % 10 == 0 ? QString::number(rest / 10) : QString::number(rest).rightJustified(2, u'0'));
    return text;
}

QString dayText(std::int32_t day) {
    return QDate(1970, 1, 1).addDays(day).toString(Qt::ISODate);
}

std::int64_t periodDays(const UsageSummary& usage) {
    return usage.hasPeriod() ? usage.lastUs / usPerDay - usage.firstUs / usPerDay + 1 : 0;
}

QString periodText(const UsageSummary& usage) {
    if (!usage.hasPeriod())
        return QCoreApplication::translate("Agents", "period unknown (no timestamps)");
    const QString first = dayText(static_cast<std::int32_t>(usage.firstUs / usPerDay));
    const QString last = dayText(static_cast<std::int32_t>(usage.lastUs / usPerDay));
    const std::int64_t days = periodDays(usage);
    if (days == 1)
        return QCoreApplication::translate("Agents", "%1 (UTC, one day)").arg(first);
    return QCoreApplication::translate("Agents", "%1 to %2 (UTC, %3 days)")
        .arg(first, last, QString::number(days));
}

bool costUnknown(const UsageSummary& usage) {
    return usage.totals.calls > 0 && usage.totals.unknownCalls == usage.totals.calls;
}

QString measuredSentence(const UsageSummary& usage) {
    const QString calls = callsText(static_cast<std::int64_t>(usage.totals.calls));
    if (costUnknown(usage))
        return QCoreApplication::translate("Agents", "What %1 cost is unknown, %2.")
            .arg(calls, periodText(usage));
    return QCoreApplication::translate("Agents", "%1 cost %2 USD, %3.")
        .arg(calls, moneyText(usage.totals.cost()), periodText(usage));
}

QString groupName(const std::string& name, const QString& none) {
    return name.empty() ? none : QString::fromStdString(name);
}

} // namespace apex::backend
