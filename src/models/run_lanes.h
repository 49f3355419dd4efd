// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runs/run.h"

#include <utility>
#include <vector>

namespace apex::models {

/// Part of a lane as drawn: one step, or several that are too narrow to tell apart.
struct LanePiece {
    MonoTime start{};
    MonoTime end{};
    int step = -1;  ///< the first step of the piece
    int merged = 1; ///< steps in it, at least 1
};

/// The steps of a run laid out on a time axis: one band of lanes for each depth, and within a band as many
/// lanes as steps overlap, so that parallel work stands side by side.
///
/// Adding and changing a step costs O(log n); asking for what is visible costs what is visible, however long
/// the run is. Pure.
class RunLanes {
public:
    /// Overlapping steps beyond this share the last lane of their band.
    static constexpr int maxLanesOfBand = 48;

    void clear();
    /// Adds step `index` of `run`; indices must come without gaps.
    void add(const runs::Run& run, int index);
    /// Takes over start and end of a step that changed. False if the step moved to another place in time:
    /// clear and add everything again then.
    [[nodiscard]] bool update(const runs::Run& run, int index);

    [[nodiscard]] int stepCount() const { return static_cast<int>(m_places.size()); }
    [[nodiscard]] int laneCount() const;
    /// Depth of the band that lane `lane` (counted from the top) belongs to.
    [[nodiscard]] int depthOf(int lane) const;
    /// Lane of a step, counted from the top.
    [[nodiscard]] int laneOf(int step) const;
    /// End of a step; MonoTime::max() while it runs.
    [[nodiscard]] MonoTime endOf(int step) const;
    [[nodiscard]] MonoTime startOf(int step) const;

    /// What of a lane lies between `from` and `to`, steps closer than `resolution` taken together; at most
    /// (to - from) / resolution + 2 pieces. Running steps end at `now`.
    [[nodiscard]] std::vector<LanePiece> pieces(int lane, MonoTime from, MonoTime to, MonoTime resolution,
                                                MonoTime now) const;
    /// The step at a moment of a lane, or the nearest within `tolerance`; -1 if there is none.
    [[nodiscard]] int stepAt(int lane, MonoTime at, MonoTime tolerance) const;

private:
    /// Sorted by start. `reach` is the latest end so far, which is the step's own end unless steps overlap.
    struct Lane {
        std::vector<MonoTime> starts;
        std::vector<MonoTime> ends;
        std::vector<MonoTime> reach;
        std::vector<int> steps;

        [[nodiscard]] bool fits(MonoTime start, MonoTime end) const;
        void insert(MonoTime start, MonoTime end, int step);
        void setEnd(int step, MonoTime start, MonoTime end);
        void refreshReach(size_t from);
    };
    using Band = std::vector<Lane>;
    struct Place {
        int band = 0;
        int lane = 0;
        MonoTime start{};
        MonoTime end{};
    };

    [[nodiscard]] std::pair<int, int> bandOf(int lane) const;
    [[nodiscard]] const Lane* laneAt(int lane) const;

    std::vector<Band> m_bands;
    std::vector<Place> m_places;
};

} // namespace apex::models
