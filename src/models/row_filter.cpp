// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/row_filter.h"

#include <algorithm>
#include <array>

namespace apex::models {

using namespace Qt::StringLiterals;
using runs::StepKind;

namespace {

constexpr std::array kKinds{StepKind::Agent,   StepKind::Thinking, StepKind::Tool,
                            StepKind::Text,    StepKind::Report,   StepKind::Notice,
                            StepKind::Warning, StepKind::Error,    StepKind::Link};

/// Words at blanks; double quotes keep blanks inside.
QStringList terms(const QString& text) {
    QStringList result;
    QString term;
    bool quoted = false;
    for (const QChar c : text) {
        if (c == u'"') {
            quoted = !quoted;
        } else if (c.isSpace() && !quoted) {
            if (!term.isEmpty())
                result << std::exchange(term, {});
        } else {
            term += c;
        }
    }
    if (!term.isEmpty())
        result << term;
    return result;
}

void takeKind(RowFilter& filter, const QString& name) {
    for (const StepKind kind : kKinds)
        if (kindName(kind).startsWith(name, Qt::CaseInsensitive))
            return filter.kinds.push_back(kind);
    filter.words << u"kind:"_s + name;
}

QString agentOf(const runs::Run& run, int index) {
    while (index >= 0) {
        const auto& step = run.steps[static_cast<size_t>(index)];
        if (step.kind == StepKind::Agent)
            return step.name;
        index = step.parent;
    }
    return {};
}

bool contains(const QStringList& names, const QString& name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const QString& wanted) { return name.contains(wanted, Qt::CaseInsensitive); });
}

bool hasWord(const runs::Step& step, const QString& word, bool supportMode) {
    if (step.name.contains(word, Qt::CaseInsensitive) || step.text.contains(word, Qt::CaseInsensitive))
        return true;
    if (!supportMode)
        return false;
    const QByteArray bytes = word.toUtf8();
    return step.arguments.contains(bytes) || step.result.contains(bytes);
}

} // namespace

bool RowFilter::isEmpty() const {
    return *this == RowFilter{};
}

QString kindName(StepKind kind) {
    switch (kind) {
    case StepKind::Agent:
        return u"agent"_s;
    case StepKind::Thinking:
        return u"thinking"_s;
    case StepKind::Tool:
        return u"tool"_s;
    case StepKind::Text:
        return u"text"_s;
    case StepKind::Report:
        return u"report"_s;
    case StepKind::Notice:
        return u"notice"_s;
    case StepKind::Warning:
        return u"warning"_s;
    case StepKind::Error:
        return u"error"_s;
    case StepKind::Link:
        return u"link"_s;
    }
    return {};
}

RowFilter parseFilter(const QString& text) {
    RowFilter filter;
    for (const QString& term : terms(text)) {
        const qsizetype colon = term.indexOf(u':');
        const QString field = term.left(std::max<qsizetype>(0, colon)).toLower();
        const QString value = term.mid(colon + 1);
        if (colon > 0 && value.isEmpty())
            continue; // still being typed
        if (field == u"tool"_s)
            filter.tools << value;
        else if (field == u"agent"_s)
            filter.agents << value;
        else if (field == u"kind"_s)
            takeKind(filter, value);
        else if (field == u"is"_s && u"problem"_s.startsWith(value, Qt::CaseInsensitive))
            filter.problemsOnly = true;
        else
            filter.words << term;
    }
    return filter;
}

QString filterTerm(const QString& field, const QString& value) {
    const bool blank = std::any_of(value.begin(), value.end(), [](QChar c) { return c.isSpace(); });
    return field + u':' + (blank ? u'"' + value + u'"' : value);
}

bool passes(const RowFilter& filter, const runs::Run& run, int index, bool supportMode) {
    const auto& step = run.steps[static_cast<size_t>(index)];
    if (!filter.kinds.empty() &&
        std::find(filter.kinds.begin(), filter.kinds.end(), step.kind) == filter.kinds.end())
        return false;
    if (!filter.tools.isEmpty() && (step.kind != StepKind::Tool || !contains(filter.tools, step.name)))
        return false;
    if (!filter.agents.isEmpty() && !contains(filter.agents, agentOf(run, index)))
        return false;
    return std::all_of(filter.words.begin(), filter.words.end(),
                       [&](const QString& word) { return hasWord(step, word, supportMode); });
}

} // namespace apex::models
