// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/column_profile.h"

#include "backend/agents/agent_words.h"
#include "backend/analysis/usage_pass.h"
#include "backend/analysis/usage_statements.h"

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

Expected<ColumnProfile> profileRows(RowsQuery& query) {
    // One pass answers this and what comes next.
    if (auto done = answerInOnePass(query); !done)
        return fail(done.error());
    const auto table = query.run(statements::filled());
    if (!table)
        return fail(table.error());
    ColumnProfile profile;
    const std::int64_t rows = table->number(0, u"rows"_s);
    profile.needed = neededFieldsOfAnalysis();
    QJsonArray present;
    QJsonArray missing;
    for (NeededField& field : profile.needed) {
        // A column that is empty in most rows tells nothing about the whole.
        field.present = rows > 0 && table->number(0, field.name) * 2 >= rows;
        (field.present ? present : missing).append(field.name);
    }
    QJsonObject filled;
    for (const QString& column : table->columns())
        filled[column] = static_cast<qint64>(table->number(0, column));
    profile.json = {{"rows_with"_L1, filled},
                    {"needed_fields"_L1, present.size() + missing.size()},
                    {"needed_fields_present"_L1, present.size()},
                    {"present"_L1, present},
                    {"missing"_L1, missing}};
    return profile;
}

std::vector<NeededField> neededFieldsOfAnalysis() {
    return {
        {u"timestamp"_s,
         say(QT_TRANSLATE_NOOP("Agents", "places each call in time: days, trend and period"))},
        {u"model"_s,
         say(QT_TRANSLATE_NOOP("Agents",
                               "shows which model the money goes to; no price can be looked up without it"))},
        {u"prompt_tokens"_s,
         say(QT_TRANSLATE_NOOP("Agents", "input is priced apart from output; needed to reprice a call"))},
        {u"completion_tokens"_s,
         say(QT_TRANSLATE_NOOP("Agents", "output is the dearer part; needed to reprice a call"))},
        {u"cost_usd"_s,
         say(QT_TRANSLATE_NOOP(
             "Agents", "what was really paid; without it only list prices of known models can stand in"))}};
}

int presentCount(const std::vector<NeededField>& fields) {
    return static_cast<int>(
        std::count_if(fields.begin(), fields.end(), [](const NeededField& field) { return field.present; }));
}

Sufficiency sufficiencyOf(const std::vector<NeededField>& fields) {
    const int present = presentCount(fields);
    const int needed = static_cast<int>(fields.size());
    if (present * 10 >= needed * 8)
        return Sufficiency::Sufficient;
    return present * 10 >= needed * 4 ? Sufficiency::Partial : Sufficiency::Insufficient;
}

QString sufficiencyName(Sufficiency sufficiency) {
    switch (sufficiency) {
    case Sufficiency::Sufficient:
        return u"sufficient"_s;
    case Sufficiency::Partial:
        return u"partial"_s;
    case Sufficiency::Insufficient:
        return u"insufficient"_s;
    }
    return u"insufficient"_s;
}

} // namespace apex::backend
