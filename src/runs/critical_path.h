// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runs/run.h"

#include <QString>

#include <vector>

namespace apex::runs {

/// What a piece of the critical path was spent on.
enum class PathKind {
    Waiting,  ///< before the first event: the server had our prompt and sent nothing
    Tool,     ///< a tool call ran
    Thinking, ///< an agent was thinking, as far as it said so
    Text,     ///< text was arriving
    Link,     ///< the connection was away
    Agent,    ///< an agent was at work and said nothing of what it did
    Silence,  ///< no agent was known to be at work
};

/// One piece of the critical path; pieces follow each other without gap or overlap.
struct PathPiece {
    PathKind kind = PathKind::Silence;
    int step = -1;   ///< index into Run::steps, -1 for Waiting and Silence
    MonoTime from{}; ///< receive time, same clock as Run::first
    MonoTime to{};   ///< always later than `from`
};

/// The chain of steps that determined when the run ended (peers.md 5, row 15), oldest first.
///
/// Found backwards from the end: before each piece stands whatever ended last before it began. The pieces
/// cover the run from Run::first to its end (to `now` while it runs) exactly; empty for a run of no length.
[[nodiscard]] std::vector<PathPiece> criticalPath(const Run& run, MonoTime now);

/// Time the piece took.
[[nodiscard]] inline MonoTime length(const PathPiece& piece) {
    return piece.to - piece.from;
}
/// Index of the longest piece, -1 if there is none.
[[nodiscard]] int longestPiece(const std::vector<PathPiece>& path);
/// What the path says in one sentence for people: how long the run took, and what took most of it.
[[nodiscard]] QString criticalPathText(const Run& run, const std::vector<PathPiece>& path);
/// Stable lower-case name of a kind ("waiting", "tool", ...), as `apex inspect --json` prints it.
[[nodiscard]] QString pathKindName(PathKind kind);

} // namespace apex::runs
