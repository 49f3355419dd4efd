// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/answers_parts.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"
#include "backend/analysis/measurements.h"

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

Expected<Answer> partOfQuestion(RunState& state, const FoundScope::Part& part) {
    const Scope whole = state.rows->scope();
    state.rows->setScope(part.scope);
    const auto sums = totals(*state.rows);
    state.rows->setScope(whole);
    if (!sums)
        return fail(sums.error());
    Answer answer;
    const QString name = part.scope.text();
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Cost of %1")).arg(name);
    const Money cost = sums->money(0, u"cost_usd"_s);
    const QString calls = QString::number(sums->number(0, u"calls"_s));
    answer.facts = {{"part"_L1, part.text},
                    {"scope"_L1, part.scope.json()},
                    {"calls"_L1, calls},
                    {"cost_usd"_L1, moneyText(cost)}};
    answer.sentences.append(say(QT_TRANSLATE_NOOP("Agents", "For “%1” only %2 counts: %3 calls cost %4 USD."))
                                .arg(part.text, name, calls, moneyText(cost)));
    return answer;
}

} // namespace apex::backend::answers
