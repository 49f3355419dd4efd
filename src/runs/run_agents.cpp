// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_text.h"
#include "runs/run_reducer.h"

namespace apex::runs {

namespace {

using namespace protocol;

/// A structured answer as Markdown, so every surface can show it.
QString fenced(const JsonText& json) {
    return QStringLiteral("```json\n") + pretty(json) + QStringLiteral("\n```\n");
}

} // namespace

void RunReducer::on(Run& run, const Input& in, const AgentStarted& body) {
    const QString& name = in.envelope().agent;
    if (joinImplicitAgent(run, in))
        return;
    if (const OpenAgents::Slot* open = m_agents.find(name)) {
        if (open->step >= 0)
            touch(run, open->step, in);
        addFinding(run, Rule::Duplicate, in.envelope().type, in.receipt.frame);
        return;
    }
    checkDataFirst(run, in);
    // Who hands over to another agent has done thinking.
    if (const OpenAgents::Slot* parent = m_agents.innermost())
        closeThought(run, QString(parent->name), in);
    if (m_agents.isEmpty() && m_events == 1)
        run.agent = name;
    const int index = addStep(run, in, StepKind::Agent, StepState::Running);
    Step& step = run.steps[static_cast<std::size_t>(index)];
    step.name = name;
    step.text = body.description;
    step.iteration = ++m_iterations[name];
    if (in.envelope().parentAgent)
        m_statedParents.insert(index);
    m_agents.open(name, index);
}

bool RunReducer::joinImplicitAgent(Run& run, const Input& in) {
    const QString& name = in.envelope().agent;
    const OpenAgents::Slot* outer = m_agents.outermost();
    if (!outer || outer->step >= 0 || m_missingStart < 0)
        return false;
    // The start belongs to who acted before it: the same name, or no name and nothing in between.
    const bool sameName = outer->name == name;
    const bool nextOfNameless = outer->name.isEmpty() && m_events == 2;
    if (!sameName && !nextOfNameless)
        return false;
    const int index = addStep(run, in, StepKind::Agent, StepState::Running);
    Step& step = run.steps[static_cast<std::size_t>(index)];
    step.name = name;
    step.parent = -1;
    step.depth = 0;
    step.iteration = ++m_iterations[name];
    m_agents.identify(QString(outer->name), name, index);
    run.agent = name;
    replaceFinding(run, m_missingStart, Rule::OutOfOrder, in.envelope().type);
    m_missingStart = -1;
    return true;
}

std::optional<QString> RunReducer::endingAgent(const Input& in) {
    const QString& name = in.envelope().agent;
    if (m_agents.isOpen(name))
        return name;
    if (m_agents.isEmpty())
        return std::nullopt;
    const OpenAgents::Slot* inner = m_agents.innermost();
    if (m_agents.size() == 1 && (name.isEmpty() || inner->name.isEmpty()))
        return inner->name;
    if (!name.isEmpty())
        return std::nullopt;
    // Only the turn's own handler leaves its name out in family C (4.5); elsewhere the innermost is the safe
    // guess.
    const OpenAgents::Slot* outer = m_agents.outermost();
    return in.envelope().family == 'C' && outer ? outer->name : inner->name;
}

RunReducer::Target RunReducer::endAgent(Run& run, const Input& in, const AgentEnd& end) {
    const QString& name = in.envelope().agent;
    if (run.ended)
        return {endLateAgent(run, in, end), false, -1};
    const bool nothingOpen = m_agents.isEmpty();
    const auto ending = endingAgent(in);
    if (!ending && m_endedAgents.contains(name)) {
        addFinding(run, Rule::Duplicate, in.envelope().type, in.receipt.frame);
        return {};
    }
    Target target{true, nothingOpen, -1};
    if (ending) {
        const auto closed = m_agents.close(*ending);
        target.terminal = closed->wasOutermost;
        target.step = closed->step;
        if (!target.terminal)
            liftSurvivors(run, closed->step, in.change);
    } else if (m_events > 1) {
        addFinding(run, Rule::CompletionWithoutStart, name, in.receipt.frame);
    }
    if (target.step < 0) {
        target.step = addStep(run, in, StepKind::Agent, end.state);
        run.steps[static_cast<std::size_t>(target.step)].name = name;
    }
    noteEnded(ending ? *ending : name);
    closeStep(run, target.step, end.state, in.receipt.mono, in.change);
    Step& step = touch(run, target.step, in);
    step.claimedDuration = end.duration;
    step.result = end.result;
    if (!end.error.isEmpty())
        step.text = end.error;
    return target;
}

/// An agent that outlives the one it seemed to be nested in ran beside it (protocol.md 4.9).
void RunReducer::liftSurvivors(Run& run, int closed, Change& change) {
    constexpr std::size_t mostSteps = 1'000; // beyond, the old nesting stays: it must not cost more than that
    if (closed < 0 || run.steps.size() - static_cast<std::size_t>(closed) > mostSteps)
        return;
    const Step& ended = run.steps[static_cast<std::size_t>(closed)];
    const int grandparent = ended.parent;
    for (auto i = static_cast<std::size_t>(closed) + 1; i < run.steps.size(); ++i) {
        Step& step = run.steps[i];
        const bool survives = step.kind == StepKind::Agent && step.state == StepState::Running &&
                              step.parent == closed && !m_statedParents.contains(static_cast<int>(i));
        if (survives)
            step.parent = grandparent;
        const int depth = step.parent < 0 ? 0 : run.steps[static_cast<std::size_t>(step.parent)].depth + 1;
        if (!survives && depth == step.depth)
            continue;
        step.depth = depth;
        change.changedSteps.push_back(static_cast<int>(i));
    }
}

bool RunReducer::mayEnd(const QString& agent) const {
    return agent.isEmpty() || m_agents.isEmpty() || m_agents.isOpen(agent) || m_agents.isOpen(QString());
}

bool RunReducer::endLateAgent(Run& run, const Input& in, const AgentEnd& end) {
    const QString& name = in.envelope().agent;
    const int left = m_lateAgents.value(name, -1);
    if (left < 0) {
        if (m_endedAgents.contains(name))
            addFinding(run, Rule::Duplicate, in.envelope().type, in.receipt.frame);
        return false;
    }
    m_lateAgents.remove(name);
    closeStep(run, left, end.state, in.receipt.mono, in.change);
    touch(run, left, in).claimedDuration = end.duration;
    if (const auto blame = m_blame.constFind(left); blame != m_blame.constEnd())
        replaceFinding(run, *blame, Rule::OutOfOrder, in.envelope().type);
    noteEnded(name);
    return true;
}

void RunReducer::on(Run& run, const Input& in, const AgentCompleted& body) {
    AgentEnd end;
    end.duration = body.duration;
    end.result = body.answerJson;
    end.outcome = body.cancelled ? Outcome::Cancelled : Outcome::Completed;
    const Target target = endAgent(run, in, end);
    if (!target.found)
        return;
    takeAnswer(run, body, !target.terminal);
    m_pendingCalls = body.pendingCalls;
    m_waiting = body.waiting;
    if (target.terminal)
        endRun(run, in, end.outcome);
}

void RunReducer::on(Run& run, const Input& in, const AgentFailed& body) {
    AgentEnd end;
    end.state = StepState::Failed;
    end.outcome = Outcome::Failed;
    end.error = body.message.isEmpty() ? body.code : body.message;
    // AG-UI lets an error come after the end: the run did not end well after all.
    if (run.ended && in.envelope().wireType == u"RUN_ERROR") {
        if (run.outcome == Outcome::Failed)
            addFinding(run, Rule::Duplicate, in.envelope().type, in.receipt.frame);
        run.failure = end.error;
        run.outcome = Outcome::Failed;
        return;
    }
    const Target target = endAgent(run, in, end);
    if (!target.terminal) {
        m_innerFailure = end.error;
        return;
    }
    run.failure = end.error;
    endRun(run, in, Outcome::Failed);
}

void RunReducer::on(Run& run, const Input& in, const AgentStopped& body) {
    const QString& name = in.envelope().agent;
    if (run.ended)
        return;
    const OpenAgents::Slot* outer = m_agents.outermost();
    const bool nested = !name.isEmpty() && m_agents.isOpen(name) && outer && outer->name != name;
    if (nested) {
        AgentEnd end;
        end.state = StepState::Failed;
        end.error = body.reason;
        endAgent(run, in, end);
        return;
    }
    const int index = addStep(run, in, StepKind::Notice, StepState::Instant);
    run.steps[static_cast<std::size_t>(index)].name = in.envelope().type;
    run.steps[static_cast<std::size_t>(index)].text = body.reason;
    endRun(run, in, Outcome::Cancelled);
}

void RunReducer::takeAnswer(Run& run, const AgentCompleted& body, bool inner) {
    QString answer = body.answer;
    if (answer.isEmpty() && !body.answerJson.isEmpty())
        answer = fenced(body.answerJson);
    if (answer.isEmpty())
        return;
    run.answer = std::move(answer);
    run.answerIsFromInnerAgent = inner;
}

void RunReducer::settleAnswer(Run& run) {
    if (!run.answer.isEmpty() && !run.answerIsFromInnerAgent)
        return;
    // An end that carries no answer of its own: what was streamed, or the report, was the answer.
    const QString& better = run.partialText.isEmpty() ? m_reportMarkdown : run.partialText;
    if (better.isEmpty())
        return;
    run.answer = better;
    run.answerIsFromInnerAgent = false;
}

} // namespace apex::runs
