// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/answers_parts.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/analysis/measurements.h"

#include <utility>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

/// While it lives, the run is about the rows of a part.
class PartInForce {
public:
    PartInForce(RunState& state, const FoundScope::Part& part)
        : m_state(state), m_scope(state.rows->scope()), m_found(state.found), m_intent(state.intent),
          m_rows(state.rowsInScope) {
        state.rows->setScope(part.scope);
        state.found.scope = part.scope;
        state.found.parts.clear();
        state.intent = readIntent(part.text);
    }
    ~PartInForce() {
        m_state.rows->setScope(m_scope);
        m_state.found = std::move(m_found);
        m_state.intent = std::move(m_intent);
        m_state.rowsInScope = m_rows;
        if (m_measured) {
            m_state.measured = std::move(m_measured);
            m_state.usage = m_state.measured->summary;
        }
    }
    Q_DISABLE_COPY_MOVE(PartInForce)

    [[nodiscard]] Expected<void> measure() {
        auto measured = measureUsage(*m_state.rows, m_state.prices.get());
        if (!measured)
            return fail(measured.error());
        m_measured = std::exchange(m_state.measured, std::move(*measured));
        m_state.usage = m_state.measured->summary;
        m_state.rowsInScope = static_cast<qint64>(m_state.usage->totals.calls);
        return {};
    }

private:
    RunState& m_state;
    Scope m_scope;
    FoundScope m_found;
    Intent m_intent;
    qint64 m_rows;
    std::optional<MeasuredUsage> m_measured;
};

QString scopeName(const Scope& scope) {
    return scope.isEverything() ? say(QT_TRANSLATE_NOOP("Agents", "all rows"))
                                : markdownEscaped(scope.text());
}

} // namespace

Expected<Answer> partOfQuestion(RunState& state, const FoundScope::Part& part) {
    const Scope whole = state.rows->scope();
    state.rows->setScope(part.scope);
    const auto sums = totals(*state.rows);
    state.rows->setScope(whole);
    if (!sums)
        return fail(sums.error());
    Answer answer;
    const QString name = scopeName(part.scope);
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Cost of %1")).arg(name);
    const std::int64_t calls = sums->number(0, u"calls"_s);
    const bool known = calls == 0 || sums->number(0, u"unknown_cost_calls"_s) < calls;
    const QString cost = moneyText(sums->money(0, u"cost_usd"_s));
    answer.facts = {{"part"_L1, part.text}, {"scope"_L1, part.scope.json()}, {"calls"_L1, qint64(calls)}};
    if (known)
        answer.facts["cost_usd"_L1] = cost;
    const QString text = markdownEscaped(part.text);
    answer.sentences.append(
        known ? say(QT_TRANSLATE_NOOP("Agents", "For “%1” only %2 counts: %3 cost %4 USD."))
                    .arg(text, name, callsText(calls), cost)
              : say(QT_TRANSLATE_NOOP("Agents", "For “%1” only %2 counts: %3, whose cost is unknown."))
                    .arg(text, name, callsText(calls)));
    return answer;
}

Expected<Answer> answerInPart(RunState& state, const FoundScope::Part& part,
                              const std::function<Expected<Answer>(RunState&)>& answer) {
    PartInForce inForce(state, part);
    if (auto measured = inForce.measure(); !measured)
        return fail(measured.error());
    auto given = answer(state);
    if (!given)
        return given;
    given->heading = say(QT_TRANSLATE_NOOP("Agents", "%1: %2")).arg(given->heading, scopeName(part.scope));
    // It would open the whole answer, which is about other rows.
    if (!given->headline.isEmpty())
        given->sentences.prepend(std::exchange(given->headline, {}));
    given->facts["part"_L1] = part.text;
    given->facts["scope"_L1] = part.scope.json();
    given->facts["rows_in_scope"_L1] = state.rowsInScope;
    return given;
}

} // namespace apex::backend::answers
