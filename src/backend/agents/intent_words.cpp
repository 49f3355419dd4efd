// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/intent_words.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace apex::backend::words {

using namespace Qt::StringLiterals;

namespace {

struct TopicWords {
    Topic topic;
    QStringList words; ///< starts of words, lower case
};

const std::vector<TopicWords>& topicWords() {
    static const std::vector<TopicWords> table{
        {Topic::Statements,
         {u"show the sql"_s, u"show sql"_s, u"show me the sql"_s, u"which sql"_s, u"what sql"_s,
          u"the quer"_s, u"how did you calculate"_s, u"how was this calculated"_s, u"how did you get"_s,
          u"show your work"_s}},
        {Topic::Reason,
         {u"why"_s, u"how come"_s, u"reason for"_s, u"what caused"_s, u"what drove"_s, u"what drives"_s,
          u"explain"_s}},
        {Topic::Change,
         {u"upgrade"_s, u"worth it"_s, u"rollback"_s, u"roll back"_s, u"before and after"_s,
          u"since the switch"_s, u"did the switch"_s}},
        {Topic::Anomalies,
         {u"anomal"_s, u"unusual"_s, u"spike"_s, u"outlier"_s, u"strange"_s, u"suspicious"_s, u"abnormal"_s}},
        {Topic::Retries, {u"retr"_s, u"duplicate"_s, u"repeated call"_s, u"twice"_s}},
        {Topic::Context,
         {u"context grow"_s, u"context window"_s, u"context length"_s, u"context size"_s,
          u"growing context"_s, u"long session"_s, u"context"_s}},
        {Topic::Limits,
         {u"rate limit"_s, u"throttl"_s, u"requests per minute"_s, u"tokens per minute"_s, u"tpm"_s,
          u"rpm"_s}},
        {Topic::Models,
         {u"compare"_s, u"switch to"_s, u"move "_s, u"migrat"_s, u"instead of"_s, u"replac"_s,
          u"considering"_s, u"smaller model"_s, u"cheaper model"_s, u"cheaper one"_s, u"should switch"_s,
          u"versus"_s, u"vs"_s, u"swap"_s}},
        {Topic::Latency,
         {u"latenc"_s, u"slow"_s, u"fast"_s, u"quickest"_s, u"speed"_s, u"p50"_s, u"p90"_s, u"p95"_s,
          u"p99"_s, u"takes longest"_s, u"takes the longest"_s, u"took longest"_s, u"took the longest"_s,
          u"response time"_s, u"time to first"_s, u"ttft"_s, u"real time"_s, u"real-time"_s}},
        {Topic::Errors, {u"error"_s, u"fail"_s, u"timeout"_s, u"timed out"_s, u"reliab"_s, u"waste"_s}},
        {Topic::Growth,
         {u"growth"_s, u"grow"_s, u"increase in"_s, u"increase"_s, u"more usage"_s, u"scale up"_s, u"doubl"_s,
          u"tripl"_s, u"quadrupl"_s}},
        {Topic::Caching, {u"cache"_s, u"caching"_s, u"repeat"_s}},
        {Topic::Savings,
         {u"reduc"_s, u"save"_s, u"saving"_s, u"cut "_s, u"cheap"_s, u"lower"_s, u"optimi"_s, u"what if"_s,
          u"switch"_s, u"too expensive"_s}},
        {Topic::Trend,
         {u"trend"_s, u"getting more expensive"_s, u"getting cheaper"_s, u"getting dearer"_s, u"going up"_s,
          u"going down"_s, u"rising"_s, u"falling"_s, u"forecast"_s, u"project the"_s, u"projection"_s,
          u"next month"_s, u"over time"_s, u"develop"_s, u"predict"_s, u"run rate"_s}},
        {Topic::Averages, {u"average"_s, u"avg"_s, u"on average"_s, u"per call"_s, u"per request"_s}},
        {Topic::Cost,
         {u"cost"_s, u"spen"_s, u"price"_s, u"bill"_s, u"expens"_s, u"budget"_s, u"money"_s, u"usd"_s, u"$"_s,
          u"pay"_s, u"total"_s, u"summar"_s, u"overview"_s}},
        {Topic::Usage, {u"usage"_s, u"token"_s, u"calls"_s, u"how many"_s, u"volume"_s, u"peak"_s}}};
    return table;
}

std::optional<QString> wordIn(const QString& text, const QStringList& words) {
    for (const QString& word : words) {
        for (qsizetype at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            if (at > 0 && text.at(at - 1).isLetterOrNumber())
                continue;
            qsizetype end = at + word.size();
            while (end < text.size() && text.at(end).isLetterOrNumber())
                ++end;
            // "Only billing" names a project before it asks for a bill.
            if (text.mid(at, end - at) == u"billing")
                continue;
            return text.mid(at, end - at)
                .trimmed(); // the whole word of the request, not the start we look for
        }
    }
    return std::nullopt;
}

struct DimensionWords {
    QString dimension;
    QString words;
};

const std::vector<DimensionWords>& dimensionWords() {
    static const std::vector<DimensionWords> table{
        {u"model"_s, u"models?"_s},
        {u"provider"_s, u"providers?|vendors?"_s},
        {u"project"_s,
         u"projects?|teams?(?! members?)|workspaces?|repos?|repository|repositories|folders?"_s},
        {u"session"_s, u"sessions?|conversations?"_s},
        {u"user"_s, u"users?|persons?|people|developers?|team members?|api keys?|keys?"_s},
        {u"service"_s, u"services?|features?|agent tools?|tools?|functions?"_s},
        {u"app"_s, u"apps?|applications?"_s},
        {u"weekday"_s, u"weekdays?|day of (?:the )?week"_s},
        {u"hour"_s, u"hours?(?: of (?:the )?day)?|time of day|hourly"_s},
        {u"day"_s, u"days?|daily|dates?"_s},
        {u"week"_s, u"weeks?|weekly"_s},
        {u"month"_s, u"months?|monthly"_s}};
    return table;
}

/// "how much ... per call" is a rate, not a breakdown; those units are no dimension anyway.
bool breaksDownBy(const QString& text, const DimensionWords& entry) {
    const QRegularExpression by(
        u"\\b(?:by|per|each|every|across|(?:split|break|group|broken)\\w*(?: it)?(?: down)?(?: by| into)?)\\s+(?:the\\s+|each\\s+)?(?:"_s +
        entry.words + u")\\b"_s);
    if (by.match(text).hasMatch())
        return true;
    const QRegularExpression alsoBy(
        u"\\b(?:by|per)\\s+\\w+(?:\\s*,\\s*\\w+)*\\s*(?:,|and|&)\\s+(?:by |per )?(?:"_s + entry.words +
        u")\\b"_s);
    if (alsoBy.match(text).hasMatch())
        return true;
    const QRegularExpression which(
        u"\\b(?:which|what|top|most expensive|least expensive|dearest|costliest|biggest|cheapest|busiest|quietest|slowest|fastest|worst|bottom|(?:most|least) (?:used|active|popular|reliable))\\s+(?:(?:\\d+|one|two|three|four|five|six|seven|eight|nine|ten)\\s+)?(?:of\\s+(?:our|my|the|these|all)\\s+)?(?:"_s +
        entry.words + u")\\b(?!\\s+(?:limit|could|should))"_s);
    const QRegularExpression ordered(
        u"\\brank(?:ed|ing)?\\s+(?:of\\s+)?(?:(?:all|the|our|my)\\s+)*(?:"_s + entry.words +
        u")\\b|\\b(?:"_s + entry.words +
        u")\\s+(?:ranked\\s+|sorted\\s+|ordered\\s+)?by\\s+(?:(?:their|the|number of|total|average|mean|median|p\\d\\d)\\s+)*(?:latency|latencies|speed|response times?|duration|costs?|spend|price|calls|requests|tokens|errors?|failures?|(?:error|failure) rates?|p\\d\\d)\\b"_s);
    if (ordered.match(text).hasMatch())
        return true;
    static const QRegularExpression when(
        uR"(\bwhen (?:did|do|does|was|were|is|are)\b.*\b(?:most|least|fewest|highest|lowest|cheapest|dearest|busiest|peak)\b)"_s);
    if (entry.dimension == u"day" && when.match(text).hasMatch())
        return true;
    // "who" asks for a person.
    static const QRegularExpression who(uR"(\bwho(?:se)?\b|\b(?:biggest|top) spenders?\b)"_s);
    return which.match(text).hasMatch() || (entry.dimension == u"user" && who.match(text).hasMatch());
}

bool isNear(const QString& text, qsizetype at, const QString& pattern, qsizetype before, qsizetype after) {
    const qsizetype start = std::max<qsizetype>(0, at - before);
    return QRegularExpression(pattern).match(text.mid(start, at - start + after)).hasMatch();
}

void readShare(const QString& text, Intent& intent) {
    static const QRegularExpression half(uR"(\bhalf\b)"_s);
    static const QRegularExpression third(uR"(\b(?:a|one) third\b)"_s);
    static const QRegularExpression quarter(uR"(\b(?:a|one) quarter of\b)"_s);
    static const QRegularExpression all(
        uR"(\b(?:move|switch|migrate|replace) (?:all|everything)\b|\ball of (?:it|them|these|those|the calls)\b)"_s);
    if (half.match(text).hasMatch())
        intent.sharePercent = 50;
    else if (third.match(text).hasMatch())
        intent.sharePercent = 33;
    else if (quarter.match(text).hasMatch())
        intent.sharePercent = 25;
    else if (all.match(text).hasMatch())
        intent.sharePercent = 100;
}

const QString modelWord =
    uR"((?:gpt|claude|gemini|llama|mistral|mixtral|deepseek|qwen|codestral|command|grok|text-embedding|chatgpt|opus|sonnet|haiku|o[134])(?:[-\w.:/]*\w)?(?:\s(?:opus|sonnet|haiku|flash|pro|\d+(?:\.\d+)?))*)"_s;

QString named(const QString& name) {
    return name.simplified();
}

} // namespace

void readTopics(const QString& text, Intent& intent) {
    for (const TopicWords& entry : topicWords()) {
        if (const auto word = wordIn(text, entry.words)) {
            intent.topics.push_back(entry.topic);
            intent.keywords.append(*word);
        }
    }
    static const QRegularExpression quality(uR"(\bqualit(?:y|ies)|\bverbosity|\baccura|\bhow effective)"_s);
    intent.asksQuality = quality.match(text).hasMatch();
    // "why is it slow" is a question about reasons; "reduce" beside another word is the wish that leads.
    const auto savings = std::find(intent.topics.begin(), intent.topics.end(), Topic::Savings);
    const bool leads =
        savings != intent.topics.end() && !intent.topics.empty() &&
        (intent.main() == Topic::Latency || intent.main() == Topic::Growth || intent.main() == Topic::Errors);
    if (leads && wordIn(text, {u"reduce cost"_s, u"reduce my"_s, u"save"_s, u"cut cost"_s, u"cut my"_s,
                               u"lower cost"_s}))
        std::rotate(intent.topics.begin(), savings, savings + 1);
}

void readDimensions(const QString& text, Intent& intent) {
    std::vector<std::pair<qsizetype, QString>> found;
    for (const DimensionWords& entry : dimensionWords()) {
        if (!breaksDownBy(text, entry))
            continue;
        const auto word = QRegularExpression(u"\\b(?:"_s + entry.words + u")\\b"_s).match(text);
        if (entry.dimension == u"day"_s && intent.dimensions.contains(u"weekday"_s))
            continue;
        found.emplace_back(word.capturedStart(), entry.dimension);
        intent.dimensions.append(entry.dimension);
    }
    std::sort(found.begin(), found.end());
    intent.dimensions.clear();
    for (const auto& [at, dimension] : found)
        intent.dimensions.append(dimension);
}

void setShare(int percent, Intent& intent) {
    if (percent > 100)
        intent.notes.append(
            QCoreApplication::translate("Agents", "A share is at most 100 %, so “%1 %” was taken as 100 %.")
                .arg(percent));
    intent.sharePercent = std::min(percent, 100);
}

void readPercents(const QString& text, Intent& intent) {
    static const QRegularExpression pattern(uR"((\+?)\s*(\d{1,4})\s*(?:%|percent))"_s);
    for (auto found = pattern.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        const int percent = match.captured(2).toInt();
        const qsizetype at = match.capturedStart();
        const bool lowers = isNear(text, at, uR"(reduc|save|saving|cut|lower|cheap|less)"_s, 24, 0);
        const bool grows = !match.captured(1).isEmpty() ||
                           (!lowers && isNear(text, at, uR"(grow|increase|more|rise|scale|up by)"_s, 30, 40));
        const bool moves =
            !lowers && !grows &&
            isNear(text, at, uR"(move|switch|shift|migrat|swap|of it|of the calls|of calls)"_s, 20, 30);
        if (grows && !intent.growthPercent)
            intent.growthPercent = percent;
        else if (moves)
            words::setShare(percent, intent);
        else if (!intent.targetPercent && percent > 0 && percent < 100 &&
                 (lowers || intent.asksFor(Topic::Savings) || intent.asksFor(Topic::Caching)))
            intent.targetPercent = percent;
        else if (!lowers)
            intent.barePercent = percent;
    }
    static const std::vector<std::pair<QRegularExpression, int>> manifold{
        {QRegularExpression(uR"(\bdoubl|\btwice as much)"_s), 100},
        {QRegularExpression(uR"(\btripl|\bthree times as much)"_s), 200},
        {QRegularExpression(uR"(\bquadrupl|\bfour times as much)"_s), 300}};
    for (const auto& [words, percent] : manifold) {
        if (!intent.growthPercent && intent.asksFor(Topic::Growth) && words.match(text).hasMatch())
            intent.growthPercent = percent;
    }
    readShare(text, intent);
}

void readLatencyWishes(const QString& request, Intent& intent) {
    const QString text = request.toLower();
    static const QRegularExpression factor(uR"(\b(\d{1,2})(?:\.(\d))?\s*(?:x|×|times)\b)"_s);
    if (intent.asksFor(Topic::Latency)) {
        if (const auto found = factor.match(text); found.hasMatch()) {
            const int tenths = found.captured(1).toInt() * 10 + found.captured(2).toInt();
            if (tenths > 10)
                intent.latencyFactorTenths = tenths;
        }
    }
    static const QRegularExpression limit(
        uR"((?:\bfor\s+(?:the\s+)?['"‘“`]?([\w][\w .\-/]{0,40}?)['"’”`]?\s*,\s*)?[^.,;]*?\b(?:latency|response time|within|under|below)\b[^.,;\d]{0,40}(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|sec|seconds?)\b)"_s,
        QRegularExpression::CaseInsensitiveOption);
    for (auto found = limit.globalMatch(request); found.hasNext();) {
        const auto match = found.next();
        const double value = match.captured(2).toDouble();
        const bool milliseconds = match.captured(3).startsWith(u'm');
        intent.limits.push_back(
            {match.captured(1).trimmed(), static_cast<int>(value * (milliseconds ? 1 : 1000))});
    }
    static const QRegularExpression noMore(
        uR"(can(?:'|’|no|)t spend (?:any )?more|can not spend more|without (?:spending|costing|paying) more|no(?:t)? more money|same (?:cost|budget))"_s);
    intent.noExtraCost = noMore.match(text).hasMatch();
}

void readNames(const QString& request, Intent& intent) {
    static const QRegularExpression quoted(uR"((?<!\w)['"‘“`]([^'"’”`\n]{2,80})['"’”`](?!\w))"_s);
    for (auto found = quoted.globalMatch(request); found.hasNext();)
        intent.names.append(named(found.next().captured(1)));
    static const QRegularExpression model(u"(?<![\\w.-])"_s + modelWord,
                                          QRegularExpression::CaseInsensitiveOption);
    for (auto found = model.globalMatch(request); found.hasNext();) {
        const QString name = named(found.next().captured());
        if (!intent.names.contains(name, Qt::CaseInsensitive))
            intent.names.append(name);
    }
}

void readMove(const QString& request, Intent& intent) {
    static const QString name =
        u"['\"‘“`]?("_s + modelWord + u"|[A-Za-z][\\w.:/-]*[\\d-][\\w.:/-]*)['\"’”`]?"_s;
    static const QRegularExpression fromTo(u"\\bfrom\\s+(?:the\\s+)?"_s + name +
                                               u"\\s+(?:on)?to\\s+(?:the\\s+|new\\s+)*"_s + name,
                                           QRegularExpression::CaseInsensitiveOption);
    // German puts the verb last: "half of X to Y move".
    static const QRegularExpression verbLast(u"\\bof\\s+(?:the\\s+)?"_s + name + u"\\s+to\\s+(?:the\\s+)?"_s +
                                                 name + u"\\s+(?:move|switch|change)"_s,
                                             QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression to(
        u"\\b(?:(?:mov|switch|migrat|shift|swap|rout|chang|convert|upgrad|replac)\\w*)\\b(?:[^.?!]|\\.(?=\\d)){0,60}?\\b(?:to|onto|on|with|by|for)\\s+(?:the\\s+|new\\s+)*"_s +
            name,
        QRegularExpression::CaseInsensitiveOption);
    // "What if we used X for it" is a move, "what did we use it for" none.
    static const QRegularExpression use(
        u"(?:^\\W*(?:and |then |ok |just )?|\\b(?:if|should|could|would|can|let['’]?s|suppose|imagine)\\b(?:[^.?!]|\\.(?=\\d)){0,40}?)\\b(?:use|uses|used|using|run|ran|put|went)\\b(?:[^.?!]|\\.(?=\\d)){0,60}?\\b(?:to|onto|on|with|by|for)\\s+(?:the\\s+|new\\s+)*"_s +
            name,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression insteadOf(
        u"(?:"_s + name + u"\\s+)?\\b(?:instead of|rather than|in place of)\\s+(?:the\\s+)?"_s + name,
        QRegularExpression::CaseInsensitiveOption);
    if (const auto found = fromTo.match(request); found.hasMatch()) {
        intent.moveFrom = named(found.captured(1));
        intent.moveTo = named(found.captured(2));
    } else if (const auto last = verbLast.match(request); last.hasMatch()) {
        intent.moveFrom = named(last.captured(1));
        intent.moveTo = named(last.captured(2));
    } else if (const auto instead = insteadOf.match(request);
               instead.hasMatch() && instead.capturedLength(1) > 0) {
        intent.moveTo = named(instead.captured(1));
        intent.moveFrom = named(instead.captured(2));
    } else if (const auto only = to.match(request); only.hasMatch()) {
        intent.moveTo = named(only.captured(1));
    } else if (const auto used = use.match(request); used.hasMatch()) {
        intent.moveTo = named(used.captured(1));
    }
}

void readFuture(const QString& text, Intent& intent) {
    static const QRegularExpression future(
        uR"((?<!user )\bwill\b(?!\s*$)|\bgoing to (?:cost|be|spend|pay)\b|\bexpected to (?:cost|be|spend)\b)"_s);
    if (!intent.time || intent.asksFor(Topic::Growth) || !future.match(text).hasMatch())
        return;
    intent.notes.append(QCoreApplication::translate(
                            "Agents", "“%1” was read as a question about the time to come, so it restricts "
                                      "no row; the projection counts from the last day of the data.")
                            .arg(intent.time->text.trimmed()));
    intent.keywords.append(intent.time->text.trimmed());
    intent.time.reset();
    std::erase(intent.topics, Topic::Trend);
    intent.topics.insert(intent.topics.begin(), Topic::Trend);
}

bool asksWhatIsPossible(const QString& text) {
    static const QRegularExpression asks(
        uR"(^\W*(?:who are you|what are you|what can (?:you|i) (?:do|ask)(?: (?:for me|here|you))?|how (?:do|does) (?:this|you|it) work|help(?: me)?|what do you (?:do|know|understand))\W*$)"_s);
    return asks.match(text).hasMatch();
}

bool startsOver(const QString& text) {
    static const QRegularExpression all(
        uR"(^\W*(?:(?:and|now|ok|then|but|show|show me|for|over|about)\W+)*(?:everything|overall|all (?:the )?(?:rows|data|days|time|calls)|the whole (?:file|data|period)|in total|without (?:any )?(?:filters?|restrictions?))(?:\s+(?:again|now))?\W*$)"_s);
    return all.match(text).hasMatch();
}

bool wantsReport(const QString& text) {
    static const QRegularExpression wants(
        uR"(\b(?:stand(?:s|ing)? out|interesting|highlights?|notable|noteworthy|takeaways?|findings?|conclusions?|problems?|issues?|concerns?|worry|worried|worrying|improve|better|wrong with|worth knowing|tl;?dr|in short)\b|\b(?:tell|teach) (?:me|us) (?:more|about|everything|something|what)\b|\bwhat(?: do you|(?: can)? you)? (?:see|notice|tell|think)\b|\bwhat should (?:i|we)\b|\bhow (?:are|were) we (?:doing|using)\b|\bhow (?:bad|good) is\b|\b(?:calls?|requests?|prompts?|models?|users?|projects?|services?|sessions?|tokens?|llms?|apis?|agents?|ai)\b|\banaly|\breport|\binsight|\b(?:look at|review|audit|check|examine|evaluate|inspect)\b|\bbreak ?down|\bstatistic|\b(?:numbers|figures|files?|data|logs?)\b)"_s);
    return wants.match(text).hasMatch();
}

bool isCourtesy(const QString& text) {
    static const QString core =
        u"thanks?(?: you| u)?|thx|ty|cheers|hi|hello|hey|good (?:morning|afternoon|evening|day)|bye|goodbye|see you|great|perfect|cool|nice|super|awesome|wonderful|excellent|well done|got it|ok|okay|alright"_s;
    static const QRegularExpression holdsCore(u"\\b(?:"_s + core + u")\\b"_s);
    static const QRegularExpression nothingElse(
        u"^(?:\\W*\\b(?:"_s + core +
        u"|many|so much|a lot|very|much|for (?:the|your|that|all) ?(?:help|answer|info|work)?|that(?:['’]s| is| was)?|this|helps?|helpful|all|it|there|again|work|job|answer|then|for now|now|folks|all of you)\\b)+\\W*$"_s);
    return holdsCore.match(text).hasMatch() && nothingElse.match(text).hasMatch();
}

QString sqlIn(const QString& request) {
    static const QRegularExpression block(uR"(```(?:sql)?\s*((?:select|with)\b.*?)```)"_s,
                                          QRegularExpression::CaseInsensitiveOption |
                                              QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression whole(
        uR"(^\s*(?:sql\s*[:=]?\s*)?((?:select\b.*\bfrom\b|with\b.*\bselect\b|attach\b|pragma\b|insert\b|update\b.*\bset\b|delete\b.*\bfrom\b|drop\b|create\b.*\b(?:table|view|index)\b).*)$)"_s,
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
    if (const auto found = block.match(request); found.hasMatch())
        return found.captured(1).trimmed();
    // Other statements, and those without FROM, only in a shape that no sentence has.
    static const QRegularExpression bare(
        uR"(^\s*((?:SELECT|VACUUM|DETACH|REINDEX)\b[^?]*|select\s+\w+\s*\(.*|(?i:vacuum\s+into|alter\s+table|replace\s+into|explain\s+(?:query\s+plan\s+)?select)\b.*)$)"_s,
        QRegularExpression::DotMatchesEverythingOption);
    if (const auto other = bare.match(request); other.hasMatch())
        return other.captured(1).trimmed();
    const auto found = whole.match(request);
    // A sentence that begins with "select" or "with" ends in a question mark or has no column list.
    return found.hasMatch() && !request.trimmed().endsWith(u'?') ? found.captured(1).trimmed() : QString();
}

} // namespace apex::backend::words
