// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_summary.h"

#include <QDate>
#include <QString>

namespace apex::backend {

/// A number with its noun: `one` ("1 call") for one, else `many` ("%1 calls"). Both are marked for
/// translation; the one place where singular and plural part.
[[nodiscard]] QString counted(std::int64_t number, const char* one, const char* many);
/// "1 call", "2000 calls".
[[nodiscard]] QString callsText(std::int64_t calls);
/// "1 row", "20 rows".
[[nodiscard]] QString rowsText(std::int64_t rows);
/// "1 day", "14 days".
[[nodiscard]] QString daysText(std::int64_t days);
/// Measured amounts with every digit: "12.50".
[[nodiscard]] QString moneyText(Money amount);
/// Estimated amounts, rounded to cents, small ones to millionths of a dollar.
[[nodiscard]] QString estimateText(Money amount);
/// A price for a number of calls or tokens, rounded to four decimals: "4.499".
[[nodiscard]] QString rateText(Money amount);
/// First to last day, both counted: "2025-06-01 to 2025-06-14", "2025-06-01" for one day.
[[nodiscard]] QString spanText(QDate first, QDate last);
/// Tenths of a percent as "41.3".
[[nodiscard]] QString percentText(std::int64_t perMille);
/// `part` of `whole` as a percentage with one decimal; "0.0" if there is no whole.
[[nodiscard]] QString shareText(std::uint64_t part, std::uint64_t whole);
/// Hundredths of a millisecond as milliseconds: "812", "812.5".
[[nodiscard]] QString latencyText(std::uint32_t hundredths);
/// Days since 1970 as "2025-06-01".
[[nodiscard]] QString dayText(std::int32_t day);
/// First to last day with both ends: "2025-06-01 to 2025-06-14 (UTC, 14 days)"; says so if nothing is dated.
[[nodiscard]] QString periodText(const UsageSummary& usage);
/// Days from first to last call, both counted; 0 if nothing is dated.
[[nodiscard]] std::int64_t periodDays(const UsageSummary& usage);
/// True if not a single call has a known cost, so that no sum of money means anything.
[[nodiscard]] bool costUnknown(const UsageSummary& usage);
/// "2000 calls cost 9.00 USD, 2025-06-02 to ...", or that the cost is unknown.
[[nodiscard]] QString measuredSentence(const UsageSummary& usage);
/// Name of a group for people; `none` where the column was empty.
[[nodiscard]] QString groupName(const std::string& name, const QString& none);

} // namespace apex::backend
