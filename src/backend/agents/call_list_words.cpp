// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/call_list_words.h"

#include <QRegularExpression>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

/// A longer list is no answer that anybody reads.
constexpr int mostListedCalls = 100;

bool holds(const QString& text, const QString& pattern) {
    return QRegularExpression(pattern).match(text).hasMatch();
}

Outcome outcomeIn(const QString& text) {
    const bool timedOut = holds(text, uR"(\btime-?outs?\b|\btimed[- ]?out\b)"_s);
    const bool failed =
        holds(text, uR"(\bfail\w*|\berror\w*|\bunsuccessful\b|\bwent wrong\b|\bnot (?:successful|ok)\b)"_s);
    if (timedOut && !failed)
        return Outcome::TimedOut;
    if (failed)
        return Outcome::Failed;
    return holds(text, uR"(\bsuccess\w*|\bsucceeded\b|\bwent well\b)"_s) ? Outcome::Succeeded : Outcome::Any;
}

int numberWanted(const QString& text) {
    static const QRegularExpression wanted(
        uR"(\b(\d{1,3})\s+(?:(?:failed|failing|timed out|successful|most recent|recent|latest|newest|oldest)\s+)*(?:calls|requests|errors|failures|timeouts|rows|more)\b|\b(?:next|last|first|latest)\s+(\d{1,3})\b(?!\s*(?:day|week|month|hour|minute|year)))"_s);
    const auto found = wanted.match(text);
    return std::max(found.captured(1).toInt(), found.captured(2).toInt());
}

void readNumber(const QString& text, CallList& list) {
    if (const int most = numberWanted(text); most > 0)
        list.most = std::min(most, mostListedCalls);
}

} // namespace

std::optional<CallList> callListIn(const QString& text) {
    static const QString calls = uR"((?:calls|requests|errors|failures|time-?outs))"_s;
    static const QRegularExpression listed(
        uR"(\b(?:list|show|display|print|give|enumerate|see|view|get|what are|which are|what were)\b)"
        uR"((?:\s+(?:me|us|all|each|every|any|the|of|my|our|those|these|single|individual|last|latest|newest|first|oldest|recent|most|\d{1,3}|failed|failing|unsuccessful|erroneous|successful|timed[- ]out)\b)*\s+)"_s +
        calls + u"\\b"_s);
    static const QRegularExpression which(
        uR"(\b(?:which|what) (?:calls|requests)\s+(?:(?:have|had|has|were|are|that)\s+)?(?:failed|fail|timed out|errored|succeeded|unsuccessful|not successful|went wrong|did|came|made)\b)"_s);
    static const QRegularExpression latest(
        uR"(^\W*(?:and |only |just |now )*(?:the |my |our )?(?:last|latest|newest|most recent|first|oldest) (?:\d{1,3} )?(?:failed )?(?:calls|requests|errors|failures)\b)"_s);
    if (!listed.match(text).hasMatch() && !which.match(text).hasMatch() && !latest.match(text).hasMatch())
        return std::nullopt;
    CallList list;
    list.outcome = outcomeIn(text);
    list.newestFirst = holds(
        text,
        uR"(\b(?:last|latest|newest|recent)\s+(?:\d{1,3}\s+)?(?:failed\s+|failing\s+)?(?:calls|requests|errors|failures|time-?outs)\b|\bnewest first\b)"_s);
    readNumber(text, list);
    return list;
}

bool asksForMore(const QString& text) {
    return holds(
        text,
        uR"(^\W*(?:and |ok |now |please |show |list |give |me |us |see )*(?:the )?(?:more|(?:next|other|remaining)(?: (?:ones|page|calls|\d{1,3}(?: (?:calls|ones))?))?|rest|others|\d{1,3} more)(?: of (?:them|it|those))?(?: please)?\W*$)"_s);
}

std::optional<CallList> callListAfter(const CallList& before, const QString& text) {
    CallList list = before;
    static const QRegularExpression otherEnd(
        uR"(^\W*(?:and |only |just |show |me |the |of |them )*(last|latest|newest|first|oldest) (\d{1,3})(?: ones)?\W*$)"_s);
    if (const auto end = otherEnd.match(text); end.hasMatch()) {
        list.newestFirst = !holds(end.captured(1), u"first|oldest"_s);
        list.most = std::clamp(end.captured(2).toInt(), 1, mostListedCalls);
        list.skip = 0;
        return list;
    }
    if (asksForMore(text)) {
        list.skip += before.most;
        readNumber(text, list);
        return list;
    }
    static const QString onlyThose =
        uR"(^\W*(?:and |but |now |ok |show |list |me |only |just |the |those |that |which |with |have |were )*(?:failed|failing|errors?|failures|time-?outs?|timed out|successful)(?: ones| calls| requests| only)*\W*$)"_s;
    if (!holds(text, onlyThose))
        return std::nullopt;
    list.outcome = outcomeIn(text);
    list.skip = 0;
    return list;
}

} // namespace apex::backend
