// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/ledger.h"

#include <algorithm>

namespace apex::runs {

namespace {

/// What fills time, strongest first: where two overlap, the stronger counts.
enum Filling : std::size_t { Tools, Text, Thinking, Fillings };

/// Parts of a TimeShare.
constexpr std::size_t Parts = 5;

struct Edge {
    MonoTime at;
    Filling what;
    int step; ///< +1 begins, -1 ends
};

std::optional<Filling> fillingOf(const Step& step) {
    switch (step.kind) {
    case StepKind::Tool:
        return Tools;
    case StepKind::Text:
        return Text;
    case StepKind::Thinking:
        return Thinking;
    default:
        return std::nullopt;
    }
}

std::vector<Edge> edgesOf(const Run& run, MonoTime from, MonoTime to) {
    std::vector<Edge> edges;
    for (const Step& step : run.steps) {
        const auto filling = fillingOf(step);
        if (!filling || (step.kind == StepKind::Tool && step.preparing))
            continue;
        const MonoTime begin = std::clamp(step.started, from, to);
        const MonoTime end = std::clamp(step.ended.value_or(to), begin, to);
        if (begin == end)
            continue;
        edges.push_back({begin, *filling, 1});
        edges.push_back({end, *filling, -1});
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
    return edges;
}

/// Time each filling holds alone or as the strongest.
std::array<MonoTime, Fillings> measure(const std::vector<Edge>& edges) {
    std::array<MonoTime, Fillings> spent{};
    std::array<int, Fillings> open{};
    MonoTime last{};
    for (const Edge& edge : edges) {
        for (std::size_t i = 0; i < Fillings; ++i)
            if (open[i] > 0) {
                spent[i] += edge.at - last;
                break;
            }
        open[edge.what] += edge.step;
        last = edge.at;
    }
    return spent;
}

/// Milliseconds that sum to the rounded total: each part is cut, and what is left over goes to the parts that
/// lost most by it.
std::array<std::chrono::milliseconds, Parts> wholeMilliseconds(const std::array<MonoTime, Parts>& parts,
                                                               std::chrono::milliseconds total) {
    std::array<std::chrono::milliseconds, Parts> whole{};
    std::array<std::size_t, Parts> order{};
    auto left = total;
    for (std::size_t i = 0; i < Parts; ++i) {
        whole[i] = std::chrono::floor<std::chrono::milliseconds>(parts[i]);
        left -= whole[i];
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return parts[a] - whole[a] > parts[b] - whole[b]; });
    for (std::size_t i = 0; i < Parts && left.count() > 0; ++i, --left)
        ++whole[order[i]];
    return whole;
}

} // namespace

TimeShare timeShare(const Run& run, MonoTime now) {
    const MonoTime end = std::max(run.ended ? run.last : now, run.first);
    const MonoTime firstEvent = std::clamp(run.firstEvent, run.first, end);
    const auto spent = measure(edgesOf(run, firstEvent, end));
    const MonoTime explained = spent[Tools] + spent[Text] + spent[Thinking];
    TimeShare share;
    share.total = std::chrono::round<std::chrono::milliseconds>(end - run.first);
    const auto whole = wholeMilliseconds(
        {firstEvent - run.first, spent[Thinking], spent[Tools], spent[Text], end - firstEvent - explained},
        share.total);
    share.waiting = whole[0];
    share.thinking = whole[1];
    share.tools = whole[2];
    share.text = whole[3];
    share.silence = whole[4];
    return share;
}

} // namespace apex::runs
