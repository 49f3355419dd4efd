// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/intent.h"

#include "backend/agents/call_list_words.h"
#include "backend/agents/intent_words.h"
#include "backend/agents/plain_request.h"

#include <QRegularExpression>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

bool startsAsFollowUp(const QString& text) {
    static const QRegularExpression start(
        uR"(^\W*(?:and|but|only|just|now|also|same|then|ok|okay|what if|why|how come|how so|show|what about|how about|by|per|for|compared|versus|vs|against|without|except|exclude|excluding|ignore|ignoring|not|in|split|break|group|top)\b)"_s);
    static const QRegularExpression backward(
        uR"(\b(?:it|that|this|those|these|them|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )there|the same)\b)"_s);
    const bool isShort = text.count(u' ') < 12;
    return isShort && (start.match(text).hasMatch() || backward.match(text).hasMatch());
}

/// "How about gpt-5-mini?", "and to haiku?" after a move: another target. "120 %?": another share.
void goOnWithMove(const QString& request, Intent& now, const Intent& before) {
    static const QRegularExpression target(
        uR"(^\W*(?:(?:how|what) about|what if|and|or|then|ok|to|try|instead)\b)"_s,
        QRegularExpression::CaseInsensitiveOption);
    now.moveTo = before.moveTo;
    now.moveFrom = before.moveFrom;
    if (now.names.size() == 1 && target.match(request).hasMatch())
        now.moveTo = now.names.front();
    if (now.barePercent && !now.sharePercent)
        words::setShare(*now.barePercent, now);
    now.sharePercent = now.sharePercent ? now.sharePercent : before.sharePercent;
}

/// What a follow-up that names no topic of its own goes on about.
void continueTopic(const QString& request, Intent& now, const Intent& before) {
    now.topics = before.topics;
    now.keywords = before.keywords;
    if (before.main() == Topic::Sql) {
        // The query itself is asked again only if it is named again.
        now.topics = {Topic::Cost};
        now.keywords.clear();
    }
    now.limits = before.limits;
    now.latencyFactorTenths = before.latencyFactorTenths;
    if (now.dimensions.isEmpty()) {
        now.dimensions = before.dimensions;
        now.ranking = now.ranking ? now.ranking : before.ranking;
    } else if (before.ranking && !now.ranking) {
        now.ranking = before.ranking;
        now.ranking->most = 0; // "top 3 users" says nothing about models
    }
    // One span in place of two is no comparison any more.
    if (!now.time)
        now.periods = before.periods;
    else if (now.main() == Topic::Periods)
        now.topics = {Topic::Cost};
    if (now.moveTo.isEmpty() && !before.moveTo.isEmpty())
        goOnWithMove(request, now, before);
    now.targetPercent = now.targetPercent ? now.targetPercent : before.targetPercent;
    now.growthPercent = now.growthPercent ? now.growthPercent : before.growthPercent;
}

/// "And the fastest?", "and by errors?" after "which user ...": another order of the same groups.
void continueOrder(const QString& request, Intent& now, const Intent& before) {
    static const QRegularExpression isShort(uR"(^\W*(?:\w+\W+){0,5}\w+\W*$)"_s);
    const QString text = plainRequest(request).text.toLower();
    const auto after = before.ranking ? rankingAfter(*before.ranking, text) : std::nullopt;
    const bool isOther = now.dimensions.isEmpty() && now.ranking && isShort.match(text).hasMatch();
    if (before.dimensions.isEmpty() || (!after && !isOther))
        return;
    now.ranking = after ? after : now.ranking;
    if (now.dimensions.isEmpty())
        now.dimensions = before.dimensions;
    now.topics = {now.ranking->measure == Ranking::Measure::Latency     ? Topic::Latency
                  : now.ranking->measure == Ranking::Measure::ErrorRate ? Topic::Errors
                                                                        : Topic::Cost};
    now.saysNothing = false;
}

/// Fills in what a follow-up leaves unsaid.
Intent continued(const QString& request, Intent now, const Intent& before) {
    now.followUp = true;
    continueOrder(request, now, before);
    if (now.keywords.isEmpty())
        continueTopic(request, now, before);
    if (!now.time)
        now.time = before.time;
    now.decimalComma = now.decimalComma || before.decimalComma;
    now.turns = before.turns;
    now.turns.push_back(before.own);
    return now;
}

/// A request that compares models or moves between them filters by none.
void completeOwn(Intent& intent) {
    intent.own.choosesModels =
        intent.asksFor(Topic::Models) || intent.asksFor(Topic::Change) || !intent.moveTo.isEmpty();
    intent.own.asksForChange = intent.asksFor(Topic::Change);
    intent.own.moveTo = intent.moveTo;
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
    if (now.periods.empty())
        now.periods = before.periods;
    now.sql = now.sql.isEmpty() ? before.sql : now.sql;
    now.growthPercent = now.growthPercent ? now.growthPercent : before.growthPercent;
    now.targetPercent = now.targetPercent ? now.targetPercent : before.targetPercent;
}

/// Two spans that are set against each other, or one that restricts.
void readPeriods(const QString& text, Intent& intent) {
    intent.periods = readTwoTimes(text);
    static const QRegularExpression halves(
        uR"(\bweek-?days?\b.*\bweek-?ends?\b|\bweek-?ends?\b.*\bweek-?days?\b)"_s);
    if (intent.periods.empty() && halves.match(text).hasMatch()) {
        // Weekdays against weekends are told apart, not left out.
        intent.dimensions = {u"weekday"_s};
        std::erase(intent.topics, Topic::Models);
        return;
    }
    if (intent.periods.empty()) {
        TimesRead read = readTimes(text);
        intent.time = std::move(read.time);
        intent.own.unreadTimes = std::move(read.unread);
        words::readFuture(text, intent);
        return;
    }
    // "compare" is about the spans then, not about models.
    std::erase(intent.topics, Topic::Models);
    intent.topics.insert(intent.topics.begin(), Topic::Periods);
    if (intent.keywords.isEmpty())
        intent.keywords.append(intent.periods.front().text.trimmed());
}

/// "How does that compare to the week before?": the span of the answer before against the one named.
void compareWithBefore(const QString& request, Intent& now, const Intent& before) {
    if (!now.periods.empty() || !now.names.isEmpty() || !now.dimensions.isEmpty() || !before.periods.empty())
        return;
    const auto other = readComparedTime(plainRequest(request).text.toLower());
    if (!other)
        return;
    TimeWords inForce;
    inForce.kind = TimeWords::Kind::InForce;
    inForce.text = before.time ? before.time->text : QString();
    now.periods = {inForce, *other};
    now.time = before.time;
    now.own.time.reset();
    now.ranking.reset();
    now.keywords.append(other->text.trimmed());
    std::erase(now.topics, Topic::Models);
    now.topics.insert(now.topics.begin(), Topic::Periods);
}

/// "Which model is the cheapest" asks for an order, not for a plan to save.
void readOrder(const QString& text, Intent& intent) {
    intent.ranking = readRanking(text);
    const qsizetype cheapest = intent.keywords.indexOf(u"cheapest"_s);
    if (!intent.ranking || intent.dimensions.isEmpty() || cheapest < 0)
        return;
    std::erase(intent.topics, Topic::Savings);
    if (!intent.asksFor(Topic::Cost))
        intent.topics.push_back(Topic::Cost);
}

} // namespace

bool Intent::asksFor(Topic topic) const {
    return std::find(topics.begin(), topics.end(), topic) != topics.end();
}

bool Intent::isNarrow() const {
    const Topic topic = main();
    if (topic == Topic::Sql || topic == Topic::Statements || topic == Topic::Reason ||
        topic == Topic::Courtesy || topic == Topic::Unclear)
        return true;
    if (!limits.empty() || latencyFactorTenths || targetPercent || asksFor(Topic::Growth))
        return false;
    if (!moveTo.isEmpty())
        return true;
    if (asksFor(Topic::Savings))
        return false;
    // "How many calls ..." has one answer, "analyse my usage" has many.
    if (topic == Topic::Usage && !keywords.isEmpty() && !keywords.front().startsWith(u"usage"))
        return true;
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
    if (words::asksWhatIsPossible(text)) {
        intent.topics.push_back(Topic::Unclear);
        return intent;
    }
    intent.notes = plain.notes;
    words::readTopics(text, intent);
    words::readDimensions(text, intent);
    words::readPercents(text, intent);
    words::readLatencyWishes(plain.text, intent);
    words::readNames(plain.text, intent);
    words::readMove(plain.text, intent);
    readPeriods(text, intent);
    readOrder(text, intent);
    intent.decimalComma = text.contains(u"decimal comma"_s);
    intent.followUp = startsAsFollowUp(text);
    const bool namesRows = intent.time || !intent.own.unreadTimes.isEmpty() || !intent.names.isEmpty();
    const bool asks = !intent.keywords.isEmpty() || !intent.dimensions.isEmpty() || intent.ranking ||
                      intent.sharePercent || intent.barePercent || !intent.moveTo.isEmpty() ||
                      intent.asksQuality || words::wantsReport(text) || words::startsOver(text) ||
                      asksForMore(text) || callListAfter({}, text);
    intent.saysNothing = !namesRows && !asks;
    if (intent.topics.empty())
        intent.topics.push_back(intent.moveTo.isEmpty() ? Topic::Cost : Topic::Models);
    intent.own.startsOver = words::startsOver(text);
    intent.own.text = plain.text;
    intent.own.names = intent.names;
    intent.own.time = intent.time;
    intent.own.dimensions = intent.dimensions;
    intent.own.moveFrom = intent.moveFrom;
    completeOwn(intent);
    return intent;
}

Intent readIntent(const QString& request, const QStringList& earlier) {
    std::optional<Intent> before;
    for (const QString& text : earlier) {
        Intent intent = readIntent(text);
        if (intent.main() == Topic::Courtesy || intent.main() == Topic::Unclear)
            continue;
        const bool goesOn = before && (intent.followUp || intent.keywords.isEmpty());
        if (goesOn) {
            compareWithBefore(text, intent, *before);
            intent = continued(text, std::move(intent), *before);
            completeOwn(intent);
        }
        // "why?" and "show the SQL" change nothing about what the conversation is about.
        if (goesOn && (intent.main() == Topic::Reason || intent.main() == Topic::Statements))
            continue;
        before = std::move(intent);
    }
    Intent now = readIntent(request);
    if (!before || now.main() == Topic::Courtesy || now.main() == Topic::Unclear) {
        now.followUp = false;
        return now;
    }
    const bool goesOn = now.followUp || (now.keywords.isEmpty() && now.sql.isEmpty());
    if (!goesOn)
        return now;
    compareWithBefore(request, now, *before);
    now = continued(request, std::move(now), *before);
    lookBack(now, *before);
    completeOwn(now);
    return now;
}

QString topicName(Topic topic) {
    static const std::vector<QString> names{
        u"sql"_s,      u"statements"_s, u"reason"_s, u"periods"_s, u"change"_s, u"anomalies"_s,
        u"retries"_s,  u"context"_s,    u"models"_s, u"latency"_s, u"errors"_s, u"growth"_s,
        u"caching"_s,  u"savings"_s,    u"trend"_s,  u"limits"_s,  u"cost"_s,   u"usage"_s,
        u"averages"_s, u"courtesy"_s,   u"unclear"_s};
    return names.at(static_cast<std::size_t>(topic));
}

} // namespace apex::backend
