// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/courtesy.h"

#include "backend/agents/agent_words.h"

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

QString unclearMarkdown(const RunState& state) {
    const QString opening = say(QT_TRANSLATE_NOOP(
        "Agents",
        "I answer questions about the cost, use, latency and errors of AI calls from attached usage "
        "files, by rules. In this message I found none. Nothing was calculated, and nothing was changed."));
    const QString examples = say(QT_TRANSLATE_NOOP(
        "Agents",
        "I understand for example “by model”, “top 3 users”, “only last week”, “since June 5”, “without "
        "gpt-4o”, “what if we move half of it to gpt-4o-mini?”, “why?” and “show the SQL”."));
    const QString files =
        state.request.files.empty()
            ? say(QT_TRANSLATE_NOOP("Agents", " Attach usage data (CSV, JSON or a folder of "
                                              "session logs) with the question."))
            : QString();
    return opening + u"\n\n"_s + examples + files;
}

} // namespace apex::backend
