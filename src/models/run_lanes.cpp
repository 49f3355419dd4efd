// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/run_lanes.h"

#include <algorithm>

namespace apex::models {

namespace {

MonoTime endOfStep(const runs::Run& run, const runs::Step& step) {
    if (step.ended)
        return std::max(*step.ended, step.started);
    if (step.state == runs::StepState::Running)
        return MonoTime::max();
    return step.state == runs::StepState::Unfinished ? std::max(run.last, step.started) : step.started;
}

} // namespace

bool RunLanes::Lane::fits(MonoTime start, MonoTime end) const {
    const auto next = std::upper_bound(starts.begin(), starts.end(), start);
    if (next != starts.end() && *next < end)
        return false;
    return next == starts.begin() || reach[static_cast<size_t>(next - starts.begin()) - 1] <= start;
}

void RunLanes::Lane::refreshReach(size_t from) {
    for (size_t i = from; i < ends.size(); ++i) {
        const MonoTime wanted = i == 0 ? ends[0] : std::max(reach[i - 1], ends[i]);
        if (i > from && reach[i] == wanted)
            return;
        reach[i] = wanted;
    }
}

void RunLanes::Lane::insert(MonoTime start, MonoTime end, int step) {
    const auto at = std::upper_bound(starts.begin(), starts.end(), start) - starts.begin();
    starts.insert(starts.begin() + at, start);
    ends.insert(ends.begin() + at, end);
    reach.insert(reach.begin() + at, end);
    steps.insert(steps.begin() + at, step);
    refreshReach(static_cast<size_t>(at));
}

void RunLanes::Lane::setEnd(int step, MonoTime start, MonoTime end) {
    auto at = std::lower_bound(starts.begin(), starts.end(), start) - starts.begin();
    while (steps[static_cast<size_t>(at)] != step)
        ++at;
    ends[static_cast<size_t>(at)] = end;
    refreshReach(static_cast<size_t>(at));
}

void RunLanes::clear() {
    m_bands.clear();
    m_places.clear();
}

void RunLanes::add(const runs::Run& run, int index) {
    const runs::Step& step = run.steps[static_cast<size_t>(index)];
    const MonoTime start = step.started;
    const MonoTime end = endOfStep(run, step);
    const int depth = std::clamp(step.depth, 0, 15);
    if (static_cast<size_t>(depth) >= m_bands.size())
        m_bands.resize(static_cast<size_t>(depth) + 1);
    Band& band = m_bands[static_cast<size_t>(depth)];
    auto lane = std::find_if(band.begin(), band.end(), [&](const Lane& l) { return l.fits(start, end); });
    if (lane == band.end()) {
        if (band.size() < static_cast<size_t>(maxLanesOfBand))
            band.emplace_back();
        lane = band.end() - 1;
    }
    lane->insert(start, end, index);
    m_places.push_back({depth, static_cast<int>(lane - band.begin()), start, end});
}

bool RunLanes::update(const runs::Run& run, int index) {
    if (index < 0 || index >= stepCount())
        return false;
    const runs::Step& step = run.steps[static_cast<size_t>(index)];
    Place& place = m_places[static_cast<size_t>(index)];
    const MonoTime end = endOfStep(run, step);
    if (step.started != place.start || std::clamp(step.depth, 0, 15) != place.band)
        return false;
    if (end != place.end) {
        place.end = end;
        m_bands[static_cast<size_t>(place.band)][static_cast<size_t>(place.lane)].setEnd(index, place.start,
                                                                                         end);
    }
    return true;
}

int RunLanes::laneCount() const {
    size_t count = 0;
    for (const Band& band : m_bands)
        count += band.size();
    return static_cast<int>(count);
}

std::pair<int, int> RunLanes::bandOf(int lane) const {
    for (size_t band = 0; band < m_bands.size(); ++band) {
        const int size = static_cast<int>(m_bands[band].size());
        if (lane < size)
            return {static_cast<int>(band), lane};
        lane -= size;
    }
    return {-1, -1};
}

int RunLanes::depthOf(int lane) const {
    return bandOf(lane).first;
}

const RunLanes::Lane* RunLanes::laneAt(int lane) const {
    const auto [band, index] = bandOf(lane);
    return band < 0 || index < 0 ? nullptr : &m_bands[static_cast<size_t>(band)][static_cast<size_t>(index)];
}

int RunLanes::laneOf(int step) const {
    if (step < 0 || step >= stepCount())
        return -1;
    const Place& place = m_places[static_cast<size_t>(step)];
    int lane = place.lane;
    for (int band = 0; band < place.band; ++band)
        lane += static_cast<int>(m_bands[static_cast<size_t>(band)].size());
    return lane;
}

MonoTime RunLanes::startOf(int step) const {
    return m_places[static_cast<size_t>(step)].start;
}

MonoTime RunLanes::endOf(int step) const {
    return m_places[static_cast<size_t>(step)].end;
}

std::vector<LanePiece> RunLanes::pieces(int lane, MonoTime from, MonoTime to, MonoTime resolution,
                                        MonoTime now) const {
    std::vector<LanePiece> result;
    const Lane* l = laneAt(lane);
    if (!l)
        return result;
    const MonoTime least = std::max(resolution, MonoTime{1});
    auto at =
        static_cast<size_t>(std::lower_bound(l->reach.begin(), l->reach.end(), from) - l->reach.begin());
    while (at < l->starts.size() && l->starts[at] <= to) {
        LanePiece piece{l->starts[at], std::min(l->ends[at], std::max(now, l->starts[at])), l->steps[at], 1};
        // Whatever begins within the same pixel cannot be told apart from this one: skip it in one leap.
        if (piece.end - piece.start < least) {
            auto next =
                static_cast<size_t>(std::lower_bound(l->starts.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                                     l->starts.end(), std::max(piece.start, from) + least) -
                                    l->starts.begin());
            // The last of them may be long; it is seen on its own.
            if (next > at + 1 && std::min(l->ends[next - 1], now) - l->starts[next - 1] >= least)
                --next;
            piece.merged = static_cast<int>(next - at);
            piece.end = std::max(piece.end, std::min(l->ends[next - 1], std::max(now, piece.start)));
            at = next;
        } else {
            ++at;
        }
        if (piece.end >= from)
            result.push_back(piece);
    }
    return result;
}

int RunLanes::stepAt(int lane, MonoTime at, MonoTime tolerance) const {
    const Lane* l = laneAt(lane);
    if (!l)
        return -1;
    const auto next = std::upper_bound(l->starts.begin(), l->starts.end(), at + tolerance);
    if (next == l->starts.begin())
        return -1;
    const auto index = static_cast<size_t>(next - l->starts.begin()) - 1;
    const bool near = l->ends[index] == MonoTime::max() || l->ends[index] + tolerance >= at;
    return near ? l->steps[index] : -1;
}

} // namespace apex::models
