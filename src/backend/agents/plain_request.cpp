// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/plain_request.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <vector>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr auto anyCase =
    QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption;

struct Translation {
    QRegularExpression german;
    QString english;
};

QRegularExpression words(const QString& pattern) {
    return QRegularExpression(u"(?<![\\w'\"-])(?:"_s + pattern + u")(?![\\w'\"-])"_s, anyCase);
}

/// Longer phrases come before the words in them.
const std::vector<Translation>& translations() { // NOLINT(readability-function-size): a table
    static const std::vector<Translation> table{
        {words(u"was wäre,? wenn|was,? wenn"_s), u"what if"_s},
        {words(u"wie ?viele"_s), u"how many"_s},
        {words(u"wie ?viel"_s), u"how much"_s},
        {words(u"zeige? (?:mir|uns)"_s), u"show me"_s},
        {words(u"im vergleich zu[mr]?"_s), u"compared to"_s},
        {words(u"am meisten|(?:die )?meisten"_s), u"most"_s},
        {words(u"am wenigsten|(?:die )?wenigsten"_s), u"fewest"_s},
        {words(u"(?:am )?langsamste[rsnm]?"_s), u"slowest"_s},
        {words(u"(?:am )?schnellste[rsnm]?"_s), u"fastest"_s},
        {words(u"am teuersten"_s), u"most expensive"_s},
        {words(u"am (?:billigsten|günstigsten)"_s), u"cheapest"_s},
        {words(u"am längsten"_s), u"longest"_s},
        {words(u"verglichen mit|gegenüber"_s), u"compared to"_s},
        {words(u"pro"_s), u"per"_s},
        {words(u"nach|je"_s), u"by"_s},
        {words(u"und"_s), u"and"_s},
        {words(u"oder"_s), u"or"_s},
        {words(u"nur"_s), u"only"_s},
        {words(u"mit"_s), u"with"_s},
        {words(u"ohne"_s), u"without"_s},
        {words(u"davor|zuvor|vorher"_s), u"before that"_s},
        {words(u"danach"_s), u"after that"_s},
        {words(u"vorherige[rsnm]?"_s), u"previous"_s},
        {words(u"für"_s), u"for"_s},
        {words(u"von"_s), u"of"_s},
        {words(u"im"_s), u"in"_s},
        {words(u"seit"_s), u"since"_s},
        {words(u"bis"_s), u"until"_s},
        {words(u"auf"_s), u"to"_s},
        {words(u"außer|ausser"_s), u"except"_s},
        {words(u"zwischen"_s), u"between"_s},
        {words(u"vom"_s), u"from"_s},
        {words(u"am(?=\\s+(?:\\d|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|wochenende))"_s),
         u"on"_s},
        {words(u"montags?"_s), u"monday"_s},
        {words(u"dienstags?"_s), u"tuesday"_s},
        {words(u"mittwochs?"_s), u"wednesday"_s},
        {words(u"donnerstags?"_s), u"thursday"_s},
        {words(u"freitags?"_s), u"friday"_s},
        {words(u"samstags?"_s), u"saturday"_s},
        {words(u"sonntags?"_s), u"sunday"_s},
        {words(u"wochenenden?"_s), u"weekends"_s},
        {words(u"jahre?s?"_s), u"year"_s},
        {words(u"quartals?"_s), u"quarter"_s},
        {words(u"billigste[rsnm]?|günstigste[rsnm]?"_s), u"cheapest"_s},
        {words(u"wenn"_s), u"if"_s},
        {words(u"warum|wieso|weshalb"_s), u"why"_s},
        {words(u"wer"_s), u"who"_s},
        {words(u"welche[rsnm]?"_s), u"which"_s},
        {words(u"kosten|kostet|gekostet"_s), u"cost"_s},
        {words(u"ausgaben|ausgegeben"_s), u"spend"_s},
        {words(u"geld"_s), u"money"_s},
        {words(u"projekte?n?"_s), u"project"_s},
        {words(u"modelle?n?s?"_s), u"model"_s},
        {words(u"nutzern?|benutzern?|anwendern?"_s), u"user"_s},
        {words(u"dienste?n?s?"_s), u"service"_s},
        {words(u"sitzung(?:en)?"_s), u"session"_s},
        {words(u"stunden?"_s), u"hour"_s},
        {words(u"tage?n?s?"_s), u"day"_s},
        {words(u"wochen?"_s), u"week"_s},
        {words(u"monate?n?s?"_s), u"month"_s},
        {words(u"letzte[rsnm]?|vorige[rsnm]?|vergangene[rsnm]?"_s), u"last"_s},
        {words(u"diese[rsnm]?"_s), u"this"_s},
        {words(u"gestern"_s), u"yesterday"_s},
        {words(u"heute"_s), u"today"_s},
        {words(u"januar"_s), u"january"_s},
        {words(u"februar"_s), u"february"_s},
        {words(u"märz"_s), u"march"_s},
        {words(u"mai"_s), u"may"_s},
        {words(u"juni"_s), u"june"_s},
        {words(u"juli"_s), u"july"_s},
        {words(u"oktober"_s), u"october"_s},
        {words(u"dezember"_s), u"december"_s},
        {words(u"fehlern?"_s), u"errors"_s},
        {words(u"fehlgeschlagene?n?"_s), u"failed"_s},
        {words(u"verschwendet|verschwendung"_s), u"wasted"_s},
        {words(u"langsam(?:e[rsnm]?)?"_s), u"slow"_s},
        {words(u"spare?n?|einsparen|einsparungen"_s), u"save"_s},
        {words(u"senken?|reduzieren?"_s), u"reduce"_s},
        {words(u"vergleiche?n?"_s), u"compare"_s},
        {words(u"hälfte"_s), u"half"_s},
        {words(u"verschieben?|umziehen|verlagern"_s), u"move"_s},
        {words(u"prozent"_s), u"percent"_s},
        {words(u"teuerste[rsnm]?"_s), u"most expensive"_s},
        {words(u"aufrufe?n?|anfragen"_s), u"calls"_s},
        {words(u"durchschnitt(?:lich)?(?:e[rsnm]?)?"_s), u"average"_s},
        {words(u"vormonate?s?"_s), u"previous month"_s},
        {words(u"vorwoche"_s), u"previous week"_s},
        {words(u"vortage?s?"_s), u"previous day"_s},
        {words(u"nächste[rsnm]?"_s), u"next"_s},
        {words(u"insgesamt"_s), u"in total"_s},
        {words(u"gesamt(?:e[rsnm]?)?"_s), u"total"_s},
        {words(u"antwortzeit(?:en)?|latenz(?:en)?"_s), u"latency"_s},
        {words(u"fehler(?:rate|quote)n?"_s), u"error rate"_s},
        {words(u"anteile?s?"_s), u"share"_s},
        {words(u"prognose|vorhersage"_s), u"forecast"_s},
        {words(u"anstatt|statt"_s), u"instead of"_s},
        {words(u"verbrauch(?:t|en)?"_s), u"usage"_s},
        {words(u"liste"_s), u"list"_s},
        {words(u"alles"_s), u"all of it"_s},
        {words(u"alle[rnm]?"_s), u"all"_s},
        {words(u"mehr"_s), u"more"_s},
        {words(u"bitte"_s), u"please"_s},
        {words(u"mir|uns"_s), u"me"_s},
        {words(u"wir"_s), u"we"_s},
        {words(u"ich"_s), u"i"_s},
        {words(u"unsere?[rsnm]?"_s), u"our"_s},
        {words(u"meine?[rsnm]?"_s), u"my"_s},
        {words(u"hat"_s), u"has"_s},
        {words(u"haben"_s), u"have"_s},
        {words(u"hatten?"_s), u"had"_s},
        {words(u"ist"_s), u"is"_s},
        {words(u"sind"_s), u"are"_s},
        {words(u"waren|wurden"_s), u"were"_s},
        {words(u"war|wurde"_s), u"was"_s},
        {words(u"würden?"_s), u"would"_s},
        {words(u"die|der|das|dem|den|des"_s), u"the"_s},
        {words(u"eine?[rsnm]?"_s), u"a"_s},
        {words(u"danke|vielen dank|dankeschön"_s), u"thanks"_s},
        {words(u"hallo|guten (?:tag|morgen|abend)"_s), u"hello"_s}};
    return table;
}

/// Words that no English question holds.
bool looksGerman(const QString& request) {
    static const QRegularExpression telling = words(
        u"und|nach|kosten|kostet|gekostet|warum|wieso|welche[rsnm]?|letzte[rsnm]?|gestern|heute|danke|vielen dank|spare|sparen|zeige?|nur|für|wie ?viele?|ausgaben|projekte?|modelle?|fehler|vergleiche|wochen?|monate?|hälfte|hallo|wer|ohne|alle|langsamste[rsnm]?|schnellste[rsnm]?|teuerste[rsnm]?|billigste[rsnm]?|durchschnittlich|vormonat|vorwoche|davor|zuvor|vorher|danach|januar|februar|märz|mai|juni|juli|oktober|dezember|aufrufe?n?|durchschnitt"_s);
    return telling.match(request).hasMatch();
}

/// A German request in English, as far as the rules know its words.
struct Translated {
    QString text;
    QStringList words;    ///< the English ones that took the place of German ones
    bool isWhole = false; ///< no German word is left
};

Translated inEnglish(QString request) {
    static const QRegularExpression leftWord(uR"((?<![\w'"\-./])\p{L}{2,}(?![\w'"\-/]|\.\w))"_s, anyCase);
    Translated translated;
    QString left = request;
    for (const Translation& entry : translations()) {
        if (!left.contains(entry.german))
            continue;
        left.replace(entry.german, u" "_s);
        request.replace(entry.german, entry.english);
        if (constexpr qsizetype shortest = 3; entry.english.size() >= shortest)
            translated.words.append(entry.english);
    }
    translated.text = request;
    translated.isWhole = !leftWord.match(left).hasMatch();
    return translated;
}

/// Words of the rules in which a slip is put right; at least five letters, so that it is no other word.
const QStringList& knownWords() {
    static const QStringList list{
        u"cost"_s,      u"costs"_s,      u"spend"_s,     u"spent"_s,    u"spending"_s,  u"money"_s,
        u"model"_s,     u"models"_s,     u"project"_s,   u"projects"_s, u"session"_s,   u"sessions"_s,
        u"users"_s,     u"service"_s,    u"services"_s,  u"provider"_s, u"providers"_s, u"latency"_s,
        u"speed"_s,     u"errors"_s,     u"error"_s,     u"failed"_s,   u"failures"_s,  u"timeout"_s,
        u"timeouts"_s,  u"cache"_s,      u"caching"_s,   u"savings"_s,  u"reduce"_s,    u"trend"_s,
        u"forecast"_s,  u"yesterday"_s,  u"today"_s,     u"weeks"_s,    u"month"_s,     u"months"_s,
        u"weekly"_s,    u"monthly"_s,    u"daily"_s,     u"tokens"_s,   u"usage"_s,     u"calls"_s,
        u"compare"_s,   u"switch"_s,     u"anomalies"_s, u"retries"_s,  u"context"_s,   u"cheaper"_s,
        u"expensive"_s, u"duplicates"_s, u"wasted"_s,    u"growth"_s,   u"average"_s,   u"percent"_s,
        u"thanks"_s,    u"which"_s,      u"instead"_s,   u"optimize"_s, u"quarter"_s,   u"cheapest"_s,
        u"slowest"_s,   u"fastest"_s,    u"before"_s,    u"previous"_s, u"highest"_s,   u"lowest"_s,
        u"largest"_s,   u"busiest"_s,    u"dearest"_s,   u"total"_s,    u"month"_s};
    return list;
}

/// One letter too many, too few, another one, or two in each other's place.
bool isOneSlipAway(const QString& a, const QString& b) {
    if (std::abs(a.size() - b.size()) > 1 || a == b)
        return false;
    const qsizetype shorter = std::min(a.size(), b.size());
    qsizetype same = 0;
    while (same < shorter && a[same] == b[same])
        ++same;
    const auto rest = [](const QString& text, qsizetype from) { return QStringView(text).mid(from); };
    if (a.size() != b.size())
        return a.size() > b.size() ? rest(a, same + 1) == rest(b, same) : rest(a, same) == rest(b, same + 1);
    if (rest(a, same + 1) == rest(b, same + 1))
        return true;
    return same + 1 < a.size() && a[same] == b[same + 1] && a[same + 1] == b[same] &&
           rest(a, same + 2) == rest(b, same + 2);
}

/// The one known word that a word is a slip of; empty if it is none or could be two.
QString meantBy(const QString& word) {
    constexpr qsizetype fewestLetters = 5;
    if (word.size() < fewestLetters || knownWords().contains(word))
        return {};
    QString meant;
    for (const QString& known : knownWords()) {
        // Whoever slips gets the first letter right; other first letters are mostly other words.
        if (known.size() < fewestLetters - 1 || known[0] != word[0] || !isOneSlipAway(word, known))
            continue;
        // "cost" and "costs" are one word here.
        if (!meant.isEmpty() && !known.startsWith(meant) && !meant.startsWith(known))
            return {};
        meant = meant.isEmpty() || known.size() == word.size() ? known : meant;
    }
    return meant;
}

/// "waste" and "wasted", "spends" and "spend" are one word.
bool isInflection(const QString& a, const QString& b) {
    static const QStringList endings{u"s"_s, u"d"_s, u"r"_s, u"e"_s, u"es"_s, u"ed"_s, u"er"_s};
    const QString& shorter = a.size() < b.size() ? a : b;
    const QString& longer = a.size() < b.size() ? b : a;
    return longer.startsWith(shorter) && endings.contains(longer.mid(shorter.size()));
}

void putSlipsRight(PlainRequest& plain) {
    static const QRegularExpression word(uR"((?<![\w'"‘“`.\-/])[A-Za-z]{5,}(?![\w'"’”`\-/]|\.\w))"_s);
    qsizetype shift = 0;
    const QString whole = plain.text;
    for (auto found = word.globalMatch(whole); found.hasNext();) {
        const auto match = found.next();
        const QString written = match.captured().toLower();
        const QString meant = meantBy(written);
        if (meant.isEmpty() || isInflection(written, meant))
            continue;
        plain.text.replace(match.capturedStart() + shift, match.capturedLength(), meant);
        shift += meant.size() - match.capturedLength();
        plain.notes.append(
            QCoreApplication::translate("Agents", "“%1” was read as “%2”.").arg(match.captured(), meant));
    }
}

} // namespace

PlainRequest plainRequest(const QString& request) {
    PlainRequest plain{request, {}};
    if (looksGerman(request)) {
        const Translated translated = inEnglish(request);
        plain.text = translated.text;
        // Half a translation is no sentence in either language.
        if (translated.isWhole && plain.text != request)
            plain.notes.append(
                QCoreApplication::translate("Agents", "The question was read as: “%1”.").arg(plain.text));
        else if (!translated.words.isEmpty())
            plain.notes.append(QCoreApplication::translate(
                                   "Agents", "Of the German question these words were understood: %1.")
                                   .arg(translated.words.join(u", "_s)));
        return plain;
    }
    putSlipsRight(plain);
    return plain;
}

} // namespace apex::backend
