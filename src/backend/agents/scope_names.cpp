// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/scope_names.h"

#include "backend/agents/scope_finder.h"
#include "backend/agents/time_words.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

/// Words of questions; a value that is one of them restricts nothing unless it is quoted.
bool isCommonWord(const QString& value) {
    static const QSet<QString> words{
        u"user"_s,     u"users"_s,   u"default"_s, u"unknown"_s, u"project"_s, u"model"_s,   u"cost"_s,
        u"all"_s,      u"none"_s,    u"other"_s,   u"the"_s,     u"and"_s,     u"tools"_s,   u"tool"_s,
        u"function"_s, u"usage"_s,   u"what"_s,    u"agent"_s,   u"show"_s,    u"how"_s,     u"will"_s,
        u"can"_s,      u"could"_s,   u"would"_s,   u"should"_s,  u"list"_s,    u"give"_s,    u"tell"_s,
        u"which"_s,    u"who"_s,     u"when"_s,    u"where"_s,   u"why"_s,     u"compare"_s, u"only"_s,
        u"are"_s,      u"was"_s,     u"were"_s,    u"did"_s,     u"does"_s,    u"has"_s,     u"have"_s,
        u"but"_s,      u"top"_s,     u"most"_s,    u"now"_s,     u"then"_s,    u"what's"_s,  u"please"_s,
        u"move"_s,     u"for"_s,     u"with"_s,    u"our"_s,     u"day"_s,     u"week"_s,    u"month"_s,
        u"year"_s,     u"session"_s, u"service"_s, u"app"_s,     u"calls"_s,   u"tokens"_s,  u"one"_s};
    return words.contains(value.toLower());
}

bool isWordCharacter(QChar c) {
    return c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u'/';
}

/// The words for a column before or after which a name stands.
const QMap<QString, QString>& columnNouns() {
    static const QMap<QString, QString> nouns{{u"project"_s, u"project|repo|team|workspace"_s},
                                              {u"service"_s, u"service|feature"_s},
                                              {u"app"_s, u"app|application"_s},
                                              {u"user"_s, u"user|developer|person"_s},
                                              {u"model"_s, u"model"_s},
                                              {u"provider"_s, u"provider|vendor"_s},
                                              {u"session"_s, u"session"_s}};
    return nouns;
}

QRegularExpression anyCase(const QString& pattern) {
    return QRegularExpression(pattern, QRegularExpression::CaseInsensitiveOption);
}

bool isQuoted(const QString& text, const QString& value) {
    return text.contains(u'\'' + value + u'\'', Qt::CaseInsensitive) ||
           text.contains(u'"' + value + u'"', Qt::CaseInsensitive) ||
           text.contains(u'“' + value + u'”', Qt::CaseInsensitive);
}

bool standsByNoun(const QString& text, const QString& value, const QString& nouns) {
    return anyCase(u"\\b(?:"_s + nouns + u")\\s+(?:called\\s+|named\\s+)?"_s +
                   QRegularExpression::escape(value) + u"(?![\\w-])"_s)
        .match(text)
        .hasMatch();
}

bool standsByAnyNoun(const QString& text, const QString& value) {
    return std::any_of(columnNouns().begin(), columnNouns().end(),
                       [&](const QString& nouns) { return standsByNoun(text, value, nouns); });
}

QStringList wordsBeside(const QString& text, const QString& nouns) {
    QStringList words;
    const QString name = uR"(['"‘“`]?([A-Za-z0-9][\w.-]{2,})['"’”`]?)"_s;
    for (const QRegularExpression& pattern : {anyCase(u"\\b(?:"_s + nouns + u")\\s+"_s + name),
                                              anyCase(name + u"\\s+(?:"_s + nouns + u")\\b"_s)}) {
        for (auto found = pattern.globalMatch(text); found.hasNext();) {
            const QString word = found.next().captured(1);
            if (!isCommonWord(word) && !isPeriodName(word) && !words.contains(word))
                words.append(word);
        }
    }
    return words;
}

/// "shop" of "-home-ana-shop" or "/home/ana/shop"; empty for a name that is no path.
QString lastPartOf(const QString& name) {
    static const QRegularExpression separator(uR"([/\\])"_s);
    if (name.contains(separator))
        return name.section(separator, -1, -1, QString::SectionSkipEmpty);
    return name.startsWith(u'-') ? name.section(u'-', -1) : QString();
}

/// "user-##" of "user-24": what looks like the names of a column is one.
QString shapeOf(const QString& name) {
    static const QRegularExpression digit(uR"(\d)"_s);
    return QString(name).toLower().replace(digit, u"#"_s);
}

} // namespace

const QStringList& nameColumns() {
    static const QStringList columns{u"model"_s, u"project"_s, u"service"_s, u"app"_s,
                                     u"user"_s,  u"session"_s, u"provider"_s};
    return columns;
}

bool containsWord(const QString& text, const QString& word) {
    for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0;
         at = text.indexOf(word, at + 1, Qt::CaseInsensitive)) {
        const qsizetype end = at + word.size();
        const bool begins = at == 0 || !isWordCharacter(text.at(at - 1));
        const bool ends = end >= text.size() || !isWordCharacter(text.at(end));
        if (begins && ends)
            return true;
    }
    return false;
}

SplitRequest splitExclusions(const QString& text) {
    static const QRegularExpression pattern = anyCase(
        uR"(\b(?<word>exclud(?:e|es|ed|ing)|except(?:ing)?(?: for)?|not (?:counting|including)|(?:leave|leaving) out|ignor(?:e|ing)|without|other than|apart from|minus|but not|(?<=\ball |\bevery |\beverything |\beveryone |\banything |models |model |users |user |projects |services |sessions |apps )but)\b)"
        uR"((?<rest>(?:(?!\b(?:by|per|in|on|for|since|from|during|how|what|which|who|show|compare|until|before|after|only|with|split|group|sorted|if|when|and then)\b)(?:[^.;?!\n]|\.(?=\w)))*))"_s);
    // "Without losing quality" leaves no rows out.
    static const QRegularExpression wish =
        anyCase(uR"(^(?:(?:any|a|the|much)\s+)?(?:\w+ing|quality|more|extra|loss|changes?)\b)"_s);
    static const QRegularExpression demand = anyCase(uR"(^(?:exclud|except|not |leav|ignor|but$|without))"_s);
    SplitRequest split{text, {}, {}};
    for (auto found = pattern.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        const QString rest = match.captured(u"rest"_s).trimmed();
        split.kept.replace(match.capturedStart(), match.capturedLength(),
                           QString(match.capturedLength(), u' '));
        if (rest.isEmpty())
            continue;
        split.leftOut.append(rest);
        if (demand.match(match.captured(u"word"_s)).hasMatch() && !wish.match(rest).hasMatch())
            split.demands.append(rest);
    }
    return split;
}

QStringList columnsTakenWhole(const QString& text) {
    QStringList columns;
    for (const QString& column : nameColumns()) {
        if (anyCase(u"\\b(?:all|any)\\s+(?:the\\s+)?"_s + column + u"s\\b"_s).match(text).hasMatch())
            columns.append(column);
    }
    return columns;
}

QStringList partsOfRequest(const QString& text) {
    static const QRegularExpression boundary = anyCase(
        uR"(\?\s+|[,;.]?\s+and\s+(?=(?:how|what|which|who|when|where|why)\b)|[,;]\s+(?=(?:how|what|which|who|when|where|why)\b))"_s);
    return text.split(boundary, Qt::SkipEmptyParts);
}

QMap<QString, QStringList> wordsBesideColumns(const QString& text) {
    QMap<QString, QStringList> words;
    for (const QString& column : {u"project"_s, u"service"_s, u"app"_s, u"user"_s})
        words[column] = wordsBeside(text, columnNouns().value(column));
    return words;
}

QMap<QString, QStringList> shortNamesIn(const QString& text, const QStringList& names) {
    QMap<QString, QStringList> found;
    for (const QString& name : names) {
        const QString word = lastPartOf(name);
        if (word.size() < 3 || isCommonWord(word) || isPeriodName(word))
            continue;
        // As a bare word only where a name stands: "only shop", "and docs", "how much did shop cost".
        const QString escaped = QRegularExpression::escape(word);
        const QRegularExpression place = anyCase(
            u"(?:^|\\b(?:only|and|for|in|of|on|about|did|does|just|without|or|vs|to|project|repo)\\s+(?:the\\s+)?|,\\s*)['\"]?"_s +
            escaped + u"(?![\\w-])|(?<![\\w-])"_s + escaped + u"\\s+(?:only|project|repo)\\b"_s);
        if (place.match(text).hasMatch())
            found[word.toLower()].append(name);
    }
    return found;
}

QStringList periodNamesIn(const QString& text, const QStringList& values, const QString& column) {
    QStringList names;
    std::copy_if(values.begin(), values.end(), std::back_inserter(names), [&](const QString& value) {
        return isPeriodName(value) && containsWord(text, value) && !isQuoted(text, value) &&
               !standsByNoun(text, value, columnNouns().value(column, column));
    });
    return names;
}

bool holdsWords(const QString& name, const QString& words) {
    static const QRegularExpression separator(uR"([^\p{L}\p{N}]+)"_s);
    static const QRegularExpression digit(uR"(\d)"_s);
    static const QRegularExpression date(uR"(^\d{8}$)"_s);
    QStringList parts = name.toLower().split(separator, Qt::SkipEmptyParts);
    const QStringList wanted = words.toLower().split(separator, Qt::SkipEmptyParts);
    if (words.contains(digit)) {
        // A version means that one: "gpt-4" is no "gpt-4-turbo", "sonnet 4" no "claude-sonnet-4-5".
        if (!parts.isEmpty() && date.match(parts.back()).hasMatch())
            parts.removeLast();
        return parts.size() >= wanted.size() && parts.mid(parts.size() - wanted.size()) == wanted;
    }
    qsizetype at = 0;
    for (const QString& word : wanted) {
        at = parts.indexOf(word, at) + 1;
        if (at == 0)
            return false;
    }
    return !wanted.isEmpty();
}

QStringList namesIn(const QString& text, const QStringList& values) {
    QStringList names;
    for (const QString& value : values) {
        // "May" is a month before it is a person.
        const bool bare = value.size() >= 3 && !isCommonWord(value) && containsWord(text, value) &&
                          (!isPeriodName(value) || standsByAnyNoun(text, value));
        if (bare || isQuoted(text, value) ||
            (isCommonWord(value) && standsByAnyNoun(text, value) && value.size() >= 3))
            names.append(value);
    }
    std::stable_sort(names.begin(), names.end(),
                     [](const QString& a, const QString& b) { return a.size() > b.size(); });
    return names;
}

bool pointsBack(const QString& text) {
    static const QRegularExpression words(
        uR"(\b(?:it|its|they|their|them|that|those|there|he|she|his|her|him)\b)"_s,
        QRegularExpression::CaseInsensitiveOption);
    return words.match(text).hasMatch();
}

bool saysOverall(const QString& text) {
    static const QRegularExpression words(
        uR"(\b(?:overall|in total|altogether|in general|generally|everyone|everybody|all together|insgesamt|(?:of|among|across|for) (?:all|everything|everyone)(?: (?:users|models|projects|services|calls|of them))?)\b)"_s,
        QRegularExpression::CaseInsensitiveOption);
    return words.match(text).hasMatch();
}

QStringList lookAlikes(const QString& text, const QMap<QString, QStringList>& known) {
    static const QRegularExpression word(uR"((?<![\w.-])[A-Za-z][A-Za-z_.]*[-_]?\d[\w-]*(?![\w-]))"_s);
    QStringList names;
    for (auto each = word.globalMatch(text); each.hasNext();) {
        const QString name = each.next().captured();
        for (const QString& column : {u"user"_s, u"service"_s, u"project"_s, u"app"_s}) {
            const QStringList values = known.value(column);
            const bool alike = std::any_of(values.begin(), values.end(), [&](const QString& value) {
                return shapeOf(value) == shapeOf(name);
            });
            if (alike && !values.contains(name, Qt::CaseInsensitive))
                names.append(name);
        }
    }
    return names;
}

} // namespace apex::backend
