// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runs/critical_path.h"
#include "runs/run.h"

#include <vector>

namespace apex::models {

/// What time was used for.
enum class TimeUse { Tools, Thinking, Text, Waiting, Silence };

/// One part of a run's time, as shown.
struct TimePart {
    TimeUse use = TimeUse::Silence;
    QString name; ///< "tools", or the name of a tool
    QString text; ///< "31.0 s tools"
    std::chrono::milliseconds time{};
};

/// How the run stands, in one word with its shape.
enum class RunMark { Running, Completed, Failed, Cancelled, NoOutcome };

/// A run as a whole, in words.
struct RunSummary {
    RunId id;
    QString title; ///< "14:02:31 · triage"
    RunMark mark = RunMark::Running;
    QString outcomeWord; ///< "running", "completed", "outcome unknown", ...
    QString verdictWord; ///< "events OK", "events repaired", ...; empty where the outcome says it
    QString verdictSentence;
    QString elapsedText;
    QString completenessText;        ///< which kinds of event were received, in a sentence
    QString timeSentence;            ///< "41.0 s = 31.0 s tools + ..."; the parts sum to the total
    std::vector<TimePart> timeParts; ///< the same as parts, longest first
    std::chrono::milliseconds elapsed{};
    bool running = false;
    bool stopRequested = false;
    runs::Verdict verdict = runs::Verdict::Running;
};

/// Words for a run at `now`; `share` may be older than `now`, it costs a look at every step.
[[nodiscard]] RunSummary describeRun(const runs::Run& run, MonoTime now, const runs::TimeShare& share);
/// "14:02:31 · triage", or "Run 2 · triage" where the time is not known; `ordinal` counts from 1.
[[nodiscard]] QString runLabel(const runs::Run& run, int ordinal);
/// How a run stands in a list of runs: "running", "failed", ...; empty for a completed one.
[[nodiscard]] QString runStateWord(const runs::Run& run);
/// Parts that are not nothing, longest first; as shown they sum to the shown total exactly.
[[nodiscard]] std::vector<TimePart> timeParts(const runs::TimeShare& share);
/// "12.3 s = 8.0 s tools + 4.3 s unexplained": shown parts sum to the shown total exactly.
[[nodiscard]] QString timeSentence(const runs::TimeShare& share);
/// The same of the critical path, its tools by name.
[[nodiscard]] QString pathSentence(const runs::Run& run, const std::vector<runs::PathPiece>& path);

} // namespace apex::models
