// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/asked_periods.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/measure_answers.h"
#include "backend/agents/recommendations.h"
#include "backend/analysis/daily_series.h"
#include "backend/analysis/measurements.h"
#include "backend/analysis/what_if.h"

#include <QRegularExpression>

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

Answer priceChange(const RunState& state, int percent) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Other prices"));
    if (costUnknown(*state.usage)) {
        answer.missing.append(say(QT_TRANSLATE_NOOP("Agents", "The cost of all these calls is unknown.")));
        return answer;
    }
    const Money now = state.usage->totals.cost();
    const Money then = now.scaled(std::max(0, 100 + percent), 100);
    const Money change = percent < 0 ? now - then : then - now;
    answer.facts = {{"percent"_L1, percent},
                    {"percent_shown"_L1, std::abs(percent)},
                    {"cost_now_usd"_L1, moneyText(now)},
                    {"cost_then_usd"_L1, estimateText(then)},
                    {"change_usd"_L1, estimateText(change)}};
    answer.headline =
        (percent < 0
             ? say(QT_TRANSLATE_NOOP("Agents", "With prices %1 % lower the same calls would cost %2 USD "
                                               "instead of %3 USD: %4 USD less."))
             : say(QT_TRANSLATE_NOOP("Agents", "With prices %1 % higher the same calls would cost %2 USD "
                                               "instead of %3 USD: %4 USD more.")))
            .arg(QString::number(std::abs(percent)), estimateText(then), moneyText(now),
                 estimateText(change));
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents", "Prices: the same calls with the same tokens, every price changed alike.")));
    return answer;
}

Answer budget(const RunState& state, const QString& words) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Budget"));
    const Money limit = moneyOf(words);
    if (costUnknown(*state.usage) || limit.isZero()) {
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "The cost of all these calls, or the budget, is unknown.")));
        return answer;
    }
    const Money cost = state.usage->totals.cost();
    const bool over = cost > limit;
    const Money rest = over ? cost - limit : limit - cost;
    answer.facts = {{"budget_usd"_L1, words},
                    {"cost_usd"_L1, moneyText(cost)},
                    {"difference_usd"_L1, moneyText(rest)},
                    {"used_percent"_L1, percentText(perMille(cost, limit))}};
    answer.headline =
        (over ? say(QT_TRANSLATE_NOOP("Agents", "Over it: %1 USD are %2 USD more than the budget of %3 "
                                                "USD (%4 % of it)."))
              : say(QT_TRANSLATE_NOOP("Agents", "Within it: %1 USD leave %2 USD of the budget of %3 USD "
                                                "(%4 % of it used).")))
            .arg(moneyText(cost), moneyText(rest), words, percentText(perMille(cost, limit)));
    return answer;
}

QString noBatch(const UsageSummary& usage) {
    if (costUnknown(usage))
        return say(QT_TRANSLATE_NOOP(
            "Agents", "The cost of all these calls is unknown, so what a batch saves is too."));
    if (usage.totals.cost().isZero())
        return say(QT_TRANSLATE_NOOP("Agents", "All recorded costs are 0, so there is nothing to save."));
    return say(QT_TRANSLATE_NOOP("Agents",
                                 "No model of these calls has a published batch price in the price file."));
}

Answer batch(const RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Calls sent as a batch"));
    const auto simulation = whatIfBatch(*state.measured);
    if (!simulation) {
        answer.missing.append(noBatch(*state.usage));
        return answer;
    }
    const Money total = state.usage->totals.cost();
    const Money all = simulation->low.scaled(100, simulation->share.lowPercent);
    const QString low = QString::number(simulation->share.lowPercent);
    const QString high = QString::number(simulation->share.highPercent);
    answer.facts = {{"sample_calls"_L1, static_cast<qint64>(simulation->sampleCalls)},
                    {"base_cost_usd"_L1, moneyText(simulation->base)},
                    {"share_low_percent"_L1, low},
                    {"share_high_percent"_L1, high},
                    {"saving_low_usd"_L1, estimateText(simulation->low)},
                    {"saving_high_usd"_L1, estimateText(simulation->high)},
                    {"saving_low_percent"_L1, percentText(perMille(simulation->low, total))},
                    {"saving_high_percent"_L1, percentText(perMille(simulation->high, total))},
                    {"saving_of_all_usd"_L1, estimateText(all)},
                    {"prices_as_of"_L1, state.prices->asOf().toString(Qt::ISODate)}};
    answer.headline =
        say(QT_TRANSLATE_NOOP("Agents",
                              "Sent as a batch, calls would save %1 to %2 USD (%3 % to %4 % of the cost) "
                              "if %5 to %6 % of them can wait; if all could, %7 USD."))
            .arg(estimateText(simulation->low), estimateText(simulation->high),
                 percentText(perMille(simulation->low, total)),
                 percentText(perMille(simulation->high, total)), low, high, estimateText(all));
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "%1 used models with a published batch price and cost %2 USD. Answers of a "
                              "batch take up to a day."))
            .arg(callsText(static_cast<std::int64_t>(simulation->sampleCalls)), moneyText(simulation->base)));
    answer.assumptions.append(assumptionOf(*simulation));
    return answer;
}

ResultTable halvesTable(const Table& halves, const QString& dimension, std::int64_t days) {
    ResultTable table(u"rows"_s,
                      {{u"key"_s, dimensionLabel(dimension)},
                       {u"before_usd_per_day"_s, say(QT_TRANSLATE_NOOP("Agents", "Before (USD a day)"))},
                       {u"after_usd_per_day"_s, say(QT_TRANSLATE_NOOP("Agents", "After (USD a day)"))},
                       {u"change_usd_per_day"_s, say(QT_TRANSLATE_NOOP("Agents", "Change (USD a day)"))},
                       {u"change"_s, say(QT_TRANSLATE_NOOP("Agents", "Change"))}});
    for (std::size_t row = 0; row < std::min(halves.size(), shownRows); ++row) {
        const Money before = halves.money(row, u"before_usd"_s);
        const Money after = halves.money(row, u"after_usd"_s);
        table.add({keyText(halves, row, dimension), estimateText(before.scaled(1, days)),
                   estimateText(after.scaled(1, days)),
                   estimateText(after.scaled(1, days) - before.scaled(1, days)),
                   before > Money() ? QString(percentText(perMille(after - before, before)) + u" %"_s)
                                    : say(QT_TRANSLATE_NOOP("Agents", "new"))});
    }
    return table;
}

Expected<Answer> mostGrown(RunState& state, const QString& dimension) {
    Answer answer;
    answer.heading =
        say(QT_TRANSLATE_NOOP("Agents", "Growth of the cost by %1")).arg(dimensionWords(dimension));
    const auto series = dailySeries(*state.rows);
    if (!series)
        return fail(series.error());
    const auto days = static_cast<std::int64_t>(series->cost.size() / 2);
    if (days < 1 || costUnknown(*state.usage)) {
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents", "Growth needs calls of known cost on two days or more; there are fewer.")));
        return answer;
    }
    const QDate lastBefore = series->day(static_cast<std::size_t>(days) - 1);
    const QDate lastDay = series->day(series->cost.size() - 1);
    const QDate firstAfter = lastDay.addDays(1 - days);
    const auto halves = costOfHalves(*state.rows, dimension, lastBefore, firstAfter);
    if (!halves)
        return fail(halves.error());
    const Money before = halves->money(0, u"before_usd"_s).scaled(1, days);
    const Money after = halves->money(0, u"after_usd"_s).scaled(1, days);
    answer.facts = {{"before_usd_per_day"_L1, estimateText(before)},
                    {"after_usd_per_day"_L1, estimateText(after)},
                    {"days"_L1, static_cast<qint64>(days)}};
    answer.headline =
        (after > before
             ? say(QT_TRANSLATE_NOOP("Agents", "%1 grew most: from %2 to %3 USD a day."))
             : say(QT_TRANSLATE_NOOP("Agents", "Nothing grew; %1 fell least: from %2 to %3 USD a day.")))
            .arg(markdownSafe(keyText(*halves, 0, dimension)), estimateText(before), estimateText(after));
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents", "Compared are %1 and %2 (%3 each)."))
            .arg(spanText(series->first, lastBefore), spanText(firstAfter, lastDay), daysText(days)));
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents", "Growth: cost a day in the last half of the days against the first half, an odd day in the "
                  "middle left out; sorted by the change in USD.")));
    answer.tables.push_back(halvesTable(*halves, dimension, days));
    return answer;
}

/// The filter a share is asked of: "what share of X is Y" means Y, else the name that comes first.
QString columnOfPart(const RunState& state) {
    static const QRegularExpression lastNamed(
        uR"(\b(?:share|percentage|percent|fraction|proportion|much)\s+of\b.*\b(?:is|are|was|were|goes|go|went|comes?|came)\b)"_s,
        QRegularExpression::CaseInsensitiveOption);
    const QString& text = state.request.text;
    const bool last = lastNamed.match(text).hasMatch();
    QString column;
    qsizetype best = -1;
    for (const Scope::Filter& filter : state.found.scope.filters) {
        const qsizetype at = std::max<qsizetype>(0, text.indexOf(filter.value, 0, Qt::CaseInsensitive));
        if (best < 0 || (last ? at > best : at < best)) {
            best = at;
            column = filter.column;
        }
    }
    return column;
}

struct Shares {
    Table part;
    Table whole;

    [[nodiscard]] QString percent(const QString& column) const {
        return shareText(static_cast<std::uint64_t>(part.number(0, column)),
                         static_cast<std::uint64_t>(whole.number(0, column)));
    }
    [[nodiscard]] QString costPercent() const {
        return percentText(perMille(part.money(0, u"cost_usd"_s), whole.money(0, u"cost_usd"_s)));
    }
};

ResultTable shareTable(const Shares& shares, bool costKnown) {
    ResultTable table(u"shares"_s, {{u"of"_s, say(QT_TRANSLATE_NOOP("Agents", "Of"))},
                                    {u"part"_s, say(QT_TRANSLATE_NOOP("Agents", "Part"))},
                                    {u"whole"_s, say(QT_TRANSLATE_NOOP("Agents", "Whole"))},
                                    {u"share"_s, say(QT_TRANSLATE_NOOP("Agents", "Share"))}});
    if (costKnown)
        table.add({say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)")),
                   moneyText(shares.part.money(0, u"cost_usd"_s)),
                   moneyText(shares.whole.money(0, u"cost_usd"_s)), shares.costPercent() + u" %"_s});
    for (const auto& [label, column] :
         {std::pair(QT_TRANSLATE_NOOP("Agents", "Calls"), u"calls"_s),
          std::pair(QT_TRANSLATE_NOOP("Agents", "Tokens in"), u"prompt_tokens"_s),
          std::pair(QT_TRANSLATE_NOOP("Agents", "Tokens out"), u"output_tokens"_s)})
        table.add({say(label), QString::number(shares.part.number(0, column)),
                   QString::number(shares.whole.number(0, column)), shares.percent(column) + u" %"_s});
    return table;
}

QString shareHeadline(const RunState& state, const Shares& shares, const QString& part, bool costKnown) {
    static const QRegularExpression ofCalls(uR"(\b(?:calls|requests)\b)"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression ofTokens(uR"(\btokens\b)"_s, QRegularExpression::CaseInsensitiveOption);
    const auto counts = [&](const char* text, const QString& column) {
        return say(text).arg(part, shares.percent(column), QString::number(shares.part.number(0, column)),
                             QString::number(shares.whole.number(0, column)));
    };
    if (ofTokens.match(state.request.text).hasMatch())
        return counts(QT_TRANSLATE_NOOP("Agents", "%1 has %2 % of the tokens in: %3 of %4."),
                      u"prompt_tokens"_s);
    if (!costKnown || ofCalls.match(state.request.text).hasMatch())
        return counts(QT_TRANSLATE_NOOP("Agents", "%1 has %2 % of the calls: %3 of %4."), u"calls"_s);
    return say(QT_TRANSLATE_NOOP("Agents", "%1 is %2 % of the cost: %3 of %4 USD."))
        .arg(part, shares.costPercent(), moneyText(shares.part.money(0, u"cost_usd"_s)),
             moneyText(shares.whole.money(0, u"cost_usd"_s)));
}

/// What the part is called: only what it is a part by.
QString nameOfPart(const Scope& part, const QString& column) {
    Scope named;
    if (column.isEmpty())
        named = named.within(part.from, part.to);
    std::copy_if(part.filters.begin(), part.filters.end(), std::back_inserter(named.filters),
                 [&](const Scope::Filter& filter) { return filter.column == column; });
    return markdownEscaped(named.text());
}

Expected<Shares> sharesOf(RunState& state, const Scope& part, const Scope& whole) {
    auto partSums = totals(*state.rows);
    if (!partSums)
        return fail(partSums.error());
    state.rows->setScope(whole);
    auto wholeSums = totals(*state.rows);
    state.rows->setScope(part);
    if (!wholeSums)
        return fail(wholeSums.error());
    return Shares{std::move(*partSums), std::move(*wholeSums)};
}

Expected<Answer> share(RunState& state) {
    const Scope part = state.found.scope;
    Scope whole = part;
    const QString column = columnOfPart(state);
    std::erase_if(whole.filters, [&](const Scope::Filter& filter) { return filter.column == column; });
    if (column.isEmpty())
        whole = whole.within({}, {}); // only a period is asked for
    const auto shares = sharesOf(state, part, whole);
    if (!shares)
        return fail(shares.error());
    const bool costKnown = shares->whole.number(0, u"unknown_cost_calls"_s) == 0 &&
                           shares->whole.money(0, u"cost_usd"_s) > Money();
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Share of the whole"));
    answer.headline = shareHeadline(state, *shares, nameOfPart(part, column), costKnown);
    answer.sentences.append(
        whole.isEverything()
            ? say(QT_TRANSLATE_NOOP("Agents", "The whole is all calls of the data."))
            : say(QT_TRANSLATE_NOOP("Agents", "The whole is %1.")).arg(markdownEscaped(whole.text())));
    if (!costKnown)
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents", "A share of the cost cannot be said: calls of the whole have no known cost.")));
    answer.tables.push_back(shareTable(*shares, costKnown));
    return answer;
}

} // namespace

Expected<Answer> supposedFigure(RunState& state, const Measure& measure) {
    switch (measure.kind) {
    case Measure::Kind::PriceChange:
        return priceChange(state, measure.number);
    case Measure::Kind::PriceOn:
        return priceOnModels(state);
    case Measure::Kind::MostGrown:
        return mostGrown(state, measure.dimension);
    case Measure::Kind::Share:
        return share(state);
    case Measure::Kind::Budget:
        return budget(state, measure.words);
    default:
        return batch(state);
    }
}

namespace {

/// The days ahead with that much more use.
Expected<void> addGrownDays(RunState& state, int percent, Answer& answer) {
    const auto series = dailySeries(*state.rows);
    if (!series)
        return fail(series.error());
    std::vector<double> grown = series->cost;
    for (double& value : grown)
        value *= 1 + percent / 100.0;
    const QDate last = grown.empty() ? QDate() : series->day(grown.size() - 1);
    const AskedAhead asked = last.isValid() ? askedAhead(state, last, grown.size()) : AskedAhead();
    if (const auto ahead = projectionOf(grown, asked.days, asked.daysFrom(last))) {
        const QString days = asked.named
                                 ? say(QT_TRANSLATE_NOOP("Agents", "%1 (%2)"))
                                       .arg(spanText(asked.first, asked.last()), daysText(ahead->days))
                                 : say(QT_TRANSLATE_NOOP("Agents", "the next %1")).arg(daysText(ahead->days));
        answer.facts["next_days"_L1] = ahead->days;
        answer.facts["next_days_usd"_L1] = dollarsText(ahead->expected);
        answer.facts["next_days_low_usd"_L1] = dollarsText(ahead->low);
        answer.facts["next_days_high_usd"_L1] = dollarsText(ahead->high);
        answer.facts["method"_L1] =
            u"cost per UTC day, scaled; the least-squares line if its direction is certain, else the mean; 95 % prediction interval"_s;
        answer.facts["along_trend"_L1] = ahead->alongTrend;
        answer.sentences.append(
            (ahead->alongTrend
                 ? say(QT_TRANSLATE_NOOP("Agents", "Along the trend of the days, raised by as much, %1 cost "
                                                   "%2 USD (95 % interval %3 to %4)."))
                 : say(QT_TRANSLATE_NOOP("Agents", "At the mean of the days, raised by as much, %1 cost %2 "
                                                   "USD (95 % interval %3 to %4).")))
                .arg(days, dollarsText(ahead->expected), dollarsText(ahead->low), dollarsText(ahead->high)));
    }
    return {};
}

ResultTable grownModels(const UsageSummary& usage, int percent) {
    ResultTable table(u"rows"_s, {{u"model"_s, say(QT_TRANSLATE_NOOP("Agents", "Model"))},
                                  {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost now (USD)"))},
                                  {u"projected_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost then (USD)"))}});
    for (std::size_t i = 0; i < std::min(usage.models.size(), shownRows); ++i) {
        const ModelSummary& model = usage.models[i];
        table.add({groupName(model.name, say(QT_TRANSLATE_NOOP("Agents", "(no model recorded)"))),
                   moneyText(model.totals.cost()),
                   estimateText(model.totals.cost().scaled(100 + percent, 100))});
    }
    return table;
}

} // namespace

Expected<Answer> growth(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Growth"));
    const int percent = *state.intent.growthPercent;
    const Money now = state.usage->totals.cost();
    if (costUnknown(*state.usage)) {
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "No call has a known cost, so growth has none either.")));
        return answer;
    }
    const Money then = now.scaled(100 + percent, 100);
    answer.assumptions.append(
        say(QT_TRANSLATE_NOOP("Agents", "Growth: same mix of models, same tokens per call, same prices.")));
    answer.facts = {{"growth_percent"_L1, percent},
                    {"current_cost_usd"_L1, moneyText(now)},
                    {"projected_cost_usd"_L1, estimateText(then)},
                    {"period"_L1, periodText(*state.usage)},
                    {"assumption"_L1, u"same mix of models, tokens per call and prices"_s}};
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "With %1 % more use of the same kind, a period like this one (%2) costs %3 USD "
                              "instead of %4 USD."))
            .arg(QString::number(percent), periodText(*state.usage), estimateText(then), moneyText(now)));
    if (auto done = addGrownDays(state, percent, answer); !done)
        return fail(done.error());
    answer.tables.push_back(grownModels(*state.usage, percent));
    return answer;
}

} // namespace apex::backend::answers
