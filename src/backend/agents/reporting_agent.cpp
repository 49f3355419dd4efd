// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/reporting_agent.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/courtesy.h"
#include "backend/agents/figures.h"
#include "backend/agents/guidance.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/measure_questions.h"
#include "backend/agents/report_json.h"
#include "backend/agents/report_sections.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

QString reportTypeOf(const RunState& state) {
    if (!state.usage)
        return u"guidance"_s;
    return state.sufficiency == Sufficiency::Sufficient ? u"full_analysis"_s : u"partial_analysis"_s;
}

/// A section with the tool call that its figures come from.
QString sourced(const RunState& state, const QString& section, const QString& tool) {
    const QString call = state.lastCall.value(tool);
    return section.isEmpty() || call.isEmpty() ? section : QString(section + sourceLine(tool, call) + u'\n');
}

QString groupSection(const RunState& state, const char* title, const QString& dimension,
                     const std::vector<GroupSummary>& groups) {
    return sourced(
        state, sections::costByGroup(say(title), answers::dimensionLabel(dimension), groups, *state.usage),
        u"cost_by_"_s + dimension);
}

QString costSections(const RunState& state) {
    const UsageSummary& usage = *state.usage;
    return sourced(state, sections::costByModel(usage), u"cost_by_model"_s) +
           sourced(state, sections::costByTime(usage), u"cost_by_day"_s) + sections::peakHours(usage) +
           groupSection(state, QT_TRANSLATE_NOOP("Agents", "Cost by project"), u"project"_s,
                        state.measured->projects) +
           groupSection(state, QT_TRANSLATE_NOOP("Agents", "Cost by session"), u"session"_s,
                        state.measured->sessions) +
           groupSection(state, QT_TRANSLATE_NOOP("Agents", "Cost by service"), u"service"_s, usage.services) +
           groupSection(state, QT_TRANSLATE_NOOP("Agents", "Cost by application"), u"app"_s, usage.apps) +
           groupSection(state, QT_TRANSLATE_NOOP("Agents", "Cost by user"), u"user"_s, usage.users);
}

bool isNarrow(const RunState& state) {
    return state.intent.isNarrow() || asksForFigure(state) || !partQuestions(state).empty();
}

/// An answer begins with what was asked, where the first finding says it in one sentence.
QString openingHeadline(const RunState& state) {
    const bool leads = isNarrow(state) || state.intent.main() == Topic::Errors;
    return leads && !state.findings.empty() && state.findingsAsked > 0
               ? state.findings.front().answer.headline
               : QString();
}

bool opensWithFinding(const RunState& state) {
    return !openingHeadline(state).isEmpty();
}

QString findingSections(const RunState& state, bool asked) {
    QString text;
    for (std::size_t i = 0; i < state.findings.size(); ++i) {
        if ((i < state.findingsAsked) == asked)
            text += state.findings[i].markdown(state.findings[i].answer.headline == openingHeadline(state));
    }
    return text;
}

/// One short answer: what was asked, where it comes from, and what limits it.
QString narrowMarkdown(const RunState& state) {
    QString text;
    if (const QString headline = openingHeadline(state); !headline.isEmpty())
        text = u"**"_s + headline + u"** "_s + measuredSentence(*state.usage);
    else if (state.intent.main() != Topic::Sql)
        text = u"**"_s + measuredSentence(*state.usage) + u"**"_s;
    text += sections::rejectedSentence(state) + sections::scopeSentence(state);
    if (!state.found.notes.isEmpty())
        text += u' ' + state.found.notes.join(u' ');
    text = text.trimmed();
    return text + (text.isEmpty() ? QString() : u"\n\n"_s) + findingSections(state, true) +
           (state.intent.main() == Topic::Sql ? QString() : sections::narrowAssumptions(state)) +
           sections::dataQuality(state);
}

/// The same sections for everybody; the question decides which come first.
QString analysisMarkdown(const RunState& state) {
    const UsageSummary& usage = *state.usage;
    const QString cost = costSections(state);
    const QString errors = sourced(state, sections::errors(state), u"error_rates"_s);
    // The answer about latency by model is the same table.
    const QString latency = state.lastCall.contains(u"latency_by_model"_s)
                                ? QString()
                                : sourced(state, sections::latency(usage), u"latency_percentiles"_s);
    const QString repeats =
        sourced(state, sections::repeats(state), u"duplicates"_s) + findingSections(state, false);
    const QString advice =
        state.combined ? sections::recommendations(state) + sections::actionPlan(state) : QString();
    const QString limits = sections::assumptions(state) + sections::dataQuality(state);
    const QString notes = state.found.notes.isEmpty() ? QString() : state.found.notes.join(u' ') + u"\n\n"_s;
    const QString opening =
        sections::finding(state, openingHeadline(state)) + notes + findingSections(state, true);
    switch (state.intent.main()) {
    case Topic::Latency:
        return opening + latency + errors + cost + repeats + advice + limits;
    case Topic::Errors:
        return opening + errors + latency + cost + repeats + advice + limits;
    case Topic::Caching:
        return opening + repeats + advice + cost + errors + latency + limits;
    case Topic::Savings:
        return opening + advice + cost + errors + latency + repeats + limits;
    default:
        return opening + cost + errors + latency + repeats + advice + limits;
    }
}

/// Whoever asks for days that no row has wants to know those that they have.
QString coveredDays(const RunState& state) {
    const FoundScope& found = state.found;
    const bool restricted = found.scope.from.isValid() || found.scope.to.isValid();
    return restricted && found.firstDay.isValid()
               ? QString(u' ' + say(QT_TRANSLATE_NOOP("Agents", "The rows cover %1."))
                                    .arg(spanText(found.firstDay, found.lastDay)))
               : QString();
}

QString emptyScopeMarkdown(const RunState& state) {
    return say(QT_TRANSLATE_NOOP("Agents", "**No row is about %1, so there is nothing to measure.**"))
               .arg(markdownEscaped(state.found.scope.text())) +
           u' ' + state.found.notes.join(u' ') + coveredDays(state) + u"\n\n"_s +
           sections::dataQuality(state);
}

QString partialNote(const RunState& state) {
    QStringList missing;
    for (const NeededField& field : state.needed) {
        if (!field.present)
            missing.append(u'`' + field.name + u'`');
    }
    return say(QT_TRANSLATE_NOOP(
                   "Agents",
                   "Savings were not calculated because the data lacks %1; what could be measured is below."))
               .arg(missing.join(u", "_s)) +
           u"\n\n"_s;
}

QString answerMarkdown(const RunState& state) {
    if (state.rowsInScope == 0)
        return emptyScopeMarkdown(state);
    const QString note = state.sufficiency == Sufficiency::Sufficient || state.intent.main() == Topic::Sql
                             ? QString()
                             : partialNote(state);
    return note + (isNarrow(state) ? narrowMarkdown(state) : analysisMarkdown(state));
}

} // namespace

QString ReportingAgent::name() const {
    return u"reporting"_s;
}

QString ReportingAgent::task() const {
    return say(QT_TRANSLATE_NOOP("Agents", "Write the answer from the results"));
}

Expected<QJsonObject> ReportingAgent::work(RunState& state) {
    const QString type = reportTypeOf(state);
    think(
        state,
        state.usage
            ? say(QT_TRANSLATE_NOOP(
                      "Agents",
                      "I write the answer from the %1 tool results so far; no figure comes from elsewhere."))
                  .arg(state.lastCall.size())
            : say(QT_TRANSLATE_NOOP(
                  "Agents", "Nothing was measured, so I write down what is needed instead of figures.")));
    const auto result =
        callTool(state, u"compose_report"_s, {{"report_type"_L1, type}}, [&]() -> Expected<QJsonObject> {
            QString summary;
            if (state.usage) {
                summary = isNarrow(state) && opensWithFinding(state) ? openingHeadline(state)
                                                                     : sections::finding(state).trimmed();
                state.answer = (state.prose ? state.prose->markdown() : QString()) + answerMarkdown(state);
            } else {
                state.answer = state.intent.main() == Topic::Courtesy ? courtesyMarkdown(state)
                                                                      : guidanceMarkdown(state);
                summary = state.answer.section(u'\n', 0, 0);
            }
            state.report = reportJson(state, type, QString(summary).remove(u"**"_s));
            if (state.prose)
                state.report["language_model"_L1] = state.prose->json();
            return QJsonObject{{"report_type"_L1, type},
                               {"characters"_L1, static_cast<qint64>(state.answer.size())},
                               {"recommendations"_L1, static_cast<qint64>(state.recommendations.size())}};
        });
    if (!result)
        return fail(result.error());
    return QJsonObject{{"summary"_L1, say(QT_TRANSLATE_NOOP("Agents", "The answer is written."))},
                       {"report_type"_L1, type}};
}

} // namespace apex::backend
