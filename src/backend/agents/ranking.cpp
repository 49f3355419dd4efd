// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/ranking.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"

#include <QRegularExpression>

#include <algorithm>
#include <numeric>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

struct RankingWords {
    QRegularExpression words;
    Ranking::Measure measure;
    bool ascending;
};

/// The first that fits counts, so what names a measure comes before a bare "most".
const std::vector<RankingWords>& rankingWords() {
    using Measure = Ranking::Measure;
    const auto words = [](const QString& pattern) {
        return QRegularExpression(u"\\b(?:"_s + pattern + u")\\b"_s);
    };
    static const std::vector<RankingWords> table{
        {words(
             u"slowest|(?:highest|longest|worst) (?:(?:median|p\\d\\d|average) )?(?:latency|latencies|response times?|p\\d\\d)|(?:takes?|took|takes? the|waits?|waited) (?:the )?longest"_s),
         Measure::Latency, false},
        {words(
             u"fastest|quickest|(?:lowest|shortest|best) (?:(?:median|p\\d\\d|average) )?(?:latency|latencies|response times?|p\\d\\d)"_s),
         Measure::Latency, true},
        {words(
             u"(?:highest|worst|biggest) (?:error|failure) rates?|most (?:errors|failures|failed calls)|failed (?:the )?most|least reliable"_s),
         Measure::ErrorRate, false},
        {words(
             u"(?:lowest|best) (?:error|failure) rates?|fewest (?:errors|failures|failed calls)|most reliable"_s),
         Measure::ErrorRate, true},
        {words(u"most tokens|highest (?:number of tokens|token (?:use|usage|count))"_s), Measure::Tokens,
         false},
        {words(u"(?:fewest|least) tokens|lowest (?:number of tokens|token (?:use|usage|count))"_s),
         Measure::Tokens, true},
        {words(
             u"most (?:calls|requests)|most (?:used|active|often|popular)|busiest|used? (?:\\S+ )?(?:the )?most|highest number of (?:calls|requests)"_s),
         Measure::Calls, false},
        {words(
             u"(?:fewest|least) (?:calls|requests)|least (?:used|active|often|popular)|quietest|used (?:the )?least|lowest number of (?:calls|requests)"_s),
         Measure::Calls, true},
        {words(
             u"cheapest|least expensive|lowest costs?|costs? (?:the )?least|spen[dt]s? (?:the )?least|(?:least|fewest|lowest) (?:money|spend|spending)"_s),
         Measure::Cost, true},
        {words(
             u"most expensive|dearest|costliest|highest costs?|costs? (?:the )?most|spen[dt]s? (?:the )?most|(?:biggest|top) spenders?|(?:most|highest) (?:money|spend|spending)"_s),
         Measure::Cost, false}};
    return table;
}

int countOf(const QString& word) {
    static const QStringList names{u"one"_s, u"two"_s,   u"three"_s, u"four"_s, u"five"_s,
                                   u"six"_s, u"seven"_s, u"eight"_s, u"nine"_s, u"ten"_s};
    const qsizetype named = names.indexOf(word);
    return named >= 0 ? static_cast<int>(named) + 1 : word.toInt();
}

/// "top 3 users by calls", "rank models by latency".
std::optional<Ranking::Measure> measureAfterBy(const QString& text) {
    using Measure = Ranking::Measure;
    static const QString before =
        uR"(\bby\s+(?:the\s+|their\s+)?(?:(?:number of|total|average|mean|median|p\d\d)\s+)*)"_s;
    const auto by = [&](const char16_t* words) {
        return QRegularExpression(before + u"(?:"_s + QString::fromUtf16(words) + u")\\b"_s)
            .match(text)
            .hasMatch();
    };
    if (by(u"calls|requests"))
        return Measure::Calls;
    if (by(u"tokens?"))
        return Measure::Tokens;
    if (by(u"errors?|failures?|failed calls|(?:error|failure) rates?|reliability"))
        return Measure::ErrorRate;
    if (by(u"latency|latencies|speed|response times?|duration|p50|p90|p95|p99"))
        return Measure::Latency;
    return by(u"costs?|spend|spending|price") ? std::optional(Measure::Cost) : std::nullopt;
}

/// "Rank models by latency", "users by number of calls, lowest first".
std::optional<Ranking> orderInWords(const QString& text) {
    static const QRegularExpression orders(
        uR"(\b(?:rank\w*|sort\w*|order(?:ed|ing)?)\b|\b(?:models?|providers?|projects?|teams?|sessions?|users?|people|developers?|services?|features?|apps?)\s+by\b)"_s);
    static const QRegularExpression upwards(
        uR"(\b(?:ascending|(?:lowest|smallest|fewest|cheapest|fastest|least) first)\b)"_s);
    const auto measure = measureAfterBy(text);
    if (!measure || !orders.match(text).hasMatch())
        return std::nullopt;
    return Ranking{*measure, upwards.match(text).hasMatch(), 0};
}

int percentileIn(const QString& text) {
    static const QRegularExpression named(uR"(\bp(50|90|95|99)\b)"_s);
    static const QRegularExpression middle(uR"(\b(?:median|typical\w*|usual\w*)\b)"_s);
    if (const auto found = named.match(text); found.hasMatch())
        return found.captured(1).toInt();
    return middle.match(text).hasMatch() ? 50 : 95;
}

double valueOf(const Table& table, std::size_t row, Ranking::Measure measure) {
    const auto number = [&](const char16_t* column) {
        return static_cast<double>(table.number(row, QString::fromUtf16(column)));
    };
    switch (measure) {
    case Ranking::Measure::Calls:
        return number(u"calls");
    case Ranking::Measure::Tokens:
        return number(u"prompt_tokens") + number(u"output_tokens") + number(u"unsplit_tokens");
    case Ranking::Measure::ErrorRate:
        return number(u"failed_calls") / std::max(number(u"status_known"), 1.0);
    case Ranking::Measure::Cost:
    case Ranking::Measure::Latency:
        break;
    }
    return 0;
}

bool comesBefore(const Table& table, const Ranking& ranking, std::size_t a, std::size_t b) {
    if (ranking.measure == Ranking::Measure::Cost) {
        const Money first = table.money(a, u"cost_usd"_s);
        const Money second = table.money(b, u"cost_usd"_s);
        return ranking.ascending ? first < second : second < first;
    }
    const double first = valueOf(table, a, ranking.measure);
    const double second = valueOf(table, b, ranking.measure);
    return ranking.ascending ? first < second : second < first;
}

} // namespace

std::optional<Ranking> readRanking(const QString& text) {
    static const QString number = uR"((\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten))"_s;
    static const QRegularExpression top(u"\\b(top|bottom|worst)\\s+"_s + number + u"\\b"_s);
    static const QRegularExpression counted(
        u"\\b"_s + number +
        u"\\s+(?:most|least|dearest|costliest|cheapest|biggest|largest|busiest|slowest|fastest|quietest)\\b"_s);
    std::optional<Ranking> ranking;
    for (const RankingWords& entry : rankingWords()) {
        if (!ranking && entry.words.match(text).hasMatch())
            ranking = Ranking{entry.measure, entry.ascending, 0};
    }
    if (!ranking)
        ranking = orderInWords(text);
    if (const auto found = top.match(text); found.hasMatch()) {
        if (!ranking)
            ranking = Ranking{measureAfterBy(text).value_or(Ranking::Measure::Cost),
                              found.captured(1) == u"bottom", 0};
        ranking->most = countOf(found.captured(2));
    } else if (const auto other = counted.match(text); other.hasMatch()) {
        if (!ranking)
            ranking = Ranking{};
        ranking->most = countOf(other.captured(1));
    }
    if (ranking)
        ranking->percentile = percentileIn(text);
    return ranking;
}

std::optional<bool> asksForLeast(const QString& text) {
    static const QRegularExpression least(
        uR"(\b(?:lowest|least|fewest|smallest|cheapest|fastest|best|bottom)\b)"_s);
    static const QRegularExpression most(
        uR"(\b(?:highest|most|largest|biggest|dearest|slowest|worst|top)\b)"_s);
    if (least.match(text).hasMatch())
        return true;
    return most.match(text).hasMatch() ? std::optional(false) : std::nullopt;
}

std::optional<Ranking> rankingAfter(const Ranking& before, const QString& text) {
    static const QRegularExpression direction(
        uR"(^\W*(?:and |or |but |then |who |which |what |is |has |was |about |the )*(?:lowest|least|fewest|smallest|highest|most|largest|biggest|bottom|best|worst)(?: one| ones)?\W*$)"_s);
    Ranking after = before;
    if (direction.match(text).hasMatch()) {
        // The best error rate or latency is the lowest one.
        after.ascending = asksForLeast(text).value_or(before.ascending);
        return after;
    }
    static const QRegularExpression byOther(
        uR"(^\W*(?:and |or |now |ok |rank |sort |order |them |it )*by\b)"_s);
    const auto measure = byOther.match(text).hasMatch() ? measureAfterBy(text) : std::nullopt;
    if (!measure)
        return std::nullopt;
    after.measure = *measure;
    after.percentile = percentileIn(text);
    return after;
}

Table ranked(const Table& table, const Ranking& ranking) {
    std::vector<std::size_t> order(table.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    if (ranking.measure != Ranking::Measure::Latency)
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return comesBefore(table, ranking, a, b); });
    return table.inOrder(order);
}

QString rankingName(const Ranking& ranking) {
    const bool low = ranking.ascending;
    switch (ranking.measure) {
    case Ranking::Measure::Calls:
        return low ? say(QT_TRANSLATE_NOOP("Agents", "lowest number of calls"))
                   : say(QT_TRANSLATE_NOOP("Agents", "highest number of calls"));
    case Ranking::Measure::Tokens:
        return low ? say(QT_TRANSLATE_NOOP("Agents", "lowest number of tokens"))
                   : say(QT_TRANSLATE_NOOP("Agents", "highest number of tokens"));
    case Ranking::Measure::ErrorRate:
        return low ? say(QT_TRANSLATE_NOOP("Agents", "lowest error rate"))
                   : say(QT_TRANSLATE_NOOP("Agents", "highest error rate"));
    case Ranking::Measure::Latency:
        return low ? say(QT_TRANSLATE_NOOP("Agents", "lowest latency"))
                   : say(QT_TRANSLATE_NOOP("Agents", "highest latency"));
    case Ranking::Measure::Cost:
        break;
    }
    return low ? say(QT_TRANSLATE_NOOP("Agents", "lowest cost"))
               : say(QT_TRANSLATE_NOOP("Agents", "highest cost"));
}

namespace {

/// The figure that the order is of, and those that go with it.
QString leaderFigures(const Table& table, const Ranking& ranking) {
    const QString calls = callsText(table.number(0, u"calls"_s));
    const QString cost = table.text(0, u"cost_usd"_s) + u" USD"_s;
    const auto tokens = static_cast<std::int64_t>(valueOf(table, 0, Ranking::Measure::Tokens));
    if (ranking.measure == Ranking::Measure::Tokens)
        return say(QT_TRANSLATE_NOOP("Agents", "%1 tokens, %2, %3"))
            .arg(QString::number(tokens), calls, cost);
    if (ranking.measure != Ranking::Measure::ErrorRate)
        return calls + u", "_s + cost;
    const auto failed = static_cast<std::uint64_t>(table.number(0, u"failed_calls"_s));
    const auto known = static_cast<std::uint64_t>(table.number(0, u"status_known"_s));
    return say(QT_TRANSLATE_NOOP("Agents", "%1 % of %2 failed, %3"))
        .arg(shareText(failed, known), calls, cost);
}

} // namespace

QString rankingSentence(const Table& table, const Ranking& ranking, const QString& first) {
    if (table.isEmpty() || ranking.measure == Ranking::Measure::Latency)
        return {};
    QString text = say(QT_TRANSLATE_NOOP("Agents", "The %1 is that of %2 (%3)."))
                       .arg(rankingName(ranking), first, leaderFigures(table, ranking));
    if (ranking.most > 0 && static_cast<std::size_t>(ranking.most) < table.size())
        text += u' ' +
                say(QT_TRANSLATE_NOOP("Agents", "These are the %1 of %2 with the %3."))
                    .arg(QString::number(ranking.most), QString::number(table.size()), rankingName(ranking));
    return text;
}

} // namespace apex::backend
