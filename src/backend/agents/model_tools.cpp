// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/model_tools.h"

#include "backend/agents/answers.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostEntries = 15;
constexpr qsizetype mostResultChars = 8 * 1024;

const QStringList dimensions{u"model"_s, u"project"_s, u"session"_s, u"user"_s,   u"service"_s,
                             u"app"_s,   u"day"_s,     u"hour"_s,    u"weekday"_s};

using Answering = Expected<Answer> (*)(RunState&);
struct PlainTool {
    QLatin1StringView name;
    QLatin1StringView what;
    Answering answer;
};
constexpr std::array<PlainTool, 9> plainTools{{
    {"trend"_L1, "Cost per day, its trend and a projection with interval"_L1, &answers::trend},
    {"anomalies"_L1, "Unusual days and calls, with the method named"_L1, &answers::anomalies},
    {"cost_drivers"_L1, "What made the cost change"_L1, &answers::reasons},
    {"error_causes"_L1, "Failed calls and what was spent on them"_L1, &answers::errorCauses},
    {"retries_and_duplicates"_L1, "Repeated calls and their cost"_L1, &answers::retriesAndRepeats},
    {"cache_use"_L1, "Cache hit rate and what better caching would save"_L1, &answers::caching},
    {"context_growth"_L1, "How prompts grow within sessions"_L1, &answers::contextGrowth},
    {"peak_rates"_L1, "Peak calls and tokens per minute"_L1, &answers::peakRates},
    {"compare_models"_L1, "The same calls at the prices of other models"_L1, &answers::modelChoice},
}};

QJsonObject definition(QLatin1StringView name, QLatin1StringView what, const QJsonObject& properties) {
    const QJsonObject parameters{{"type"_L1, "object"_L1},
                                 {"properties"_L1, properties},
                                 {"required"_L1, QJsonArray::fromStringList(properties.keys())},
                                 {"additionalProperties"_L1, false}};
    return {{"type"_L1, "function"_L1},
            {"function"_L1,
             QJsonObject{{"name"_L1, name}, {"description"_L1, what}, {"parameters"_L1, parameters}}}};
}

QJsonObject dimensionProperty() {
    return {{"dimension"_L1,
             QJsonObject{{"type"_L1, "string"_L1}, {"enum"_L1, QJsonArray::fromStringList(dimensions)}}}};
}

Expected<Answer> queryOf(RunState& state, const QString& sql) {
    Intent saved = state.intent;
    state.intent.sql = sql;
    auto answer = answers::ownQuery(state);
    state.intent = std::move(saved);
    if (answer)
        answer->heading =
            QCoreApplication::translate("Agents", "Result of the query the language model wrote");
    return answer;
}

tl::unexpected<Error> notUsable(const QString& why) {
    return fail(ErrorKind::InvalidInput,
                QCoreApplication::translate("Agents", "The language model asked for something that is not "
                                                      "offered (%1); it was not run.")
                    .arg(why));
}

QJsonValue shortened(const QJsonValue& value) {
    static const QStringList left{u"first_rejected"_s, u"files"_s, u"sql"_s, u"statements"_s, u"columns"_s};
    if (value.isArray()) {
        QJsonArray array;
        const QJsonArray all = value.toArray();
        for (qsizetype i = 0; i < std::min(mostEntries, all.size()); ++i)
            array.append(shortened(all[i]));
        return array;
    }
    if (value.isString())
        return value.toString().left(500);
    if (!value.isObject())
        return value;
    QJsonObject object;
    const QJsonObject all = value.toObject();
    for (auto it = all.begin(); it != all.end(); ++it) {
        if (!left.contains(it.key()))
            object[it.key()] = shortened(it.value());
    }
    return object;
}

} // namespace

QJsonArray modelToolDefinitions() {
    QJsonArray tools;
    tools.append(definition("cost_by"_L1, "Calls, tokens and cost by one dimension"_L1, dimensionProperty()));
    tools.append(definition("latency_by"_L1, "Latency percentiles by one dimension"_L1, dimensionProperty()));
    for (const PlainTool& tool : plainTools)
        tools.append(definition(tool.name, tool.what, {}));
    tools.append(definition(
        "run_sql"_L1,
        "One read-only SQLite SELECT over the view usage_rows, at most 200 rows. Find the columns with SELECT * FROM usage_rows LIMIT 1"_L1,
        {{"sql"_L1, QJsonObject{{"type"_L1, "string"_L1}}}}));
    return tools;
}

Expected<Question> modelQuestion(const QString& name, const QString& argumentsJson) {
    const QJsonObject given = QJsonDocument::fromJson(argumentsJson.toUtf8()).object();
    const auto plain = std::find_if(plainTools.begin(), plainTools.end(),
                                    [&](const PlainTool& tool) { return tool.name == name; });
    if (plain != plainTools.end())
        return Question{name, {}, plain->answer};
    if (name == "run_sql"_L1) {
        const QString sql = given.value("sql"_L1).toString();
        if (sql.isEmpty() || sql.size() > 4000)
            return notUsable(u"run_sql"_s);
        return Question{name, {{"sql"_L1, sql}}, [sql](RunState& state) { return queryOf(state, sql); }};
    }
    const QString dimension = given.value("dimension"_L1).toString();
    const bool cost = name == "cost_by"_L1;
    if ((!cost && name != "latency_by"_L1) || !dimensions.contains(dimension))
        return notUsable(name.left(40).simplified());
    return Question{name + u'_' + dimension, {{"dimension"_L1, dimension}}, [=](RunState& state) {
                        return cost ? answers::breakdownBy(state, dimension, std::nullopt)
                                    : answers::latency(state, dimension, std::nullopt);
                    }};
}

std::vector<double> constantsOf(const QString& argumentsJson) {
    static const QRegularExpression numeral(u"\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?"_s);
    std::vector<double> constants;
    for (auto it = numeral.globalMatch(argumentsJson); it.hasNext();)
        constants.push_back(it.next().captured().toDouble());
    return constants;
}

QString briefResult(const QJsonObject& result, qsizetype mostChars) {
    const QString text =
        QString::fromUtf8(QJsonDocument(shortened(result).toObject()).toJson(QJsonDocument::Compact));
    return text.size() <= mostChars ? text : u"{\"left_out\":\"too long\"}"_s;
}

QString modelBrief(const RunState& state) {
    QString text = u"Question: "_s + state.request.text.left(4000) + u"\n\nTool results:\n"_s;
    if (state.found.scope.isEverything() == false)
        text += u"(All about: "_s + state.found.scope.text().left(500) + u")\n"_s;
    int leftOut = 0;
    for (const ToolResult& entry : state.toolResults) {
        const QString line = entry.tool + u": "_s + briefResult(entry.result, mostResultChars) + u'\n';
        if (text.size() + line.size() > maxBriefChars - 200)
            ++leftOut;
        else
            text += line;
    }
    if (leftOut > 0)
        text += u"(%1 more results were left out because of their length.)\n"_s.arg(leftOut);
    return text;
}

} // namespace apex::backend
