// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/agents/measure_answers.h"
#include "backend/analysis/measurements.h"

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

ResultTable timesTable(const QString& name, const QString& label, const QString& calls) {
    return ResultTable(name, {{u"key"_s, label},
                              {u"calls"_s, calls},
                              {u"p50_ms"_s, u"p50 (ms)"_s},
                              {u"p90_ms"_s, u"p90 (ms)"_s},
                              {u"p95_ms"_s, u"p95 (ms)"_s},
                              {u"p99_ms"_s, u"p99 (ms)"_s}});
}

/// `prefix`: "latency" or "ttft".
QString percentileColumn(const QString& prefix, int percentile) {
    return prefix + u"_p"_s + QString::number(percentile) + u"_us"_s;
}

QStringList timesCells(const Table& table, std::size_t row, const QString& dimension, const QString& prefix) {
    QStringList cells{keyText(table, row, dimension),
                      QString::number(table.number(row, prefix + u"_calls"_s))};
    for (const int percentile : {50, 90, 95, 99})
        cells.append(millisecondsText(table.number(row, percentileColumn(prefix, percentile))));
    return cells;
}

/// The groups by one percentile of their latency; those without a name or a latency have no place.
std::vector<std::size_t> orderByLatency(const Table& table, const Ranking& ranking) {
    const QString column = percentileColumn(u"latency"_s, ranking.percentile);
    std::vector<std::size_t> order;
    for (std::size_t row = 0; row < table.size(); ++row) {
        if (!table.isNull(row, u"key"_s) && table.number(row, u"latency_calls"_s) > 0)
            order.push_back(row);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return ranking.ascending ? table.number(a, column) < table.number(b, column)
                                 : table.number(a, column) > table.number(b, column);
    });
    return order;
}

/// Which group leads, by which percentile, and how many of how many are shown.
void sayLeader(const Table& table, const std::vector<std::size_t>& order, const QString& dimension,
               const Ranking& ranking, Answer& answer) {
    const auto time = [&](int percentile) {
        return millisecondsText(table.number(order.front(), percentileColumn(u"latency"_s, percentile)));
    };
    const QString key = keyInWords(table, order.front(), dimension);
    const QString calls = callsText(table.number(order.front(), u"latency_calls"_s));
    const int other = ranking.percentile == 50 ? 95 : 50;
    answer.headline =
        (ranking.ascending ? say(QT_TRANSLATE_NOOP(
                                 "Agents", "By p%1 of the latency, %2 is fastest: %3 ms (p%4 %5 ms, %6)."))
                           : say(QT_TRANSLATE_NOOP(
                                 "Agents", "By p%1 of the latency, %2 is slowest: %3 ms (p%4 %5 ms, %6).")))
            .arg(QString::number(ranking.percentile), key, time(ranking.percentile), QString::number(other),
                 time(other), calls);
    const QString column = percentileColumn(u"latency"_s, ranking.percentile);
    const auto equals = std::count_if(order.begin() + 1, order.end(), [&](std::size_t row) {
        return table.number(row, column) == table.number(order.front(), column);
    });
    if (equals > 0)
        answer.sentences.append(counted(equals, QT_TRANSLATE_NOOP("Agents", "1 other has the same p%2."),
                                        QT_TRANSLATE_NOOP("Agents", "%1 others have the same p%2."))
                                    .replace(u"%2"_s, QString::number(ranking.percentile)));
    answer.facts["ordered_by"_L1] = u"p%1 of latency"_s.arg(ranking.percentile);
    answer.facts["groups"_L1] = static_cast<qint64>(order.size());
    if (ranking.most > 0 && static_cast<std::size_t>(ranking.most) < order.size())
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "These are the %1 of %2 with the %3."))
                .arg(QString::number(ranking.most), QString::number(order.size()), rankingName(ranking)));
}

/// The rows to show: in the order asked for, else as they come; times stay in theirs.
std::vector<std::size_t> shownGroups(const Table& table, const QString& dimension,
                                     const std::optional<Ranking>& ranking) {
    std::vector<std::size_t> order;
    if (ranking)
        order = orderByLatency(table, *ranking);
    else
        for (std::size_t row = 0; row < table.size(); ++row)
            order.push_back(row);
    const bool inTime = isTimeDimension(dimension);
    const std::size_t most = ranking && ranking->most > 0 ? static_cast<std::size_t>(ranking->most)
                             : inTime                     ? 100
                                                          : shownRows;
    order.resize(std::min(order.size(), most));
    if (inTime)
        std::sort(order.begin(), order.end());
    return order;
}

void addTimesTables(const Table& table, const QString& dimension, const std::vector<std::size_t>& shown,
                    Answer& answer) {
    const QString label = dimensionLabel(dimension);
    ResultTable whole =
        timesTable(u"latency"_s, label, say(QT_TRANSLATE_NOOP("Agents", "Calls with latency")));
    ResultTable first = timesTable(u"time_to_first_token"_s, label,
                                   say(QT_TRANSLATE_NOOP("Agents", "Calls with time to first token")));
    for (const std::size_t row : shown) {
        if (table.number(row, u"latency_calls"_s) > 0)
            whole.add(timesCells(table, row, dimension, u"latency"_s));
        if (table.number(row, u"ttft_calls"_s) > 0)
            first.add(timesCells(table, row, dimension, u"ttft"_s));
    }
    if (whole.isEmpty())
        answer.missing.append(
            missingColumn(QT_TRANSLATE_NOOP("Agents", "How long calls took"), u"latency_ms"_s));
    if (first.isEmpty())
        answer.missing.append(
            missingColumn(QT_TRANSLATE_NOOP("Agents", "The time to the first token"), u"ttft_ms"_s));
    answer.tables = {std::move(whole), std::move(first)};
}

} // namespace

Expected<Answer> latency(RunState& state, const QString& dimension, const std::optional<Ranking>& ranking) {
    const auto table = latencies(*state.rows, dimension);
    if (!table)
        return fail(table.error());
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Latency and time to first token"));
    answer.facts["method"_L1] = u"nearest rank over every recorded value"_s;
    const bool orders = ranking && ranking->measure == Ranking::Measure::Latency;
    const std::optional<Ranking> order = orders ? ranking : std::nullopt;
    if (order) {
        const std::vector<std::size_t> all = orderByLatency(*table, *order);
        if (all.empty() && table->size() > 0) {
            answer.missing.append(say(QT_TRANSLATE_NOOP("Agents", "No row has both a %1 and a latency."))
                                      .arg(dimensionWords(dimension)));
            return answer;
        }
        if (!all.empty())
            sayLeader(*table, all, dimension, *order, answer);
    }
    addTimesTables(*table, dimension, shownGroups(*table, dimension, order), answer);
    return answer;
}

} // namespace apex::backend::answers
