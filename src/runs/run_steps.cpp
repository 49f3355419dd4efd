// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/run_reducer.h"

namespace apex::runs {

namespace {

using namespace protocol;

void markChanged(int step, Change& change) {
    const bool isNew = change.firstNewStep >= 0 && step >= change.firstNewStep;
    const bool isMarked = !change.changedSteps.empty() && change.changedSteps.back() == step;
    if (!isNew && !isMarked)
        change.changedSteps.push_back(step);
}

} // namespace

int RunReducer::addStep(Run& run, const Input& in, StepKind kind, StepState state) {
    const Envelope& envelope = in.envelope();
    const auto index = static_cast<int>(run.steps.size());
    Step step;
    step.kind = kind;
    step.state = state;
    step.started = in.receipt.mono;
    step.firstFrame = in.receipt.frame;
    step.lastFrame = in.receipt.frame;
    step.attempt = envelope.attempt;
    step.recovered = envelope.recovered;
    step.cutByServer = envelope.cutByServer;
    step.answerAt = run.partialText.size();
    const QString ownerName =
        kind == StepKind::Agent ? envelope.parentAgent.value_or(QString()) : envelope.agent;
    const bool isNamed = kind != StepKind::Agent || envelope.parentAgent;
    const OpenAgents::Slot* owner = isNamed ? m_agents.find(ownerName) : nullptr;
    if (!owner)
        owner = m_agents.innermost();
    if (owner && owner->step >= 0) {
        step.parent = owner->step;
        step.depth = run.steps[static_cast<std::size_t>(owner->step)].depth + 1;
    }
    run.steps.push_back(std::move(step));
    if (in.change.firstNewStep < 0)
        in.change.firstNewStep = index;
    return index;
}

Step& RunReducer::touch(Run& run, int step, const Input& in) {
    Step& touched = run.steps[static_cast<std::size_t>(step)];
    touched.lastFrame = in.receipt.frame;
    touched.attempt = std::max(touched.attempt, in.envelope().attempt);
    touched.recovered = touched.recovered || in.envelope().recovered;
    touched.cutByServer = touched.cutByServer || in.envelope().cutByServer;
    markChanged(step, in.change);
    return touched;
}

void RunReducer::closeStep(Run& run, int step, StepState state, MonoTime at, Change& change) {
    Step& closed = run.steps[static_cast<std::size_t>(step)];
    closed.state = state;
    closed.preparing = false;
    if (state == StepState::Unfinished)
        closed.ended.reset();
    else
        closed.ended = at;
    markChanged(step, change);
}

QString RunReducer::agentKey(const Envelope& envelope) {
    if (!envelope.agent.isEmpty())
        return envelope.agent;
    const OpenAgents::Slot* inner = m_agents.innermost();
    return inner ? inner->name : QString();
}

ToolSteps::Owner RunReducer::toolOwner(const Envelope& envelope) {
    return {agentKey(envelope), !envelope.agent.isEmpty()};
}

void RunReducer::closeThought(Run& run, const QString& agent, const Input& in) {
    const auto thought = m_thoughts.find(agent);
    if (thought == m_thoughts.end())
        return;
    closeStep(run, *thought, StepState::Done, in.receipt.mono, in.change);
    m_thoughts.erase(thought);
}

void RunReducer::closeTexts(Run& run, StepState state, Change& change) {
    for (const OpenText& text : std::as_const(m_texts))
        closeStep(run, text.step, state, text.last, change);
    m_texts.clear();
}

void RunReducer::closePhases(Run& run, const Input& in) {
    if (std::holds_alternative<RunNotice>(in.event.body) || std::holds_alternative<Unknown>(in.event.body))
        return;
    const auto* thinking = std::get_if<AgentThinking>(&in.event.body);
    if (!thinking || !thinking->continues)
        closeThought(run, agentKey(in.envelope()), in);
    // Text ends with its last piece, seen when something else begins.
    if (!std::holds_alternative<PartialText>(in.event.body) && !m_texts.isEmpty())
        closeTexts(run, StepState::Done, in.change);
}

void RunReducer::on(Run& run, const Input& in, const AgentThinking& body) {
    const QString agent = agentKey(in.envelope());
    if (const int open = m_thoughts.value(agent, -1); open >= 0 && body.continues) {
        touch(run, open, in).text += body.text;
        return;
    }
    if (body.continues && body.text.isEmpty())
        return;
    const int index = addStep(run, in, StepKind::Thinking, run.ended ? StepState::Done : StepState::Running);
    Step& step = run.steps[static_cast<std::size_t>(index)];
    step.name = agent;
    step.text = body.text;
    m_progress[step.parent] = index;
    if (run.ended)
        step.ended = in.receipt.mono;
    else
        m_thoughts.insert(agent, index);
}

void RunReducer::on(Run& run, const Input& in, const ToolExecuting& body) {
    const int known = body.call.isEmpty() ? -1 : m_tools.peek(body.call);
    if (known >= 0) {
        Step& step = touch(run, known, in);
        // Streamed arguments come again and again; a beginning or an execution comes once.
        const bool begins = in.envelope().wireType == u"TOOL_CALL_START";
        if (begins || (!step.preparing && !body.preparing)) {
            addFinding(run, Rule::Duplicate, in.envelope().type, in.receipt.frame);
            return;
        }
        if (!body.arguments.isEmpty())
            step.arguments = body.arguments;
        if (step.preparing && !body.preparing) {
            step.preparing = false;
            step.started = in.receipt.mono; // execution begins where the arguments end
        }
        return;
    }
    if (!body.call.isEmpty() && m_endedCalls.contains(body.call) && !in.envelope().serverTime) {
        addFinding(run, Rule::Duplicate, in.envelope().type, in.receipt.frame);
        return;
    }
    if (!pairWithEarlyEnd(run, in, body))
        startTool(run, in, body);
}

void RunReducer::startTool(Run& run, const Input& in, const ToolExecuting& body) {
    const int index =
        addStep(run, in, StepKind::Tool, run.ended ? StepState::Unfinished : StepState::Running);
    Step& step = run.steps[static_cast<std::size_t>(index)];
    step.name = body.tool;
    step.call = body.call;
    step.arguments = body.arguments;
    step.preparing = body.preparing;
    m_tools.add(body.call, toolOwner(in.envelope()), body.tool, index);
}

bool RunReducer::pairWithEarlyEnd(Run& run, const Input& in, const ToolExecuting& body) {
    if (m_earlyEnds.isEmpty())
        return false;
    // By name alone an early end is only trusted where the start follows it at once or was sent before it.
    const bool adjacent = static_cast<std::size_t>(m_lastEarlyEnd) + 1 == run.steps.size();
    const bool sentEarlier =
        in.envelope().serverTime && m_latestServerTime && *in.envelope().serverTime < *m_latestServerTime;
    if (body.call.isEmpty() && !adjacent && !sentEarlier)
        return false;
    if (body.call.isEmpty() && in.envelope().serverTime && !sentEarlier)
        return false;
    const int index = m_earlyEnds.take(body.call, toolOwner(in.envelope()), body.tool);
    if (index < 0)
        return false;
    Step& step = touch(run, index, in);
    step.arguments = body.arguments;
    if (const auto blame = m_blame.constFind(index); blame != m_blame.constEnd())
        replaceFinding(run, *blame, Rule::OutOfOrder, in.envelope().type);
    return true;
}

void RunReducer::on(Run& run, const Input& in, const ToolCompleted& body) {
    int index = m_tools.take(body.call, toolOwner(in.envelope()), body.tool);
    if (index >= 0) {
        m_progress[run.steps[static_cast<std::size_t>(index)].parent] = static_cast<int>(run.steps.size());
        finishTool(run, in, index, body);
        if (const auto blame = m_blame.constFind(index); blame != m_blame.constEnd())
            replaceFinding(run, *blame, Rule::OutOfOrder, in.envelope().type);
        return;
    }
    if (!body.call.isEmpty() && m_endedCalls.contains(body.call)) {
        addFinding(run, Rule::Duplicate, in.envelope().type, in.receipt.frame);
        return;
    }
    index = addStep(run, in, StepKind::Tool, StepState::Done);
    run.steps[static_cast<std::size_t>(index)].name = body.tool;
    m_blame.insert(index, static_cast<int>(run.findings.size()));
    addFinding(run, Rule::CompletionWithoutStart, body.tool, in.receipt.frame);
    m_lastEarlyEnd = index;
    m_earlyEnds.add(body.call, toolOwner(in.envelope()), body.tool, index);
    finishTool(run, in, index, body);
}

void RunReducer::finishTool(Run& run, const Input& in, int index, const ToolCompleted& body) {
    const bool failed = body.success.has_value() && !*body.success;
    closeStep(run, index, failed ? StepState::Failed : StepState::Done, in.receipt.mono, in.change);
    Step& step = touch(run, index, in);
    step.result = body.result;
    step.claimedDuration = body.duration;
    if (!body.error.isEmpty())
        step.text = body.error;
    if (step.name.isEmpty())
        step.name = body.tool;
    if (!body.call.isEmpty()) {
        step.call = body.call;
        m_endedCalls.insert(body.call);
    }
}

void RunReducer::addToAnswer(Run& run, const Input& in, const PartialText& body) {
    // What a sub-agent of AG-UI writes is its own; on the platform it is how the answer comes.
    const OpenAgents::Slot* outer = m_agents.outermost();
    if (in.envelope().family == 'U' && outer && in.envelope().agent != outer->name)
        return;
    if (m_textMessage != body.message && !run.partialText.isEmpty()) {
        run.partialText += QStringLiteral("\n\n");
        m_textStart = run.partialText.size();
        m_pieceEnds.clear();
    }
    m_textMessage = body.message;
    if (body.replaces) {
        checkPieces(run, body.text, in.receipt.frame);
        run.partialText.truncate(m_textStart);
    }
    run.partialText += body.text;
    notePiece(run, body);
}

void RunReducer::on(Run& run, const Input& in, const PartialText& body) {
    addToAnswer(run, in, body);
    int index = m_texts.value(body.message).step;
    if (index < 0 && body.text.isEmpty() && body.isFinal)
        return;
    if (index < 0) {
        index = addStep(run, in, StepKind::Text, StepState::Running);
        Step& begun = run.steps[static_cast<std::size_t>(index)];
        begun.name = agentKey(in.envelope());
        begun.answerAt = std::max<qsizetype>(0, run.partialText.size() - body.text.size());
    }
    m_texts.insert(body.message, {index, in.receipt.mono});
    Step& step = touch(run, index, in);
    if (body.replaces)
        step.text.clear();
    step.text += body.text;
    if (!body.isFinal && !run.ended)
        return;
    closeStep(run, index, StepState::Done, in.receipt.mono, in.change);
    m_texts.remove(body.message);
}

void RunReducer::on(Run& run, const Input& in, const FinalReport& body) {
    const int index = addStep(run, in, StepKind::Report, StepState::Instant);
    Step& step = run.steps[static_cast<std::size_t>(index)];
    step.name = agentKey(in.envelope());
    step.claimedDuration = body.duration;
    run.report = body.report;
    run.reportType = body.reportType;
    m_reportMarkdown = body.markdown;
}

void RunReducer::on(Run& run, const Input& in, const RunNotice& body) {
    const StepKind kind = body.level == RunNotice::Level::Info      ? StepKind::Notice
                          : body.level == RunNotice::Level::Warning ? StepKind::Warning
                                                                    : StepKind::Error;
    const int index = addStep(run, in, kind, StepState::Instant);
    Step& step = run.steps[static_cast<std::size_t>(index)];
    step.name = in.envelope().type;
    step.text = body.text;
    step.result = body.data;
}

void RunReducer::on(Run& run, const Input& in, const ServerError& body) {
    const int index = addStep(run, in, StepKind::Error, StepState::Instant);
    Step& step = run.steps[static_cast<std::size_t>(index)];
    step.name = in.envelope().type;
    step.text = body.message.isEmpty() ? body.code : body.message;
    step.result = body.details;
    // Some servers say nothing else of a run that failed; it is no terminal event, but the last word there
    // is.
    m_innerFailure = step.text;
}

void RunReducer::on(Run& run, const Input& in, const Unknown& body) {
    const int index = addStep(run, in, StepKind::Notice, StepState::Instant);
    Step& step = run.steps[static_cast<std::size_t>(index)];
    step.name = in.envelope().type;
    step.text = body.reason;
}

} // namespace apex::runs
