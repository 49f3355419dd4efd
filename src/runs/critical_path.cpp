// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/critical_path.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <set>

namespace apex::runs {

namespace {

QString pathWords(const char* text) {
    return QCoreApplication::translate("CriticalPath", text);
}

/// A step that fills time, cut to the part of the run that is looked at.
struct Interval {
    MonoTime from;
    MonoTime to;
    int step;
    PathKind kind;
};

std::optional<PathKind> kindOf(const Step& step) {
    switch (step.kind) {
    case StepKind::Tool:
        return PathKind::Tool;
    case StepKind::Thinking:
        return PathKind::Thinking;
    case StepKind::Text:
        return PathKind::Text;
    case StepKind::Link:
        return PathKind::Link;
    default:
        return std::nullopt;
    }
}

/// Work that can have held the run up. What never ended did not hold up a run that did.
std::vector<Interval> workOf(const Run& run, MonoTime from, MonoTime to) {
    std::vector<Interval> work;
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        const Step& step = run.steps[i];
        const auto kind = kindOf(step);
        const bool neverEnded = !step.ended && run.outcome != Outcome::None;
        if (!kind || step.preparing || neverEnded)
            continue;
        const MonoTime begin = std::clamp(step.started, from, to);
        const MonoTime end = std::clamp(step.ended.value_or(to), begin, to);
        if (begin < end)
            work.push_back({begin, end, static_cast<int>(i), *kind});
    }
    // Latest end first; of several that end together the one that took longest.
    std::sort(work.begin(), work.end(), [](const Interval& a, const Interval& b) {
        return a.to != b.to ? a.to > b.to : a.from < b.from;
    });
    return work;
}

/// Which agent was at work when: the innermost one, without gaps or overlaps, oldest first.
class Owners {
public:
    Owners(const Run& run, MonoTime from, MonoTime to) {
        collect(run, from, to);
        std::sort(m_edges.begin(), m_edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
        MonoTime last = from;
        for (const Edge& edge : m_edges) {
            add(last, edge.at);
            last = std::max(last, edge.at);
            const Key key{edge.depth, edge.step};
            if (edge.begins)
                m_open.insert(key);
            else
                m_open.erase(key);
        }
        add(last, to);
    }

    /// Appends what fills [from, to), latest first.
    void fill(MonoTime from, MonoTime to, std::vector<PathPiece>& backwards) {
        if (from >= to)
            return;
        while (!m_spans.empty() && m_spans.back().from >= to)
            m_spans.pop_back();
        for (auto it = m_spans.rbegin(); it != m_spans.rend() && it->to > from; ++it)
            backwards.push_back({it->kind, it->step, std::max(it->from, from), std::min(it->to, to)});
    }

private:
    struct Edge {
        MonoTime at;
        int depth;
        int step;
        bool begins;
    };
    using Key = std::pair<int, int>;

    void collect(const Run& run, MonoTime from, MonoTime to) {
        for (std::size_t i = 0; i < run.steps.size(); ++i) {
            const Step& step = run.steps[i];
            if (step.kind != StepKind::Agent)
                continue;
            const MonoTime begin = std::clamp(step.started, from, to);
            const MonoTime end = std::clamp(step.ended.value_or(to), begin, to);
            if (begin == end)
                continue;
            m_edges.push_back({begin, step.depth, static_cast<int>(i), true});
            m_edges.push_back({end, step.depth, static_cast<int>(i), false});
        }
    }
    void add(MonoTime from, MonoTime to) {
        if (from >= to)
            return;
        const int step = m_open.empty() ? -1 : m_open.rbegin()->second;
        if (!m_spans.empty() && m_spans.back().step == step)
            m_spans.back().to = to;
        else
            m_spans.push_back({step < 0 ? PathKind::Silence : PathKind::Agent, step, from, to});
    }

    std::vector<Edge> m_edges;
    std::set<Key> m_open; ///< deepest last
    std::vector<PathPiece> m_spans;
};

QString nameOf(const Run& run, const PathPiece& piece) {
    const QString name = piece.step < 0 ? QString() : run.steps[static_cast<std::size_t>(piece.step)].name;
    switch (piece.kind) {
    case PathKind::Waiting:
        return pathWords(QT_TRANSLATE_NOOP("CriticalPath", "waiting for the first event"));
    case PathKind::Tool:
        return pathWords(QT_TRANSLATE_NOOP("CriticalPath", "the tool %1")).arg(name);
    case PathKind::Thinking:
        return pathWords(QT_TRANSLATE_NOOP("CriticalPath", "thinking of %1")).arg(name);
    case PathKind::Text:
        return pathWords(QT_TRANSLATE_NOOP("CriticalPath", "the text of the answer"));
    case PathKind::Link:
        return pathWords(QT_TRANSLATE_NOOP("CriticalPath", "the lost connection"));
    case PathKind::Agent:
        return pathWords(QT_TRANSLATE_NOOP("CriticalPath", "work of %1 without a word")).arg(name);
    case PathKind::Silence:
        break;
    }
    return pathWords(QT_TRANSLATE_NOOP("CriticalPath", "silence"));
}

} // namespace

std::vector<PathPiece> criticalPath(const Run& run, MonoTime now) {
    const MonoTime end = std::max(run.ended ? run.last : now, run.first);
    const MonoTime firstEvent = std::clamp(run.firstEvent, run.first, end);
    Owners owners(run, firstEvent, end);
    std::vector<PathPiece> path;
    MonoTime at = end;
    for (const Interval& work : workOf(run, firstEvent, end)) {
        if (work.to > at)
            continue; // ran beside what is on the path already
        owners.fill(work.to, at, path);
        path.push_back({work.kind, work.step, work.from, work.to});
        at = work.from;
    }
    owners.fill(firstEvent, at, path);
    if (run.first < firstEvent)
        path.push_back({PathKind::Waiting, -1, run.first, firstEvent});
    std::reverse(path.begin(), path.end());
    return path;
}

int longestPiece(const std::vector<PathPiece>& path) {
    const auto longest =
        std::max_element(path.begin(), path.end(),
                         [](const PathPiece& a, const PathPiece& b) { return length(a) < length(b); });
    return longest == path.end() ? -1 : static_cast<int>(longest - path.begin());
}

QString criticalPathText(const Run& run, const std::vector<PathPiece>& path) {
    const int longest = longestPiece(path);
    if (longest < 0)
        return {};
    const PathPiece& piece = path[static_cast<std::size_t>(longest)];
    const MonoTime total = path.back().to - path.front().from;
    // In floating point: absurd server times times a hundred leave 64 bits.
    const qint64 percent =
        std::llround(static_cast<double>(length(piece).count()) * 100.0 / static_cast<double>(total.count()));
    return pathWords(QT_TRANSLATE_NOOP("CriticalPath", "Of %1, most went to %2: %3 (%4 %)."))
        .arg(durationText(total), nameOf(run, piece), durationText(length(piece)), QString::number(percent));
}

QString pathKindName(PathKind kind) {
    switch (kind) {
    case PathKind::Waiting:
        return QStringLiteral("waiting");
    case PathKind::Tool:
        return QStringLiteral("tool");
    case PathKind::Thinking:
        return QStringLiteral("thinking");
    case PathKind::Text:
        return QStringLiteral("text");
    case PathKind::Link:
        return QStringLiteral("link");
    case PathKind::Agent:
        return QStringLiteral("agent");
    case PathKind::Silence:
        break;
    }
    return QStringLiteral("silence");
}

} // namespace apex::runs
