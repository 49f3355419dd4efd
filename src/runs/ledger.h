// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runs/run.h"

#include <memory>

namespace apex::runs {

/// What one event changed, so that models can update rows without looking at the rest.
struct Change {
    int run = -1; ///< index into Ledger::runs(), -1: no run was touched
    bool runAdded = false;
    int firstNewStep = -1; ///< steps from here to the end are new; -1: none
    std::vector<int> changedSteps;
    bool outcomeChanged = false;
};

/// Limits and expectations of a ledger.
struct LedgerOptions {
    UserId expectedUser; ///< empty: do not check (Rule::ForeignUser)
    std::chrono::milliseconds silenceLimit{60'000};
    bool judgeTiming =
        true; ///< false: receive times are not ours, so Silence and BurstDelivery are not judged
};

/// Pure reducer: events in, runs, steps, findings and verdicts out. Judges, never rejects (design.md 4.2).
///
/// Cost per event is independent of history length. Not thread-safe; no Qt event loop needed.
class Ledger {
public:
    explicit Ledger(LedgerOptions options = {});
    ~Ledger();
    Ledger(Ledger&&) noexcept;
    Ledger& operator=(Ledger&&) noexcept;

    /// Applies one event of one frame; call in order of receipt.
    Change apply(const protocol::Event& event, const protocol::Receipt& receipt);
    /// Notes that we sent a prompt: the next run of this thread counts its waiting time from here.
    void promptSent(const ThreadId& thread, const RunId& clientRun, const protocol::Receipt& receipt);
    /// Notes that a frame could not be decoded; open runs are marked, since it may have been theirs.
    Change undecodable(const QString& reason, const protocol::Receipt& receipt);
    /// Notes that the user asked to stop a run.
    Change stopRequested(const RunId& run, const protocol::Receipt& receipt);
    /// Notes that the link was lost and is back; open runs get a Link step.
    std::vector<Change> linkGap(const protocol::Receipt& lost, const protocol::Receipt& restored);
    /// A thread got another id (thread_created after the first message, protocol.md 3.4).
    void renameThread(const ThreadId& from, const ThreadId& to);
    /// The source ended (end of file, or the user gave up waiting): closes open runs without an outcome.
    std::vector<Change> endOfInput(MonoTime at);

    /// All runs in order of their first event. Indices are stable.
    [[nodiscard]] const std::vector<Run>& runs() const;
    /// Index of a run by id, -1 if unknown.
    [[nodiscard]] int indexOf(const RunId& run) const;
    /// Events refused because they name another user than the expected one (design.md 4.4).
    [[nodiscard]] qint64 foreignEvents() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Where the time of a run went; valid for running runs too (up to `now`).
[[nodiscard]] TimeShare timeShare(const Run& run, MonoTime now);

} // namespace apex::runs
