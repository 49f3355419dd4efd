// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/answers_moves.h"
#include "backend/agents/figures.h"
#include "backend/agents/measure_answers.h"
#include "backend/agents/scope_finder.h"
#include "backend/analysis/daily_series.h"
#include "backend/analysis/drivers.h"
#include "backend/analysis/measurements.h"
#include "backend/analysis/what_if.h"

#include <QRegularExpression>

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

const ModelSummary* measuredModel(const RunState& state, const QString& name) {
    for (const ModelSummary& model : state.usage->models) {
        if (QString::fromStdString(model.name).compare(name, Qt::CaseInsensitive) == 0)
            return &model;
    }
    return nullptr;
}

/// The numbers in a name, by which versions are told apart: 4, 5 of "claude-haiku-4-5".
std::vector<int> versionOf(const std::string& name) {
    static const QRegularExpression number(uR"(\d+)"_s);
    std::vector<int> version;
    for (auto found = number.globalMatch(QString::fromStdString(name)); found.hasNext();)
        version.push_back(found.next().captured().toInt());
    return version;
}

/// Of the models whose name holds these words ("haiku") the one that the rows have, else the newest; of
/// equally new ones the plainest name.
const ModelPrice* newestOf(const RunState& state, const QString& words) {
    static const QRegularExpression digit(uR"(\d)"_s);
    if (words.contains(digit))
        return nullptr; // a version is that version
    const ModelPrice* newest = nullptr;
    for (const ModelPrice* price : state.prices->all()) {
        if (!holdsWords(QString::fromStdString(price->model), words))
            continue;
        const bool newer = !newest || versionOf(price->model) > versionOf(newest->model);
        const bool plainer = newest && versionOf(price->model) == versionOf(newest->model) &&
                             price->model.size() < newest->model.size();
        if (newer || plainer)
            newest = price;
    }
    for (const ModelSummary& model : state.usage->models) {
        if (model.price && holdsWords(QString::fromStdString(model.name), words))
            return state.prices->find(model.name);
    }
    return newest;
}

} // namespace

const ModelPrice* priceOfName(const RunState& state, const QString& name) {
    if (!state.prices)
        return nullptr;
    QString spelled = name.toLower();
    if (const ModelPrice* price = state.prices->find(spelled.toStdString()))
        return price;
    if (const ModelPrice* price = state.prices->find(spelled.replace(u' ', u'-').toStdString()))
        return price;
    return newestOf(state, name);
}

namespace {

QString noPrice(const RunState& state, const QString& name) {
    if (!state.prices)
        return state.priceProblem;
    return say(QT_TRANSLATE_NOOP("Agents",
                                 "The price file (%1) has no price for “%2”, so what it would cost cannot be "
                                 "calculated. Add it to the file and ask again."))
        .arg(state.prices->asOf().toString(Qt::ISODate), name);
}

QString noQuality() {
    return say(QT_TRANSLATE_NOOP("Agents", "Quality is in no usage row. To judge it, run a fixed set of your "
                                           "own cases on both models and attach "
                                           "the marks as a column `quality_score`."));
}

/// The model a move starts from: named, in the scope, or the dearest with a price.
const ModelSummary* startOfMove(const RunState& state) {
    if (!state.intent.moveFrom.isEmpty()) {
        if (const ModelSummary* model = measuredModel(state, state.intent.moveFrom))
            return model;
    }
    const QString target = state.intent.moveTo;
    for (const ModelSummary& model : state.usage->models) {
        if (model.listCalls > 0 &&
            QString::fromStdString(model.name).compare(target, Qt::CaseInsensitive) != 0)
            return &model;
    }
    return nullptr;
}

/// What moving a share of the calls of `name` to `to` makes of their cost.
struct MoveSums {
    int share = 100;
    Money moved;
    Money then;
    Money saved;
};

MoveSums sumMove(const RunState& state, const Repricing& prices, Answer& answer) {
    MoveSums sums;
    sums.share = state.intent.sharePercent.value_or(100);
    sums.moved = prices.recorded.scaled(sums.share, 100);
    // The ratio of list prices keeps a discount that the recorded cost holds.
    sums.then = sums.moved.scaled(ratioInBillionths(prices.then, prices.now), 1'000'000'000);
    sums.saved = sums.moved - sums.then;
    answer.facts["share_percent"_L1] = sums.share;
    answer.facts["sample_calls"_L1] = static_cast<qint64>(prices.calls);
    answer.facts["cost_now_usd"_L1] = moneyText(prices.recorded);
    answer.facts["moved_cost_usd"_L1] = estimateText(sums.moved);
    answer.facts["moved_cost_then_usd"_L1] = estimateText(sums.then);
    answer.facts["list_price_now_usd"_L1] = estimateText(prices.now);
    answer.facts["list_price_then_usd"_L1] = estimateText(prices.then);
    answer.facts["price_ratio_percent"_L1] = percentText(perMille(prices.then, prices.now));
    answer.facts["saving_usd"_L1] = estimateText(sums.saved);
    answer.facts["total_now_usd"_L1] = moneyText(state.usage->totals.cost());
    answer.facts["total_then_usd"_L1] = estimateText(state.usage->totals.cost() - sums.saved);
    answer.facts["prices_as_of"_L1] = state.prices->asOf().toString(Qt::ISODate);
    return sums;
}

void addMove(const RunState& state, const Repricing& prices, const QString& name, const QString& to,
             Answer& answer) {
    const auto [share, moved, then, saved] = sumMove(state, prices, answer);
    const Money change = saved < Money() ? then - moved : saved;
    answer.facts["change_usd"_L1] = estimateText(change);
    answer.headline =
        (saved < Money()
             ? say(QT_TRANSLATE_NOOP("Agents",
                                     "Moving %1 % of the calls of %2 to %3 would cost %4 USD more."))
             : say(QT_TRANSLATE_NOOP("Agents", "Moving %1 % of the calls of %2 to %3 would save %4 USD.")))
            .arg(QString::number(share), name, to, estimateText(change));
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "The %1 of %2 cost %3 USD. Their tokens at the list price of %4 are %5 % of "
                              "their own list price (%6 against %7 USD)."))
            .arg(callsText(static_cast<std::int64_t>(prices.calls)), name, moneyText(prices.recorded), to,
                 percentText(perMille(prices.then, prices.now)), estimateText(prices.then),
                 estimateText(prices.now)));
    answer.sentences.append(
        (saved < Money()
             ? say(QT_TRANSLATE_NOOP(
                   "Agents", "Moving %1 % of them makes %2 USD into %3 USD: dearer. The total would go "
                             "from %4 to %5 USD."))
             : say(QT_TRANSLATE_NOOP("Agents",
                                     "Moving %1 % of them makes %2 USD into %3 USD: %6 USD less. The total "
                                     "would go from %4 to %5 USD.")))
            .arg(QString::number(share), estimateText(moved), estimateText(then),
                 moneyText(state.usage->totals.cost()), estimateText(state.usage->totals.cost() - saved))
            .replace(u"%6"_s, estimateText(saved)));
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents", "Move: the same tokens per call on the other model, calls of average size moved; a "
                  "new model may answer at another length.")));
}

void answerMove(const RunState& state, const ModelSummary& from, const QString& toName, Answer& answer) {
    const ModelPrice* price = priceOfName(state, toName);
    if (!price) {
        answer.missing.append(noPrice(state, toName));
        return;
    }
    if (const QString meant = QString::fromStdString(price->model);
        !meant.contains(QString(toName).replace(u' ', u'-'), Qt::CaseInsensitive) ||
        meant.size() > toName.size())
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "“%1” was taken to be %2.")).arg(toName, meant));
    const Repricing prices = reprice(*state.measured, from.name, *price);
    const QString name = QString::fromStdString(from.name);
    if (!prices.nowKnown) {
        answer.missing.append(noPrice(state, name));
        return;
    }
    if (prices.recorded.isZero()) {
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents",
                                  "The recorded cost of the calls of %1 is 0, so a move saves nothing."))
                .arg(name));
        return;
    }
    answer.facts["model"_L1] = name;
    answer.facts["replacement"_L1] = QString::fromStdString(price->model);
    addMove(state, prices, name, QString::fromStdString(price->model), answer);
}

ResultTable comparison(const Table& figures, const QStringList& names) {
    ResultTable table(
        u"rows"_s,
        {{u"model"_s, say(QT_TRANSLATE_NOOP("Agents", "Model"))},
         {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
         {u"cost_per_1000_calls_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "USD per thousand calls"))},
         {u"tokens_in_per_call"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in per call"))},
         {u"tokens_out_per_call"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out per call"))},
         {u"p50_ms"_s, u"p50 (ms)"_s},
         {u"p95_ms"_s, u"p95 (ms)"_s},
         {u"failed"_s, say(QT_TRANSLATE_NOOP("Agents", "Failed"))}});
    for (std::size_t row = 0; row < std::min(figures.size(), shownRows); ++row) {
        const QString name = figures.text(row, u"model"_s);
        const bool wanted = names.isEmpty() || names.contains(name, Qt::CaseInsensitive);
        const std::int64_t calls = figures.number(row, u"calls"_s);
        if (!wanted || calls <= 0)
            continue;
        const bool timed = figures.number(row, u"latency_calls"_s) > 0;
        const std::int64_t known = figures.number(row, u"status_known"_s);
        table.add({name, QString::number(calls),
                   figures.number(row, u"unknown_cost_calls"_s) == calls
                       ? say(QT_TRANSLATE_NOOP("Agents", "unknown"))
                       : estimateText(figures.money(row, u"cost_usd"_s).scaled(1000, calls)),
                   QString::number(figures.number(row, u"prompt_tokens"_s) / calls),
                   QString::number(figures.number(row, u"output_tokens"_s) / calls),
                   timed ? millisecondsText(figures.number(row, u"latency_p50_us"_s)) : QString(),
                   timed ? millisecondsText(figures.number(row, u"latency_p95_us"_s)) : QString(),
                   known > 0
                       ? QString(shareText(static_cast<std::uint64_t>(figures.number(row, u"failed_calls"_s)),
                                           static_cast<std::uint64_t>(known)) +
                                 u" %"_s)
                       : QString()});
    }
    return table;
}

/// What all calls of the scope would cost on each candidate.
ResultTable candidates(const RunState& state, const QStringList& names, Answer& answer) {
    ResultTable table(
        u"candidates"_s,
        {{u"model"_s, say(QT_TRANSLATE_NOOP("Agents", "All calls on"))},
         {u"list_price_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "At list price (USD)"))},
         {u"change_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Against today's list price (USD)"))},
         {u"low_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "with 20 % fewer tokens out (USD)"))},
         {u"high_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "with 20 % more tokens out (USD)"))}});
    Money now;
    TokenSums sums;
    for (const ModelSummary& model : state.usage->models) {
        if (model.listCalls == 0)
            continue;
        now += model.listCost;
        const TokenSums& tokens = state.measured->tokens.at(model.name);
        sums.input += tokens.input;
        sums.cacheRead += tokens.cacheRead;
        sums.cacheWrite5m += tokens.cacheWrite5m;
        sums.cacheWrite1h += tokens.cacheWrite1h;
        sums.output += tokens.output;
    }
    if (names.isEmpty())
        return table;
    answer.facts["prices_as_of"_L1] =
        state.prices ? QJsonValue(state.prices->asOf().toString(Qt::ISODate)) : QJsonValue();
    answer.facts["list_price_today_usd"_L1] = estimateText(now);
    answer.facts["output_varied_by_percent"_L1] = 20;
    for (const QString& name : names) {
        const ModelPrice* price = priceOfName(state, name);
        if (!price) {
            answer.missing.append(noPrice(state, name));
            continue;
        }
        const auto at = [&](std::int64_t percent) {
            TokenSums scaled = sums;
            scaled.output = sums.output * percent / 100;
            return priceOf(*price, scaled);
        };
        table.add({QString::fromStdString(price->model), estimateText(at(100)), estimateText(at(100) - now),
                   estimateText(at(80)), estimateText(at(120))});
    }
    if (!table.isEmpty())
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP(
                    "Agents", "All priced calls cost %1 USD at list price today; the second table reprices "
                              "the same tokens."))
                .arg(estimateText(now)));
    return table;
}

/// Models named in the question, those of the data in their own spelling.
QStringList namedModels(const RunState& state) {
    QStringList names = namesIn(state.request.text, state.found.known.value(u"model"_s));
    for (const QString& name : state.intent.names) {
        const ModelPrice* price = priceOfName(state, name);
        const bool looksLikeModel = price || state.found.unknownNames.contains(name);
        if (!names.contains(name, Qt::CaseInsensitive) && looksLikeModel)
            names.append(name);
    }
    return names;
}

struct Change {
    QDate day; ///< invalid: the question does not tell
    QString reason;
};

/// The day a named model first appears, else the first day of the time that the question names.
Change changeOf(const RunState& state, const Table& figures, const QStringList& names) {
    for (std::size_t row = 0; row < figures.size(); ++row) {
        if (!names.contains(figures.text(row, u"model"_s), Qt::CaseInsensitive))
            continue;
        const QDate day = QDate::fromString(figures.text(row, u"first_day"_s), Qt::ISODate);
        return {day, say(QT_TRANSLATE_NOOP("Agents", "The first call of %1 was on %2."))
                         .arg(figures.text(row, u"model"_s), day.toString(Qt::ISODate))};
    }
    const QDate day = state.found.scope.from;
    return {
        day,
        say(QT_TRANSLATE_NOOP("Agents", "The change is taken to be on %1.")).arg(day.toString(Qt::ISODate))};
}

void addMissingOfChange(const RunState& state, const QStringList& names, Answer& answer) {
    for (const QString& name : names) {
        if (!measuredModel(state, name))
            answer.missing.append(
                say(QT_TRANSLATE_NOOP("Agents", "No row in this scope is a call of “%1”.")).arg(name));
    }
    answer.missing.append(noQuality());
}

QString noTwoSides(const QStringList& names) {
    if (names.isEmpty())
        return say(QT_TRANSLATE_NOOP("Agents", "Say which model or which day the change was (“since "
                                               "2025-06-05”), with rows from both sides."));
    return say(QT_TRANSLATE_NOOP("Agents",
                                 "No change to “%1” lies within the data, so there is no before and after "
                                 "to compare."))
        .arg(names.join(u", "_s));
}

ResultTable sidesTable(const Drivers& drivers) {
    ResultTable table(u"sides"_s, {{u"side"_s, say(QT_TRANSLATE_NOOP("Agents", "Side"))},
                                   {u"days"_s, say(QT_TRANSLATE_NOOP("Agents", "Days"))},
                                   {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                                   {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                                   {u"cost_per_day_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "USD a day"))},
                                   {u"cost_per_1000_calls_usd"_s,
                                    say(QT_TRANSLATE_NOOP("Agents", "USD per thousand calls"))}});
    for (const Drivers::Side* side : {&drivers.before, &drivers.after})
        table.add({side->scope.from.toString(Qt::ISODate) + u" – "_s + side->scope.to.toString(Qt::ISODate),
                   QString::number(side->days), QString::number(side->calls), moneyText(side->cost),
                   estimateText(side->costPerDay()),
                   side->calls > 0 ? estimateText(side->cost.scaled(1000, side->calls)) : QString()});
    return table;
}

} // namespace

Expected<Answer> modelChoice(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Choice of model"));
    const auto figures = modelFigures(*state.rows);
    if (!figures)
        return fail(figures.error());
    if (state.found.movesAll) {
        moveWholeScope(state, answer);
    } else if (!state.intent.moveTo.isEmpty()) {
        if (const ModelSummary* from = startOfMove(state))
            answerMove(state, *from, state.intent.moveTo, answer);
        else
            answer.missing.append(say(QT_TRANSLATE_NOOP(
                "Agents", "No model of the data has a known price, so a move cannot be calculated.")));
    }
    const QStringList names = namedModels(state);
    answer.tables.push_back(comparison(*figures, {}));
    QStringList compared = names;
    // The move is calculated already, and the model that is left is no candidate.
    const QString left = answer.facts.value("model"_L1).toString();
    compared.removeIf([&](const QString& name) {
        return answer.facts.contains("replacement"_L1) &&
               (name.compare(state.intent.moveTo, Qt::CaseInsensitive) == 0 ||
                name.compare(left, Qt::CaseInsensitive) == 0);
    });
    answer.tables.push_back(candidates(state, compared, answer));
    answer.missing.removeDuplicates();
    if (state.intent.asksQuality || state.intent.asksFor(Topic::Models))
        answer.missing.append(noQuality());
    return answer;
}

Expected<Answer> beforeAndAfter(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Before and after the change"));
    const auto figures = modelFigures(*state.rows);
    if (!figures)
        return fail(figures.error());
    const QStringList names = namedModels(state);
    const Change change = changeOf(state, *figures, names);
    const Scope everything = state.found.scope.within({}, {});
    state.rows->setScope(everything);
    const auto whole = dailySeries(*state.rows);
    state.rows->setScope(state.found.scope);
    if (!whole)
        return fail(whole.error());
    addMissingOfChange(state, names, answer);
    const QDate last = whole->cost.empty() ? QDate() : whole->day(whole->cost.size() - 1);
    if (!change.day.isValid() || whole->cost.empty() || change.day <= whole->first || change.day > last) {
        answer.missing.prepend(noTwoSides(names));
        answer.tables.push_back(comparison(*figures, {}));
        return answer;
    }
    answer.sentences.append(change.reason);
    answer.facts["change_day"_L1] = change.day.toString(Qt::ISODate);
    const auto drivers = findDrivers(*state.rows, everything.within(whole->first, change.day.addDays(-1)),
                                     whole->first.daysTo(change.day), everything.within(change.day, last),
                                     change.day.daysTo(last) + 1);
    if (!drivers)
        return fail(drivers.error());
    answer.tables.push_back(sidesTable(*drivers));
    answer.tables.push_back(comparison(*figures, {}));
    return answer;
}

QStringList pricedNames(const RunState& state) {
    QStringList names;
    for (const QString& name : state.found.unknownNames) {
        if (priceOfName(state, name))
            names.append(name);
    }
    return names;
}

Expected<Answer> priceOnModels(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "All calls on another model"));
    TokenSums sums;
    for (const auto& [model, tokens] : state.measured->tokens) {
        sums.input += tokens.input;
        sums.cacheRead += tokens.cacheRead;
        sums.cacheWrite5m += tokens.cacheWrite5m;
        sums.cacheWrite1h += tokens.cacheWrite1h;
        sums.output += tokens.output;
    }
    const CallTotals& totals = state.usage->totals;
    for (const QString& name : pricedNames(state)) {
        const ModelPrice* price = priceOfName(state, name);
        const QString then = moneyText(priceOf(*price, sums));
        const QString meant = QString::fromStdString(price->model);
        answer.facts[u"on_"_s + meant] = then;
        const QString sentence =
            say(QT_TRANSLATE_NOOP("Agents",
                                  "The tokens of all %1 would cost %2 USD at the list price of %3."))
                .arg(callsText(static_cast<std::int64_t>(totals.calls)), then, meant);
        if (answer.headline.isEmpty())
            answer.headline = sentence;
        else
            answer.sentences.append(sentence);
    }
    answer.facts["calls"_L1] = static_cast<qint64>(totals.calls);
    answer.facts["prices_as_of"_L1] = state.prices->asOf().toString(Qt::ISODate);
    if (!costUnknown(*state.usage)) {
        answer.facts["cost_now_usd"_L1] = moneyText(totals.cost());
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "They cost %1 USD now.")).arg(moneyText(totals.cost())));
    }
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents",
        "The same tokens per call on the other model; it may count and answer at another length.")));
    answer.missing.append(noQuality());
    return answer;
}

} // namespace apex::backend::answers
