// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "protocol/event.h"

#include <array>
#include <optional>
#include <vector>

namespace apex::runs {

/// How a run ended. Completed needs a terminal event of the outermost agent (design.md 4.1).
enum class Outcome { None, Completed, Failed, Cancelled };

/// What we say of a run's event stream.
enum class Verdict { Running, Ok, Repaired, Violation, NoOutcome };

/// Why a verdict is not Ok; the table with meaning and example stands in ARCHITECTURE.md.
enum class Rule {
    MissingStart,
    EventAfterTerminal,
    UnpairedToolStart,
    CompletionWithoutStart,
    Duplicate,
    OutOfOrder,
    ForeignUser,
    CutByServer,
    BurstDelivery,
    OptimizationBeforeData,
    Silence,
    NoLiveEvents,
    NeverClosed,
    AdoptedRunId,
    NamesSwapped,
    Undecodable,
    LinkGap,
    NotOpen,
    BrokenPieces,
    DamagedFrame,
    MissingStep,
};

/// How grave a rule is: Note does not change the verdict, Repair makes it Repaired, Breach makes it
/// Violation.
enum class Gravity { Note, Repair, Breach };

/// Stable lower-case name of a rule ("event_after_terminal"), as `apex inspect --json` prints it.
[[nodiscard]] QString ruleName(Rule rule);
/// Gravity of a rule.
[[nodiscard]] Gravity ruleGravity(Rule rule);
/// The rule in a sentence for people.
[[nodiscard]] QString ruleText(Rule rule);
/// "completed", "failed", "cancelled", "no_outcome".
[[nodiscard]] QString outcomeName(Outcome outcome);
/// "ok", "repaired", "violation", "no_outcome", "running".
[[nodiscard]] QString verdictName(Verdict verdict);

/// One named remark on a run, pointing at the frame that caused it.
struct Finding {
    Rule rule;
    QString detail;
    qint64 frame = -1; ///< frame index, -1 where no single frame is to blame
};

/// What a row of the timeline stands for.
enum class StepKind { Agent, Thinking, Tool, Text, Report, Notice, Warning, Error, Link };

/// Where a step stands. Unfinished: the run or the recording ended before the step did.
enum class StepState { Running, Done, Failed, Unfinished, Instant };

/// One row of a run: an agent, a thought, a tool call, a notice.
struct Step {
    StepKind kind = StepKind::Notice;
    StepState state = StepState::Instant;
    QString name; ///< agent or tool name, or a short label
    QString text; ///< thought, description, error message
    ToolCallId call;
    protocol::JsonText arguments;
    protocol::JsonText result;
    MonoTime started{};            ///< receive time
    std::optional<MonoTime> ended; ///< receive time of the end; nullopt while running or unfinished
    std::optional<std::chrono::microseconds> claimedDuration; ///< as the server said
    int parent = -1;                                          ///< index into Run::steps, -1 for the outermost
    int depth = 0;                                            ///< 0 for the outermost agent
    int iteration = 1; ///< 1-based, for agents started again in the same run
    int attempt = 1;
    qint64 firstFrame = -1;
    qint64 lastFrame = -1;
    bool cutByServer = false;
    bool recovered = false;
    bool preparing = false; ///< a tool whose arguments still stream in (AG-UI); it does not execute yet
    qsizetype answerAt = 0; ///< where Run::partialText ended when the step began; of text, where it begins
};

/// Counts of the five lifecycle events as received.
struct LifecycleCounts {
    int agentStarted = 0;
    int agentThinking = 0;
    int toolExecuting = 0;
    int toolCompleted = 0;
    int agentCompleted = 0;
};

/// One run as understood so far. A value; copies are independent.
struct Run {
    RunId id; ///< may be adopted (Rule::AdoptedRunId) or empty
    ThreadId thread;
    QString agent; ///< outermost agent
    Outcome outcome = Outcome::None;
    Verdict verdict = Verdict::Running;
    bool ended = false; ///< no more events are expected: terminal seen, or the source ended
    bool stopRequested = false;
    std::vector<Step> steps;
    std::vector<Finding> findings;
    LifecycleCounts counts;
    MonoTime first{};      ///< receive time of the first event (or of our prompt, if it is known)
    MonoTime firstEvent{}; ///< receive time of the first event, also where `first` is the prompt
    MonoTime last{};
    WallTime firstWall{};
    qint64 firstFrame = -1;
    qint64 lastFrame = -1;
    QString answer; ///< Markdown; the last good answer, also where the run was never closed
    bool answerIsFromInnerAgent = false;
    protocol::JsonText report;
    QString reportType;
    QString partialText; ///< streamed text so far
    QString failure;     ///< message of the terminal failure
};

/// Exact partition of a run's wall time; the parts sum to the total (peers.md 5.1 D4).
struct TimeShare {
    std::chrono::milliseconds total{};
    std::chrono::milliseconds waiting{}; ///< before the first event
    std::chrono::milliseconds thinking{};
    std::chrono::milliseconds tools{}; ///< parallel tools counted once
    std::chrono::milliseconds text{};
    std::chrono::milliseconds silence{}; ///< unexplained
};

} // namespace apex::runs
