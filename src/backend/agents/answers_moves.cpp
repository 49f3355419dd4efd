// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/answers_moves.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/analysis/what_if.h"

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

/// What moves, summed over the models that it is on now.
struct WholeMove {
    std::uint64_t calls = 0;
    Money recorded;
    Money now;
    Money then;
    QStringList models;
    QStringList unpriced;
};

WholeMove sumOfMove(const RunState& state, const ModelPrice& price) {
    WholeMove sum;
    for (const ModelSummary& model : state.usage->models) {
        if (model.name == price.model)
            continue;
        const QString name = QString::fromStdString(model.name);
        const Repricing prices = reprice(*state.measured, model.name, price);
        if (!prices.nowKnown) {
            sum.unpriced.append(name);
            continue;
        }
        sum.models.append(name);
        sum.calls += prices.calls;
        sum.recorded += prices.recorded;
        sum.now += prices.now;
        sum.then += prices.then;
    }
    return sum;
}

void sayMove(const RunState& state, const WholeMove& sum, const QString& target, Answer& answer) {
    const QString scope = state.found.scope.isEverything() ? say(QT_TRANSLATE_NOOP("Agents", "all rows"))
                                                           : markdownEscaped(state.found.scope.text());
    const int share = state.intent.sharePercent.value_or(100);
    const Money moved = sum.recorded.scaled(share, 100);
    // The ratio of list prices keeps a discount that the recorded cost holds.
    const Money then = moved.scaled(ratioInBillionths(sum.then, sum.now), 1'000'000'000);
    const Money total = state.usage->totals.cost();
    answer.facts["models"_L1] = sum.models.join(u", "_s);
    answer.facts["replacement"_L1] = target;
    answer.facts["share_percent"_L1] = share;
    answer.facts["sample_calls"_L1] = static_cast<qint64>(sum.calls);
    answer.facts["cost_now_usd"_L1] = moneyText(sum.recorded);
    answer.facts["moved_cost_usd"_L1] = estimateText(moved);
    answer.facts["moved_cost_then_usd"_L1] = estimateText(then);
    answer.facts["saving_usd"_L1] = estimateText(moved - then);
    answer.facts["total_now_usd"_L1] = moneyText(total);
    answer.facts["total_then_usd"_L1] = estimateText(total - (moved - then));
    answer.facts["prices_as_of"_L1] = state.prices->asOf().toString(Qt::ISODate);
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "The %1 calls of %2 that are not on %3 yet (they are on %4) cost %5 USD."))
            .arg(QString::number(sum.calls), scope, target, sum.models.join(u", "_s),
                 moneyText(sum.recorded)));
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "Moving %1 % of them to %2 makes %3 USD into %4 USD at its list price; the "
                              "total of this scope would go from %5 to %6 USD."))
            .arg(QString::number(share), target, estimateText(moved), estimateText(then), moneyText(total),
                 estimateText(total - (moved - then))));
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents", "Move: the same tokens per call on the other model, calls of average size moved; a "
                  "new model may answer at another length.")));
}

} // namespace

void moveWholeScope(const RunState& state, Answer& answer) {
    const ModelPrice* price = priceOfName(state, state.intent.moveTo);
    if (!price) {
        answer.missing.append(
            state.prices
                ? say(QT_TRANSLATE_NOOP(
                          "Agents",
                          "The price file (%1) has no price for “%2”, so what it would cost cannot be "
                          "calculated. Add it to the file and ask again."))
                      .arg(state.prices->asOf().toString(Qt::ISODate), state.intent.moveTo)
                : state.priceProblem);
        return;
    }
    const WholeMove sum = sumOfMove(state, *price);
    if (!sum.unpriced.isEmpty())
        answer.missing.append(say(QT_TRANSLATE_NOOP("Agents", "Calls without a list price are left out: %1."))
                                  .arg(sum.unpriced.join(u", "_s)));
    if (sum.models.isEmpty()) {
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "No call of this scope is left that could move.")));
        return;
    }
    sayMove(state, sum, QString::fromStdString(price->model), answer);
}

} // namespace apex::backend::answers
