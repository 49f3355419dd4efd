// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/courtesy.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/markdown_table.h"

#include <QRegularExpression>

namespace apex::backend {

using namespace Qt::StringLiterals;

QString courtesyMarkdown(const RunState& state) {
    static const QRegularExpression greets(
        uR"(\b(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening|day)|guten)\b)"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression thanks(uR"(\b(?:thank|thx|ty|cheers|dank))"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    const QString opening =
        greets.match(state.request.text).hasMatch()   ? say(QT_TRANSLATE_NOOP("Agents", "Hello."))
        : thanks.match(state.request.text).hasMatch() ? say(QT_TRANSLATE_NOOP("Agents", "You are welcome."))
                                                      : say(QT_TRANSLATE_NOOP("Agents", "Good."));
    const QString next =
        state.request.files.empty()
            ? say(QT_TRANSLATE_NOOP("Agents",
                                    "Attach usage data (CSV, JSON or a folder of session logs) and ask, "
                                    "for example: “Where is my AI spend going?”"))
            : say(QT_TRANSLATE_NOOP("Agents",
                                    "The files of this conversation stay at hand; go on for example with “by "
                                    "model”, “only last week”, “why?” or “show the SQL”."));
    return opening + u' ' + say(QT_TRANSLATE_NOOP("Agents", "Nothing was calculated for this message.")) +
           u"\n\n"_s + next;
}

namespace {

/// What the rows of these files can be broken down by.
QString columnsToAskFor(const RunState& state) {
    QStringList columns;
    for (auto column = state.found.known.begin(); column != state.found.known.end(); ++column) {
        if (!column.value().isEmpty())
            columns.append(u"“by "_s + column.key() + u'”');
    }
    return columns.isEmpty() ? QString()
                             : u' ' + say(QT_TRANSLATE_NOOP("Agents", "These files can be asked %1."))
                                          .arg(columns.join(u", "_s));
}

} // namespace

QString unclearMarkdown(const RunState& state) {
    // "What can you do?" was understood.
    const QString found =
        state.intent.saysNothing
            ? say(QT_TRANSLATE_NOOP(
                      "Agents",
                      "I did not understand “%1”: I know no word of it, and it names nothing in the files. "))
                  .arg(markdownSafe(state.request.text.simplified()))
            : QString();
    const QString opening = say(QT_TRANSLATE_NOOP(
        "Agents", "I answer questions about the cost, use, latency and errors of AI calls from attached "
                  "usage files, by rules. Nothing was calculated, and nothing was changed."));
    const QString examples = say(QT_TRANSLATE_NOOP(
        "Agents",
        "I understand for example “where is my AI spend going?”, “by model”, “top 3 users”, “only last "
        "week”, "
        "“and before that?”, “list the failed calls”, “without gpt-4o”, “what if we move half of it to "
        "gpt-4o-mini?”, “why?” and “show the SQL”."));
    const QString files =
        state.request.files.empty()
            ? say(QT_TRANSLATE_NOOP("Agents", " Attach usage data (CSV, JSON or a folder of "
                                              "session logs) with the question."))
            : columnsToAskFor(state);
    return found + opening + u"\n\n"_s + examples + files;
}

} // namespace apex::backend
