// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/guidance.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/courtesy.h"
#include "backend/agents/markdown_table.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

QString opening(const RunState& state) {
    if (state.files.empty())
        return say(QT_TRANSLATE_NOOP(
            "Agents",
            "**I have no usage data to measure, so this answer holds no figures.** Attach a file with "
            "one row per AI call and ask again; then cost, latency, errors and possible savings are "
            "calculated from your own rows."));
    QStringList names;
    for (const AttachedFile& file : state.files)
        names.append(u'“' + markdownSafe(file.name) + u'”');
    return say(QT_TRANSLATE_NOOP(
                   "Agents",
                   "**The attached data (%1) lacks most of what an analysis needs, so this answer holds no "
                   "figures.** The table shows what is missing."))
        .arg(names.join(u", "_s));
}

QString neededTable(const RunState& state) {
    QString text = u"| "_s + say(QT_TRANSLATE_NOOP("Agents", "Column")) + u" | "_s +
                   say(QT_TRANSLATE_NOOP("Agents", "Why it matters")) + u" | "_s +
                   say(QT_TRANSLATE_NOOP("Agents", "Found")) + u" |\n|---|---|---|\n"_s;
    for (const NeededField& field : state.needed) {
        text += u"| `"_s + field.name + u"` | "_s + field.why + u" | "_s +
                (field.present ? say(QT_TRANSLATE_NOOP("Agents", "yes"))
                               : say(QT_TRANSLATE_NOOP("Agents", "no"))) +
                u" |\n"_s;
    }
    return text;
}

QString usefulColumns() {
    return u"- `status`: "_s +
           say(QT_TRANSLATE_NOOP("Agents", "ok, error or timeout; shows what failed calls cost")) +
           u"\n- `latency_ms`: "_s + say(QT_TRANSLATE_NOOP("Agents", "for percentiles of latency by model")) +
           u"\n- `cached_tokens`: "_s +
           say(QT_TRANSLATE_NOOP("Agents",
                                 "part of the prompt tokens that was charged at the cached price")) +
           u"\n- `service`, `app`, `user`: "_s +
           say(QT_TRANSLATE_NOOP("Agents", "who or what causes the cost")) + u"\n- `prompt_hash`: "_s +
           say(QT_TRANSLATE_NOOP("Agents", "a hash of the prompt, never its text; shows repeated prompts")) +
           u'\n';
}

QString howToExport() {
    return u"- "_s +
           say(QT_TRANSLATE_NOOP(
               "Agents",
               "From your gateway or application log: write one row per call with the columns above. This "
               "gives the most detailed answer.")) +
           u"\n- "_s +
           say(QT_TRANSLATE_NOOP("Agents", "From a provider's console: use the export on its usage or cost "
                                           "page, by model and day, as CSV.")) +
           u"\n- "_s +
           say(QT_TRANSLATE_NOOP("Agents", "From a cloud bill: export the cost report for the AI service as "
                                           "CSV with model and token columns.")) +
           u"\n- "_s +
           say(QT_TRANSLATE_NOOP(
               "Agents",
               "Accepted: CSV (comma, semicolon or tab, UTF-8, with a header line), JSON lines, and JSON "
               "arrays. Usual other names of the columns are understood, e.g. input_tokens.")) +
           u'\n';
}

} // namespace

QString guidanceMarkdown(const RunState& state) {
    if (state.intent.main() == Topic::Unclear)
        return unclearMarkdown(state);
    QString text = opening(state) + u"\n\n## "_s + say(QT_TRANSLATE_NOOP("Agents", "What is needed")) +
                   u"\n\n"_s + neededTable(state);
    text += u"\n## "_s + say(QT_TRANSLATE_NOOP("Agents", "Also useful")) + u"\n\n"_s + usefulColumns();
    text += u"\n## "_s + say(QT_TRANSLATE_NOOP("Agents", "How to get it")) + u"\n\n"_s + howToExport();
    text +=
        u"\n```\ntimestamp,model,service,status,prompt_tokens,completion_tokens,cached_tokens,cost_usd,latency_ms,prompt_hash\n```\n\n"_s;
    if (state.intent.targetPercent)
        text += say(QT_TRANSLATE_NOOP(
                        "Agents", "Whether the %1 % you ask for can be reached cannot be said without data."))
                    .arg(*state.intent.targetPercent) +
                u"\n\n"_s;
    for (const QString& skipped : state.skippedFiles)
        text += skipped + u".\n"_s;
    return text;
}

} // namespace apex::backend
