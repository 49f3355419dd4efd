// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/drivers.h"

#include "backend/analysis/usage_pass.h"
#include "backend/analysis/usage_statements.h"

#include <algorithm>
#include <map>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t partsOfColumn = 5;

double dollars(Money money) {
    return QString::fromStdString(money.toRoundedString(12)).toDouble();
}

Expected<Drivers::Side> sideOf(RowsQuery& query, const Scope& scope, std::int64_t days) {
    // One pass answers this and the parts.
    if (auto done = answerPartsInOnePass(query, scope); !done)
        return fail(done.error());
    const auto table = query.run(statements::side(), scope);
    if (!table)
        return fail(table.error());
    return Drivers::Side{scope,
                         days,
                         table->number(0, u"calls"_s),
                         table->number(0, u"tokens"_s),
                         table->number(0, u"unknown_cost_calls"_s),
                         table->money(0, u"cost_usd"_s)};
}

using PartsByValue = std::map<QString, Drivers::Part>;

Expected<void> addParts(RowsQuery& query, const QString& column, const Drivers::Side& side, bool after,
                        PartsByValue& parts) {
    const auto table = query.run(statements::parts(column), side.scope);
    if (!table)
        return fail(table.error());
    for (std::size_t row = 0; row < table->size(); ++row) {
        Drivers::Part& part = parts[table->text(row, u"value"_s)];
        part.column = column;
        part.value = table->text(row, u"value"_s);
        (after ? part.after : part.before) =
            table->money(row, u"cost_usd"_s).scaled(1, std::max<std::int64_t>(1, side.days));
    }
    return {};
}

Money magnitude(Money money) {
    return money < Money() ? Money() - money : money;
}

void split(Drivers& drivers) {
    const auto ratio = [](double a, double b) { return b > 0 ? a / b : 0; };
    const Drivers::Side& b = drivers.before;
    const Drivers::Side& a = drivers.after;
    const double callsBefore = ratio(static_cast<double>(b.calls), static_cast<double>(b.days));
    const double callsAfter = ratio(static_cast<double>(a.calls), static_cast<double>(a.days));
    const double lengthBefore = ratio(static_cast<double>(b.tokens), static_cast<double>(b.calls));
    const double lengthAfter = ratio(static_cast<double>(a.tokens), static_cast<double>(a.calls));
    const double priceBefore = ratio(dollars(b.cost), static_cast<double>(b.tokens));
    const double priceAfter = ratio(dollars(a.cost), static_cast<double>(a.tokens));
    drivers.fromCalls = (callsAfter - callsBefore) * lengthBefore * priceBefore;
    drivers.fromTokensPerCall = callsAfter * (lengthAfter - lengthBefore) * priceBefore;
    drivers.fromPrice = callsAfter * lengthAfter * (priceAfter - priceBefore);
}

} // namespace

Expected<Drivers> findDrivers(RowsQuery& query, const Scope& before, std::int64_t daysBefore,
                              const Scope& after, std::int64_t daysAfter) {
    Drivers drivers;
    auto left = sideOf(query, before, daysBefore);
    if (!left)
        return fail(left.error());
    auto right = sideOf(query, after, daysAfter);
    if (!right)
        return fail(right.error());
    drivers.before = std::move(*left);
    drivers.after = std::move(*right);
    split(drivers);
    for (const QString& column : {u"model"_s, u"project"_s, u"service"_s, u"user"_s}) {
        PartsByValue parts;
        if (auto added = addParts(query, column, drivers.before, false, parts); !added)
            return fail(added.error());
        if (auto added = addParts(query, column, drivers.after, true, parts); !added)
            return fail(added.error());
        std::vector<Drivers::Part> sorted;
        for (const auto& [value, part] : parts) {
            if (!part.change().isZero())
                sorted.push_back(part);
        }
        std::stable_sort(sorted.begin(), sorted.end(), [](const Drivers::Part& a, const Drivers::Part& b) {
            return magnitude(a.change()) > magnitude(b.change());
        });
        sorted.resize(std::min(sorted.size(), partsOfColumn));
        drivers.parts.insert(drivers.parts.end(), sorted.begin(), sorted.end());
    }
    std::stable_sort(drivers.parts.begin(), drivers.parts.end(),
                     [](const Drivers::Part& a, const Drivers::Part& b) {
                         return magnitude(a.change()) > magnitude(b.change());
                     });
    return drivers;
}

} // namespace apex::backend
