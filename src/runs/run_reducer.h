// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"
#include "runs/fingerprint.h"
#include "runs/ledger.h"
#include "runs/open_agents.h"
#include "runs/open_tools.h"
#include "runs/run.h"

#include <QHash>
#include <QSet>

#include <optional>

/// Private to runs/: applies the events of one run to it.
namespace apex::runs {

/// What one run needs beside its public face. The Run itself lives in the ledger's list and is passed in.
class RunReducer {
public:
    explicit RunReducer(const LedgerOptions& options);

    /// Applies one event that belongs to this run.
    void apply(Run& run, const protocol::Event& event, const protocol::Receipt& receipt, Change& change);
    /// Adds a remark; once only for rules that speak of the whole run.
    void addFinding(Run& run, Rule rule, const QString& detail, qint64 frame);
    /// The link was away while the run was open.
    void addLinkGap(Run& run, const protocol::Receipt& lost, const protocol::Receipt& restored,
                    Change& change);
    /// True if an agent of that name is at work, or one whose name is not known.
    [[nodiscard]] bool mayEnd(const QString& agent) const;
    /// The source ended: closes what is open, without an outcome.
    void endWithoutOutcome(Run& run, MonoTime at, Change& change);

private:
    /// One event on its way through the run.
    struct Input {
        const protocol::Event& event;
        const protocol::Receipt& receipt;
        Change& change;

        [[nodiscard]] const protocol::Envelope& envelope() const { return event.envelope; }
    };
    /// An agent's end, in good or bad.
    struct AgentEnd {
        StepState state = StepState::Done;
        Outcome outcome = Outcome::Completed;
        std::optional<std::chrono::microseconds> duration;
        protocol::JsonText result;
        QString error;
    };
    struct Target {
        bool found = false;
        bool terminal = false;
        int step = -1;
    };

    struct OpenText {
        int step = -1;
        MonoTime last{};
    };

    void on(Run& run, const Input& in, const protocol::AgentStarted& body);
    void on(Run& run, const Input& in, const protocol::AgentThinking& body);
    void on(Run& run, const Input& in, const protocol::ToolExecuting& body);
    void on(Run& run, const Input& in, const protocol::ToolCompleted& body);
    void on(Run& run, const Input& in, const protocol::AgentCompleted& body);
    void on(Run& run, const Input& in, const protocol::AgentFailed& body);
    void on(Run& run, const Input& in, const protocol::AgentStopped& body);
    void on(Run& run, const Input& in, const protocol::PartialText& body);
    void on(Run& run, const Input& in, const protocol::FinalReport& body);
    void on(Run& run, const Input& in, const protocol::RunNotice& body);
    void on(Run& run, const Input& in, const protocol::ServerError& body);
    void on(Run& run, const Input& in, const protocol::Unknown& body);
    template <class Other>
    void on(Run&, const Input&, const Other&) {}

    // Remarks that need no look at the body's meaning (run_checks.cpp).
    void checkTiming(Run& run, const Input& in);
    void checkOrder(Run& run, const Input& in);
    void checkEnvelope(Run& run, const Input& in);
    void checkBurst(Run& run);
    void checkDataFirst(Run& run, const Input& in);
    void checkSteps(Run& run, const Input& in);
    void checkAgentOrder(Run& run, const Input& in);
    void checkFaults(Run& run, const Input& in);
    void addToAnswer(Run& run, const Input& in, const protocol::PartialText& body);
    void notePiece(const Run& run, const protocol::PartialText& body);
    void checkPieces(Run& run, const QString& whole, qint64 frame);
    [[nodiscard]] bool isRepeated(const protocol::Event& event);
    [[nodiscard]] bool repeatsWords(const protocol::Event& event);
    static void countLifecycle(Run& run, const protocol::Event& event);

    // The run as a whole (run_reducer.cpp).
    void beginWithoutStart(Run& run, const Input& in);
    void judgeLate(Run& run, const Input& in);
    void reopen(Run& run, const Input& in);
    void endRun(Run& run, const Input& in, Outcome outcome);
    void closeLeftovers(Run& run, MonoTime at, bool blame, Change& change);
    [[nodiscard]] bool wasLastWork(const Run& run, int tool) const;
    void replaceFinding(Run& run, int index, Rule rule, const QString& detail);
    void weigh(Rule rule, int by);
    void updateVerdict(Run& run) const;

    // Agents (run_agents.cpp).
    bool joinImplicitAgent(Run& run, const Input& in);
    Target endAgent(Run& run, const Input& in, const AgentEnd& end);
    [[nodiscard]] std::optional<QString> endingAgent(const Input& in);
    bool endLateAgent(Run& run, const Input& in, const AgentEnd& end);
    void liftSurvivors(Run& run, int closed, Change& change);
    void takeAnswer(Run& run, const protocol::AgentCompleted& body, bool inner);
    void settleAnswer(Run& run);

    // Steps.
    int addStep(Run& run, const Input& in, StepKind kind, StepState state);
    Step& touch(Run& run, int step, const Input& in);
    void closeStep(Run& run, int step, StepState state, MonoTime at, Change& change);
    void closeThought(Run& run, const QString& agent, const Input& in);
    void closeTexts(Run& run, StepState state, Change& change);
    void closePhases(Run& run, const Input& in);
    void noteEnded(const QString& agent);
    [[nodiscard]] QString agentKey(const protocol::Envelope& envelope);
    [[nodiscard]] ToolSteps::Owner toolOwner(const protocol::Envelope& envelope);
    void startTool(Run& run, const Input& in, const protocol::ToolExecuting& body);
    bool pairWithEarlyEnd(Run& run, const Input& in, const protocol::ToolExecuting& body);
    void finishTool(Run& run, const Input& in, int step, const protocol::ToolCompleted& body);

    LedgerOptions m_options;
    OpenAgents m_agents;
    ToolSteps m_tools;
    ToolSteps m_earlyEnds;            ///< ends of tools whose start did not come yet
    QHash<int, int> m_blame;          ///< step to the finding that speaks of it
    QHash<QString, int> m_iterations; ///< how often an agent was started
    QHash<QString, int> m_lateAgents; ///< agents left open by the end of the run, with their step
    QSet<QString> m_endedAgents;
    QSet<ToolCallId> m_endedCalls;
    QHash<QString, int> m_thoughts;     ///< open thinking step by agent
    QHash<MessageId, OpenText> m_texts; ///< open text step by message
    int m_lastEarlyEnd = -1;            ///< step of the latest end without a start
    bool m_dataEnded = false;           ///< an agent that gathers data has ended
    RecentFingerprints m_recent;
    MessageId m_textMessage;
    qsizetype m_textStart = 0;          ///< where the current message begins in partialText
    std::vector<qsizetype> m_pieceEnds; ///< ends of the pieces of the current message in partialText
    QString m_reportMarkdown;
    QString m_innerFailure;             ///< message of the last agent that failed inside the run
    std::optional<quint64> m_lastWords; ///< wording of the event before, if it had no time
    QSet<quint64> m_reports;            ///< wordings of the reports received
    QSet<QString> m_actedUnstarted;     ///< agents seen at work before any start of theirs
    QHash<QString, int> m_lastStepOf;   ///< last step number by agent
    int m_lastStepNumber = 0;           ///< last step number of any agent
    QHash<int, int> m_progress;         ///< by agent's step: steps there were when it last got something done
    QSet<int> m_statedParents;          ///< steps of agents whose parent the sender named
    std::vector<ToolCallId> m_pendingCalls; ///< calls that the end of the run excuses
    bool m_waiting = false;                 ///< the run ended to wait for a decision, with all its open calls
    QSet<int> m_saidOnce;
    int m_missingStart = -1; ///< finding that says so
    qint64 m_events = 0;
    int m_breaches = 0;
    int m_repairs = 0;
    std::optional<WallTime> m_latestServerTime;
    std::optional<WallTime> m_terminalServerTime;
    std::optional<std::size_t> m_provisionalFindings; ///< findings before endWithoutOutcome() added its own
    MonoTime m_lastEvent{};
    MonoTime m_lastLifecycle{};
    int m_gaps = 0;
    int m_shortGaps = 0;
};

} // namespace apex::runs
