// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/run_reducer.h"

#include "runs/rule_words.h"

#include <algorithm>

namespace apex::runs {

namespace {

using namespace protocol;

bool speaksOfWholeRun(Rule rule) {
    return rule == Rule::AdoptedRunId || rule == Rule::BurstDelivery || rule == Rule::NoLiveEvents;
}

/// What may follow the end of a run without breaking anything (protocol.md 4.8; late errors of AG-UI).
bool mayFollowTheEnd(const Event& event) {
    return std::holds_alternative<RunNotice>(event.body) || std::holds_alternative<ServerError>(event.body) ||
           std::holds_alternative<Unknown>(event.body) || event.envelope.wireType == u"RUN_ERROR";
}

} // namespace

RunReducer::RunReducer(const LedgerOptions& options) : m_options(options) {}

void RunReducer::weigh(Rule rule, int by) {
    if (ruleGravity(rule) == Gravity::Breach)
        m_breaches += by;
    else if (ruleGravity(rule) == Gravity::Repair)
        m_repairs += by;
}

void RunReducer::addFinding(Run& run, Rule rule, const QString& detail, qint64 frame) {
    if (speaksOfWholeRun(rule)) {
        if (m_saidOnce.contains(static_cast<int>(rule)))
            return;
        m_saidOnce.insert(static_cast<int>(rule));
    }
    run.findings.push_back({rule, detail, frame});
    weigh(rule, 1);
    updateVerdict(run);
}

void RunReducer::replaceFinding(Run& run, int index, Rule rule, const QString& detail) {
    if (index < 0 || static_cast<std::size_t>(index) >= run.findings.size())
        return;
    Finding& finding = run.findings[static_cast<std::size_t>(index)];
    weigh(finding.rule, -1);
    finding.rule = rule;
    finding.detail = detail;
    weigh(rule, 1);
    updateVerdict(run);
}

void RunReducer::updateVerdict(Run& run) const {
    if (!run.ended)
        run.verdict = Verdict::Running;
    else if (run.outcome == Outcome::None)
        run.verdict = Verdict::NoOutcome;
    else if (m_breaches > 0)
        run.verdict = Verdict::Violation;
    else
        run.verdict = m_repairs > 0 ? Verdict::Repaired : Verdict::Ok;
}

void RunReducer::apply(Run& run, const Event& event, const Receipt& receipt, Change& change) {
    const Input in{event, receipt, change};
    const Outcome before = run.outcome;
    const bool endedBefore = run.ended;
    countLifecycle(run, event);
    checkTiming(run, in);
    const bool sameWords = repeatsWords(event);
    if (isRepeated(event) || sameWords) {
        addFinding(run, Rule::Duplicate, event.envelope.type, receipt.frame);
        return;
    }
    if (run.ended && run.outcome == Outcome::None && !mayFollowTheEnd(event))
        reopen(run, in);
    if (run.ended)
        judgeLate(run, in);
    else
        checkOrder(run, in);
    checkEnvelope(run, in);
    checkFaults(run, in);
    checkAgentOrder(run, in);
    checkSteps(run, in);
    if (m_events == 0 && !std::holds_alternative<AgentStarted>(event.body))
        beginWithoutStart(run, in);
    ++m_events;
    if (!run.ended) {
        run.last = receipt.mono;
        run.lastFrame = receipt.frame;
    }
    closePhases(run, in);
    // An outermost agent that started without a name is known by the first one named after it.
    if (run.agent.isEmpty() && event.envelope.family != 'U')
        run.agent = event.envelope.agent;
    std::visit([&](const auto& body) { on(run, in, body); }, event.body);
    updateVerdict(run);
    change.outcomeChanged = change.outcomeChanged || run.outcome != before || run.ended != endedBefore;
}

void RunReducer::beginWithoutStart(Run& run, const Input& in) {
    const bool isEnd = std::holds_alternative<AgentCompleted>(in.event.body) ||
                       std::holds_alternative<AgentFailed>(in.event.body) ||
                       std::holds_alternative<AgentStopped>(in.event.body);
    // AG-UI refuses a run by an error alone.
    if (in.envelope().wireType != u"RUN_ERROR") {
        m_missingStart = static_cast<int>(run.findings.size());
        addFinding(run, Rule::MissingStart,
                   tr(QT_TRANSLATE_NOOP("Rules", "The first event received is %1.")).arg(in.envelope().type),
                   in.receipt.frame);
    }
    run.agent = in.envelope().agent;
    // Whoever thinks or calls a tool has begun: without this, a nested agent's end would end the run.
    if (!isEnd)
        m_agents.open(in.envelope().agent, -1);
}

void RunReducer::judgeLate(Run& run, const Input& in) {
    if (mayFollowTheEnd(in.event))
        return;
    const Envelope& envelope = in.envelope();
    const bool sentBefore =
        envelope.serverTime && m_terminalServerTime && *envelope.serverTime < *m_terminalServerTime;
    if (envelope.recovered || sentBefore) {
        addFinding(run, Rule::OutOfOrder,
                   tr(QT_TRANSLATE_NOOP("Rules", "%1 was sent before the end and came after it."))
                       .arg(envelope.type),
                   in.receipt.frame);
        return;
    }
    // The end of an agent that ended already is named by what it is.
    if (std::holds_alternative<AgentCompleted>(in.event.body) && m_endedAgents.contains(envelope.agent))
        return;
    addFinding(run, Rule::EventAfterTerminal, envelope.type, in.receipt.frame);
    if (!std::holds_alternative<AgentStarted>(in.event.body))
        return;
    // Work that begins proves that the end was not the outermost agent's.
    run.ended = false;
    run.outcome = Outcome::None;
    run.failure.clear();
    m_terminalServerTime.reset();
}

void RunReducer::reopen(Run& run, const Input& in) {
    if (!m_provisionalFindings)
        return;
    for (std::size_t i = *m_provisionalFindings; i < run.findings.size(); ++i)
        weigh(run.findings[i].rule, -1);
    run.findings.resize(*m_provisionalFindings, Finding{Rule::Silence, {}, -1});
    m_provisionalFindings.reset();
    m_blame.clear();
    m_lateAgents.clear();
    run.ended = false;
    run.failure.clear();
    for (const OpenAgents::Slot& slot : m_agents.all())
        if (slot.open && slot.step >= 0) {
            run.steps[static_cast<std::size_t>(slot.step)].state = StepState::Running;
            in.change.changedSteps.push_back(slot.step);
        }
    for (const int step : m_tools.all()) {
        run.steps[static_cast<std::size_t>(step)].state = StepState::Running;
        in.change.changedSteps.push_back(step);
    }
}

void RunReducer::endRun(Run& run, const Input& in, Outcome outcome) {
    run.outcome = outcome;
    run.ended = true;
    run.last = in.receipt.mono;
    run.lastFrame = in.receipt.frame;
    m_terminalServerTime = in.envelope().serverTime;
    if (outcome == Outcome::Completed)
        checkPieces(run, run.answer, in.receipt.frame);
    closeLeftovers(run, in.receipt.mono, outcome == Outcome::Completed, in.change);
    m_agents.closeAll();
    if (m_events == 1 && outcome == Outcome::Completed)
        addFinding(run, Rule::NoLiveEvents, {}, in.receipt.frame);
    checkBurst(run);
    settleAnswer(run);
}

void RunReducer::closeLeftovers(Run& run, MonoTime at, bool blame, Change& change) {
    const auto leave = [&](int step, Rule rule, bool named) {
        closeStep(run, step, StepState::Unfinished, at, change);
        if (!named)
            return;
        const Step& left = run.steps[static_cast<std::size_t>(step)];
        m_blame.insert(step, static_cast<int>(run.findings.size()));
        addFinding(run, rule, left.name, left.firstFrame);
    };
    for (const int step : m_tools.all()) {
        const ToolCallId& call = run.steps[static_cast<std::size_t>(step)].call;
        const bool cutShort =
            run.outcome == Outcome::Cancelled || (run.outcome == Outcome::Failed && wasLastWork(run, step));
        const bool excused =
            m_waiting || cutShort ||
            std::find(m_pendingCalls.begin(), m_pendingCalls.end(), call) != m_pendingCalls.end();
        if (excused)
            closeStep(run, step, StepState::Unfinished, at, change);
        else
            leave(step, Rule::UnpairedToolStart, blame || run.outcome == Outcome::Failed);
    }
    for (const OpenAgents::Slot& slot : m_agents.all()) {
        if (!slot.open || slot.step < 0)
            continue;
        m_lateAgents.insert(slot.name, slot.step);
        leave(slot.step, Rule::NeverClosed, blame);
    }
    for (const int step : std::as_const(m_thoughts))
        closeStep(run, step, run.outcome == Outcome::None ? StepState::Unfinished : StepState::Done, at,
                  change);
    m_thoughts.clear();
    closeTexts(run, run.outcome == Outcome::None ? StepState::Unfinished : StepState::Done, change);
}

/// A call that an error cut short is the last its agent made; one with later work behind it lost its end.
bool RunReducer::wasLastWork(const Run& run, int tool) const {
    const int agent = run.steps[static_cast<std::size_t>(tool)].parent;
    return tool >= m_progress.value(agent, 0);
}

void RunReducer::endWithoutOutcome(Run& run, MonoTime at, Change& change) {
    if (run.ended)
        return;
    m_provisionalFindings = run.findings.size();
    checkBurst(run); // before the wait for what never came is counted in
    run.ended = true;
    run.last = std::max(run.last, at);
    if (run.failure.isEmpty())
        run.failure = m_innerFailure;
    closeLeftovers(run, at, true, change);
    updateVerdict(run);
    change.outcomeChanged = true;
}

void RunReducer::addLinkGap(Run& run, const Receipt& lost, const Receipt& restored, Change& change) {
    const auto away = std::chrono::duration_cast<std::chrono::milliseconds>(restored.mono - lost.mono);
    const QString text =
        tr(QT_TRANSLATE_NOOP("Rules", "The connection was lost for %1.")).arg(durationText(away));
    Event event;
    const Input in{event, lost, change};
    const int index = addStep(run, in, StepKind::Link, StepState::Done);
    Step& step = run.steps[static_cast<std::size_t>(index)];
    step.text = text;
    step.ended = restored.mono;
    addFinding(run, Rule::LinkGap, text, restored.frame);
}

} // namespace apex::runs
