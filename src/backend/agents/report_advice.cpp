// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/report_sections.h"

namespace apex::backend::sections {

using namespace Qt::StringLiterals;

namespace {

QString savingText(const Simulation& simulation, const RunState& state) {
    const Money total = state.usage->totals.cost();
    return say(QT_TRANSLATE_NOOP("Agents", "Estimated saving: %1 to %2 USD in the period (%3 % to %4 % %5)."))
        .arg(estimateText(simulation.low), estimateText(simulation.high),
             percentText(perMille(simulation.low, total)), percentText(perMille(simulation.high, total)),
             ofTheCost(state));
}

QString evidenceText(const QStringList& calls) {
    QStringList quoted;
    for (const QString& call : calls)
        quoted.append(u'`' + call + u'`');
    return quoted.isEmpty()
               ? QString()
               : QString(u' ' + say(QT_TRANSLATE_NOOP("Agents", "Evidence: %1.")).arg(quoted.join(u", "_s)));
}

/// Nothing where the question is about that model alone: it is all of the cost then.
QString topModel(const RunState& state) {
    const UsageSummary& usage = *state.usage;
    if (usage.models.size() == 1 && !state.found.scope.filters.empty())
        return {};
    if (usage.models.empty() || usage.totals.cost().isZero())
        return {};
    const ModelSummary& top = usage.models.front();
    return u' ' + say(QT_TRANSLATE_NOOP("Agents", "The largest part is %1 with %2 USD (%3 % %4, %5)."))
                      .arg(markdownSafe(groupName(
                               top.name, say(QT_TRANSLATE_NOOP("Agents", "calls without a model name")))),
                           moneyText(top.totals.cost()),
                           percentText(perMille(top.totals.cost(), usage.totals.cost())), ofTheCost(state),
                           callsText(static_cast<std::int64_t>(top.totals.calls)));
}

QString failures(const RunState& state) {
    const UsageSummary& usage = *state.usage;
    if (usage.totals.failed() == 0 || costUnknown(usage))
        return {};
    return u' ' + say(QT_TRANSLATE_NOOP("Agents", "Errors and timeouts (%1 and %2) cost %3 USD (%4 % %5)."))
                      .arg(QString::number(usage.totals.errors),
                           callsText(static_cast<std::int64_t>(usage.totals.timeouts)),
                           moneyText(usage.totals.failedCost),
                           percentText(perMille(usage.totals.failedCost, usage.totals.cost())),
                           ofTheCost(state));
}

QString savings(const RunState& state) {
    if (!state.combined || state.simulations.empty())
        return {};
    const CombinedSaving& combined = *state.combined;
    return u' ' + say(QT_TRANSLATE_NOOP("Agents", "The changes below would together save an estimated %1 to "
                                                  "%2 USD of it (%3 % to %4 % %5)."))
                      .arg(estimateText(combined.low), estimateText(combined.high),
                           percentText(combined.lowPerMille()), percentText(combined.highPerMille()),
                           ofTheCost(state));
}

QString growth(const RunState& state) {
    if (!state.projectedGrowth || !state.intent.growthPercent || costUnknown(*state.usage))
        return {};
    return u' ' +
           say(QT_TRANSLATE_NOOP(
                   "Agents",
                   "With %1 % more use of the same kind a period of this length would cost %2 USD."))
               .arg(QString::number(*state.intent.growthPercent), estimateText(*state.projectedGrowth));
}

/// The slowest tail is the first thing a question about latency wants to know.
QString latencyFinding(const RunState& state) {
    const LatencyPercentiles& latency = state.usage->latency;
    if (latency.count == 0 || !state.intent.asksFor(Topic::Latency))
        return {};
    return u' ' +
           say(QT_TRANSLATE_NOOP("Agents", "Half of the calls took up to %1 ms; p95 is %2 ms and p99 %3 ms."))
               .arg(latencyText(latency.p50), latencyText(latency.p95), latencyText(latency.p99));
}

} // namespace

QString ofTheCost(const RunState& state) {
    return state.found.scope.isEverything() ? say(QT_TRANSLATE_NOOP("Agents", "of the total cost"))
                                            : say(QT_TRANSLATE_NOOP("Agents", "of the cost in scope"));
}

QString scopeSentence(const RunState& state) {
    if (state.found.scope.isEverything())
        return {};
    return u' ' + say(QT_TRANSLATE_NOOP("Agents", "This is about %1."))
                      .arg(markdownEscaped(state.found.scope.text()));
}

QString rejectedSentence(const RunState& state) {
    constexpr std::uint64_t most = 20; // one in so many rows is left to the end of the answer
    if (!state.import || state.import->rejected * most <= state.import->rows + state.import->rejected)
        return {};
    const std::uint64_t all = state.import->rows + state.import->rejected;
    return u' ' +
           say(QT_TRANSLATE_NOOP("Agents", "**Careful: %1 of %2 (%3 %) could not be read and are in no "
                                           "figure; the reasons stand under “Data quality”.**"))
               .arg(QString::number(state.import->rejected), rowsText(static_cast<std::int64_t>(all)),
                    shareText(state.import->rejected, all));
}

QString finding(const RunState& state, const QString& headline) {
    const UsageSummary& usage = *state.usage;
    QString text = headline.isEmpty() ? QString(u"**"_s + measuredSentence(usage) + u"**"_s)
                                      : QString(u"**"_s + headline + u"** "_s + measuredSentence(usage));
    text += rejectedSentence(state) + scopeSentence(state);
    if (usage.totals.unknownCalls > 0 && !costUnknown(usage)) {
        text += u' ' +
                say(QT_TRANSLATE_NOOP("Agents", "Calls without a known cost, which are not in this sum: %1."))
                    .arg(usage.totals.unknownCalls);
    }
    return text + topModel(state) + latencyFinding(state) +
           (headline.isEmpty() ? failures(state) : QString()) + savings(state) + targetSentence(state) +
           growth(state) + u"\n\n"_s;
}

QString targetSentence(const RunState& state) {
    if (!state.intent.targetPercent)
        return {};
    const int target = *state.intent.targetPercent;
    if (!state.combined || costUnknown(*state.usage))
        return u' ' +
               say(QT_TRANSLATE_NOOP(
                       "Agents", "Whether %1 % can be reached was not calculated: the data is not enough."))
                   .arg(target);
    const QString low = percentText(state.combined->lowPerMille());
    const QString high = percentText(state.combined->highPerMille());
    QString verdict;
    if (state.combined->lowPerMille() >= target * 10)
        verdict = say(QT_TRANSLATE_NOOP(
                          "Agents",
                          "The %1 % asked for is reached in these simulations even at the low end (%2 %)."))
                      .arg(QString::number(target), low);
    else if (state.combined->highPerMille() >= target * 10)
        verdict = say(QT_TRANSLATE_NOOP("Agents", "The %1 % asked for is reached only towards the high end "
                                                  "(%2 %); at the low end it is %3 %."))
                      .arg(QString::number(target), high, low);
    else
        verdict = say(QT_TRANSLATE_NOOP(
                          "Agents",
                          "The %1 % asked for is not reached in these simulations: the high end is %2 %."))
                      .arg(QString::number(target), high);
    return u' ' + verdict;
}

QString recommendations(const RunState& state) {
    QString text = u"## "_s + say(QT_TRANSLATE_NOOP("Agents", "Recommendations")) + u"\n\n"_s;
    int number = 0;
    for (const Recommendation& recommendation : state.recommendations) {
        text += u"%1. **%2.** "_s.arg(++number).arg(recommendation.title);
        if (recommendation.simulation)
            text += savingText(*recommendation.simulation, state) + u' ';
        text += recommendation.description + evidenceText(recommendation.evidence) + u'\n';
    }
    if (state.recommendations.empty())
        text += say(QT_TRANSLATE_NOOP("Agents", "None: nothing in the data supports one.")) + u'\n';
    else if (state.combined && state.simulations.size() > 1)
        text += u'\n' +
                say(QT_TRANSLATE_NOOP(
                        "Agents",
                        "The savings overlap. Together they are %1 to %2 USD, each change applied to what "
                        "the ones before leave over, not their sum."))
                    .arg(estimateText(state.combined->low), estimateText(state.combined->high)) +
                u'\n';
    if (!state.simulationsWithoutEffect.isEmpty())
        text += u'\n' + say(QT_TRANSLATE_NOOP("Agents", "Also tried:")) + u"\n\n- "_s +
                state.simulationsWithoutEffect.join(u"\n- "_s) + u'\n';
    return text + u'\n';
}

QString actionPlan(const RunState& state) {
    if (state.plan.empty())
        return {};
    QString text = u"## "_s + say(QT_TRANSLATE_NOOP("Agents", "Action plan")) + u"\n\n"_s;
    int number = 0;
    for (const PlanStep& step : state.plan) {
        text += u"%1. %2\n"_s.arg(++number).arg(step.description);
        text += u"   - "_s + say(QT_TRANSLATE_NOOP("Agents", "Check: %1")).arg(step.check) + u'\n';
        text += u"   - "_s + say(QT_TRANSLATE_NOOP("Agents", "Way back: %1")).arg(step.rollback) + u'\n';
    }
    return text + u'\n';
}

QString assumptions(const RunState& state) {
    return u"## "_s + say(QT_TRANSLATE_NOOP("Agents", "Assumptions")) + u"\n\n- "_s +
           assumptionList(state).join(u"\n- "_s) + u"\n\n"_s;
}

QString narrowAssumptions(const RunState& state) {
    const QStringList list = narrowAssumptionList(state);
    return list.isEmpty() ? QString()
                          : QString(u"## "_s + say(QT_TRANSLATE_NOOP("Agents", "Assumptions")) + u"\n\n- "_s +
                                    list.join(u"\n- "_s) + u"\n\n"_s);
}

QString dataQuality(const RunState& state) {
    return u"## "_s + say(QT_TRANSLATE_NOOP("Agents", "Data quality")) + u"\n\n- "_s +
           dataQualityList(state).join(u"\n- "_s) + u"\n"_s;
}

} // namespace apex::backend::sections
