// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/model_prose.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/markdown_table.h"

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t reasonsShown = 3;

QString tokenText(const std::optional<TokenUse>& use) {
    return use ? say(QT_TRANSLATE_NOOP("Agents", "%1+%2 tokens (in+out)")).arg(use->in).arg(use->out)
               : say(QT_TRANSLATE_NOOP("Agents", "the endpoint does not say how many tokens"));
}

QString refusedText(const std::vector<RefusedSentence>& refused) {
    QStringList reasons;
    for (std::size_t i = 0; i < std::min(refused.size(), reasonsShown); ++i)
        reasons.append(markdownEscaped(refused[i].reason));
    if (refused.size() > reasonsShown)
        reasons.append(u"…"_s);
    return (refused.size() == 1 ? say(QT_TRANSLATE_NOOP("Agents", "%1 sentence of it was left out: %2."))
                                : say(QT_TRANSLATE_NOOP("Agents", "%1 sentences of it were left out: %2.")))
        .arg(refused.size())
        .arg(reasons.join(u"; "_s));
}

QString quoted(const QString& text) {
    return u"> "_s + QString(text).replace(u'\n', u"\n> "_s) + u'\n';
}

} // namespace

QString ModelProse::markdown() const {
    QString text;
    if (!failure.isEmpty())
        text = say(QT_TRANSLATE_NOOP("Agents", "*%1 The answer below is complete without it.*"))
                   .arg(markdownEscaped(failure)) +
               u"\n\n"_s;
    if (!checked.text.isEmpty())
        text += u"## "_s + say(QT_TRANSLATE_NOOP("Agents", "In the words of a language model")) + u"\n\n"_s +
                quoted(checked.text) + u'\n' +
                say(QT_TRANSLATE_NOOP(
                        "Agents", "Worded with `%1` at %2; %3. Every figure in it was found among the "
                                  "results of this run's tools; the rest of the wording was not checked."))
                    .arg(model, host, tokenText(use)) +
                u'\n';
    else if (failure.isEmpty())
        text += say(QT_TRANSLATE_NOOP("Agents", "`%1` at %2 was asked (%3); nothing of its text is shown."))
                    .arg(model, host, tokenText(use)) +
                u'\n';
    if (!checked.refused.empty())
        text += u'\n' + refusedText(checked.refused) + u'\n';
    text += u'\n';
    for (const Finding& finding : findings)
        text += finding.markdown();
    return text;
}

QJsonObject ModelProse::json() const {
    QJsonObject json{{"model"_L1, model},
                     {"host"_L1, host},
                     {"requests"_L1, requests},
                     {"sentences_kept"_L1, checked.kept},
                     {"sentences_left_out"_L1, static_cast<qint64>(checked.refused.size())}};
    QJsonArray reasons;
    for (const RefusedSentence& refused : checked.refused)
        reasons.append(refused.reason);
    json["reasons"_L1] = reasons;
    if (use) {
        json["tokens_in"_L1] = use->in;
        json["tokens_out"_L1] = use->out;
    }
    if (!failure.isEmpty())
        json["failure"_L1] = failure;
    return json;
}

} // namespace apex::backend
