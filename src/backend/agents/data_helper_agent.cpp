// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/data_helper_agent.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/column_profile.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

QString DataHelperAgent::name() const {
    return u"data_helper"_s;
}

QString DataHelperAgent::task() const {
    return say(QT_TRANSLATE_NOOP("Agents", "Say which data is missing and why it matters"));
}

Expected<QJsonObject> DataHelperAgent::work(RunState& state) {
    think(state, state.files.empty()
                     ? say(QT_TRANSLATE_NOOP(
                           "Agents", "There is no file to measure, so I list what an analysis needs."))
                     : say(QT_TRANSLATE_NOOP("Agents",
                                             "I compare the columns found with those an analysis needs.")));
    const auto result = callTool(state, u"list_missing_fields"_s, {}, [&]() -> Expected<QJsonObject> {
        QJsonArray missing;
        for (const NeededField& field : state.needed) {
            if (!field.present)
                missing.append(QJsonObject{{"field"_L1, field.name}, {"why"_L1, field.why}});
        }
        return QJsonObject{{"missing"_L1, missing},
                           {"missing_count"_L1, missing.size()},
                           {"needed_count"_L1, static_cast<qint64>(state.needed.size())},
                           {"present_count"_L1, presentCount(state.needed)}};
    });
    if (!result)
        return fail(result.error());
    const QString summary = say(QT_TRANSLATE_NOOP("Agents", "%1 of %2 needed fields are missing."))
                                .arg(result->value("missing_count"_L1).toInt())
                                .arg(state.needed.size());
    return QJsonObject{{"summary"_L1, summary}, {"missing"_L1, result->value("missing"_L1)}};
}

} // namespace apex::backend
