// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/intent.h"

#include "backend/agents/intent_words.h"
#include "backend/agents/plain_request.h"

#include <QRegularExpression>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

bool startsAsFollowUp(const QString& text) {
    static const QRegularExpression start(
        uR"(^\W*(?:and|but|only|just|now|also|same|then|ok|okay|what if|why|how come|how so|show|what about|how about|by|per|for|without|in|excluding|split|break|group|top)\b)"_s);
    static const QRegularExpression backward(uR"(\b(?:it|that|this|those|these|them|there|the same)\b)"_s);
    const bool isShort = text.count(u' ') < 12;
    return isShort && (start.match(text).hasMatch() || backward.match(text).hasMatch());
}

/// Fills in what a follow-up leaves unsaid.
Intent continued(Intent now, const Intent& before) {
    now.followUp = true;
    now.contextNames = before.contextNames + before.names;
    const bool saysTopic = !now.keywords.isEmpty();
    if (!saysTopic && now.dimensions.isEmpty())
        now.dimensions = before.dimensions;
    if (!saysTopic) {
        now.topics = before.topics;
        now.keywords = before.keywords;
        now.limits = before.limits;
        now.periods = before.periods;
        now.latencyFactorTenths = before.latencyFactorTenths;
    }
    if (!now.time)
        now.time = before.time;
    if (!saysTopic && now.moveTo.isEmpty()) {
        now.moveTo = before.moveTo;
        now.moveFrom = before.moveFrom;
        now.sharePercent = now.sharePercent ? now.sharePercent : before.sharePercent;
    }
    if (!now.targetPercent && !saysTopic)
        now.targetPercent = before.targetPercent;
    if (!now.growthPercent && !saysTopic)
        now.growthPercent = before.growthPercent;
    now.decimalComma = now.decimalComma || before.decimalComma;
    return now;
}

/// A question about statements or reasons is about the answer before it, whatever that was.
void lookBack(Intent& now, const Intent& before) {
    if (now.main() != Topic::Statements && now.main() != Topic::Reason)
        return;
    for (const Topic topic : before.topics) {
        if (!now.asksFor(topic))
            now.topics.push_back(topic);
    }
    if (now.dimensions.isEmpty())
        now.dimensions = before.dimensions;
    if (now.moveTo.isEmpty()) {
        now.moveTo = before.moveTo;
        now.moveFrom = before.moveFrom;
        now.sharePercent = before.sharePercent;
    }
    now.sql = now.sql.isEmpty() ? before.sql : now.sql;
    now.growthPercent = now.growthPercent ? now.growthPercent : before.growthPercent;
    now.targetPercent = now.targetPercent ? now.targetPercent : before.targetPercent;
}

/// Two spans that are set against each other, or one that restricts.
void readTimes(const QString& text, Intent& intent) {
    intent.periods = readTwoTimes(text);
    if (intent.periods.empty()) {
        intent.time = readTimeWords(text);
        return;
    }
    // "compare" is about the spans then, not about models.
    std::erase(intent.topics, Topic::Models);
    intent.topics.insert(intent.topics.begin(), Topic::Periods);
    if (intent.keywords.isEmpty())
        intent.keywords.append(intent.periods.front().text.trimmed());
}

} // namespace

bool Intent::asksFor(Topic topic) const {
    return std::find(topics.begin(), topics.end(), topic) != topics.end();
}

bool Intent::isNarrow() const {
    const Topic topic = main();
    if (topic == Topic::Sql || topic == Topic::Statements || topic == Topic::Reason ||
        topic == Topic::Courtesy)
        return true;
    if (!limits.empty() || latencyFactorTenths || targetPercent || asksFor(Topic::Growth))
        return false;
    if (!moveTo.isEmpty())
        return true;
    if (asksFor(Topic::Savings))
        return false;
    return !dimensions.isEmpty() || followUp || topic == Topic::Anomalies || topic == Topic::Retries ||
           topic == Topic::Context || topic == Topic::Trend || topic == Topic::Change ||
           topic == Topic::Periods || topic == Topic::Averages;
}

Intent readIntent(const QString& request) {
    Intent intent;
    intent.sql = words::sqlIn(request);
    if (!intent.sql.isEmpty()) {
        intent.topics.push_back(Topic::Sql);
        intent.keywords.append(u"SQL"_s);
        return intent;
    }
    const PlainRequest plain = plainRequest(request);
    const QString text = plain.text.toLower();
    if (words::isCourtesy(text)) {
        intent.topics.push_back(Topic::Courtesy);
        return intent;
    }
    intent.notes = plain.notes;
    words::readTopics(text, intent);
    words::readDimensions(text, intent);
    words::readPercents(text, intent);
    words::readLatencyWishes(plain.text, intent);
    words::readNames(plain.text, intent);
    words::readMove(plain.text, intent);
    readTimes(text, intent);
    intent.decimalComma = text.contains(u"decimal comma"_s);
    intent.followUp = startsAsFollowUp(text);
    if (intent.topics.empty())
        intent.topics.push_back(intent.moveTo.isEmpty() ? Topic::Cost : Topic::Models);
    return intent;
}

Intent readIntent(const QString& request, const QStringList& earlier) {
    std::optional<Intent> before;
    for (const QString& text : earlier) {
        Intent intent = readIntent(text);
        if (intent.main() == Topic::Courtesy)
            continue;
        const bool goesOn = before && (intent.followUp || intent.keywords.isEmpty());
        if (goesOn) {
            const QString context = before->context + u'\n' + text;
            intent = continued(std::move(intent), *before);
            intent.context = context;
        } else {
            intent.context = text;
        }
        // "why?" and "show the SQL" change nothing about what the conversation is about.
        if (goesOn && (intent.main() == Topic::Reason || intent.main() == Topic::Statements))
            continue;
        before = std::move(intent);
    }
    Intent now = readIntent(request);
    if (!before || now.main() == Topic::Courtesy) {
        now.followUp = false;
        return now;
    }
    const bool goesOn = now.followUp || (now.keywords.isEmpty() && now.sql.isEmpty());
    if (!goesOn)
        return now;
    now = continued(std::move(now), *before);
    now.context = before->context;
    lookBack(now, *before);
    return now;
}

QString topicName(Topic topic) {
    static const std::vector<QString> names{u"sql"_s,     u"statements"_s, u"reason"_s,   u"periods"_s,
                                            u"change"_s,  u"anomalies"_s,  u"retries"_s,  u"context"_s,
                                            u"models"_s,  u"latency"_s,    u"errors"_s,   u"growth"_s,
                                            u"caching"_s, u"savings"_s,    u"trend"_s,    u"limits"_s,
                                            u"cost"_s,    u"usage"_s,      u"averages"_s, u"courtesy"_s};
    return names.at(static_cast<std::size_t>(topic));
}

} // namespace apex::backend
