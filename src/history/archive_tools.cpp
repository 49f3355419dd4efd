// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/archive.h"
#include "history/archive_database.h"
#include "history/archive_values.h"

#include <algorithm>

namespace apex::history {

using namespace Qt::StringLiterals;

namespace {

constexpr int RememberedPerRun = 500;
constexpr int LookedAt = 1'000;

} // namespace

void Archive::saveToolTimes(const ThreadId& thread, const RunId& run, const std::vector<ToolTime>& times) {
    m_toolTimes.clear();
    check(m_database->inTransaction([&]() -> Expected<void> {
        if (auto done = m_database->execute(u"DELETE FROM tool_times WHERE thread=? AND run=?"_s,
                                            {textOf(thread), textOf(run)});
            !done)
            return done;
        const auto first = times.size() > RememberedPerRun ? times.end() - RememberedPerRun : times.begin();
        for (auto time = first; time != times.end(); ++time)
            if (auto done = m_database->execute(
                    u"INSERT INTO tool_times(thread,run,tool,took_ms) VALUES(?,?,?,?)"_s,
                    {textOf(thread), textOf(run), time->tool, qint64{time->took.count()}});
                !done)
                return done;
        return {};
    }));
}

std::optional<ToolTimes> Archive::toolTimes(const QString& tool) {
    if (const auto known = m_toolTimes.find(tool); known != m_toolTimes.end())
        return known->second;
    std::optional<ToolTimes>& answer = m_toolTimes[tool];
    std::vector<qint64> took;
    for (const QVariantList& row :
         read(u"SELECT took_ms FROM tool_times WHERE tool=? ORDER BY row DESC LIMIT ?"_s, {tool, LookedAt}))
        took.push_back(row[0].toLongLong());
    if (took.empty())
        return answer;
    std::sort(took.begin(), took.end());
    const auto rank = [&took](size_t percent) { // nearest rank: the smallest value that so many do not exceed
        return std::chrono::milliseconds(took[(took.size() * percent + 99) / 100 - 1]);
    };
    const auto all = read(u"SELECT count(*) FROM tool_times WHERE tool=?"_s, {tool});
    answer =
        ToolTimes{all.empty() ? static_cast<int>(took.size()) : all.front()[0].toInt(), rank(50), rank(95)};
    return answer;
}

} // namespace apex::history
