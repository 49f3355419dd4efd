// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/rows_query.h"

namespace apex::backend {

/// What made the cost of one span differ from another. Both are per day, so that spans of different length
/// compare.
struct Drivers {
    struct Side {
        Scope scope;
        std::int64_t days = 0;
        std::int64_t calls = 0;
        std::int64_t tokens = 0;
        std::int64_t unknownCalls = 0; ///< calls of unknown cost, which are not in `cost`
        Money cost;
        [[nodiscard]] Money costPerDay() const { return days > 0 ? cost.scaled(1, days) : Money(); }
    };
    /// A value of a column and its cost per day on either side.
    struct Part {
        QString column;
        QString value;
        Money before;
        Money after;
        [[nodiscard]] Money change() const { return after - before; }
    };
    Side before;
    Side after;
    /// The change per day, split in this order: more calls, more tokens a call, dearer tokens. US dollars.
    double fromCalls = 0;
    double fromTokensPerCall = 0;
    double fromPrice = 0;
    std::vector<Part> parts; ///< the largest changes first, at most five of a column
};

/// Compares two scopes; the columns model, project, service and user are looked at where they are filled.
[[nodiscard]] Expected<Drivers> findDrivers(RowsQuery& query, const Scope& before, std::int64_t daysBefore,
                                            const Scope& after, std::int64_t daysAfter);

} // namespace apex::backend
