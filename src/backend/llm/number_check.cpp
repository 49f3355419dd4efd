// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/llm/number_check.h"

#include "backend/llm/model_words.h"

#include <QRegularExpression>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

QString notGiven(const QString& number) {
    return modelWords(QT_TRANSLATE_NOOP("LanguageModel", "no tool gave “%1”")).arg(number);
}

std::optional<QString> faultOf(const QString& sentence, const FigureSet& figures) {
    static const QRegularExpression markup(u"\\]\\(|://|www\\.|<[\\p{L}/!]|!\\[|\\||```"_s);
    if (markup.match(sentence).hasMatch())
        return modelWords(QT_TRANSLATE_NOOP("LanguageModel", "it holds a link, a table or markup"));
    const ShownNumbers numbers = readNumbers(sentence);
    if (!numbers.unreadable.isEmpty())
        return modelWords(QT_TRANSLATE_NOOP("LanguageModel", "“%1” cannot be read with certainty"))
            .arg(numbers.unreadable);
    for (const ShownFigure& figure : numbers.figures) {
        if (!figures.has(figure))
            return notGiven(figure.text);
    }
    for (const ShownDate& date : numbers.dates) {
        if (!figures.has(date))
            return notGiven(date.text);
    }
    for (const QString& time : numbers.times) {
        if (!figures.hasTime(time))
            return notGiven(time);
    }
    for (const QString& name : numbers.names) {
        if (!figures.hasName(name))
            return notGiven(name);
    }
    return std::nullopt;
}

QString withoutHiddenCharacters(const QString& text) {
    QString clean;
    for (const QChar c : text) {
        const bool control = c.category() == QChar::Other_Control && c != u'\n' && c != u'\t';
        if (c.category() != QChar::Other_Format && !control)
            clean += c == QChar(0x2028) || c == QChar(0x2029) ? QChar(u'\n') : c;
    }
    return clean;
}

/// Models that think aloud put it in front, between marks.
QString withoutThoughts(QString text) {
    static const QRegularExpression thoughts(u"<think>.*?(?:</think>|$)"_s,
                                             QRegularExpression::DotMatchesEverythingOption);
    return text.remove(thoughts);
}

/// The mark in front of a line and what follows it. A number is a list's only if it is the next one.
struct Line {
    QString mark;
    QString text;
};
Line lineOf(const QString& line, int& listNumber) {
    static const QRegularExpression item(u"^\\s*(?:([-*+])|(\\d{1,2})[.)])\\s+"_s);
    static const QRegularExpression block(u"^\\s*[#>]+\\s*"_s);
    const QString text = QString(line).remove(block);
    const auto match = item.match(text);
    if (!match.hasMatch())
        return {{}, text.trimmed()};
    const QString rest = text.mid(match.capturedEnd()).trimmed();
    if (!match.captured(1).isEmpty())
        return {u"- "_s, rest};
    const int number = match.captured(2).toInt();
    if (number != 1 && number != listNumber + 1)
        return {{}, text.trimmed()};
    listNumber = number;
    return {QString::number(number) + u". "_s, rest};
}

} // namespace

CheckedProse checkProse(const QString& text, const FigureSet& figures) {
    static const QRegularExpression between(u"(?<=[.!?])\\s+(?=\\S)"_s);
    CheckedProse checked;
    QStringList lines;
    int listNumber = 0;
    for (const QString& raw : withoutHiddenCharacters(withoutThoughts(text)).split(u'\n')) {
        const Line line = lineOf(raw, listNumber);
        QStringList kept;
        for (const QString& sentence : line.text.split(between, Qt::SkipEmptyParts)) {
            if (const auto fault = faultOf(sentence, figures))
                checked.refused.push_back({sentence, *fault});
            else
                kept.append(sentence);
        }
        checked.kept += static_cast<int>(kept.size());
        if (!kept.isEmpty())
            lines.append(line.mark + kept.join(u' '));
        else if (line.text.isEmpty() && !lines.isEmpty() && !lines.back().isEmpty())
            lines.append(QString());
    }
    while (!lines.isEmpty() && lines.back().isEmpty())
        lines.removeLast();
    checked.text = lines.join(u'\n');
    return checked;
}

} // namespace apex::backend
