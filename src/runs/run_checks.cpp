// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/rule_words.h"
#include "runs/run_reducer.h"

namespace apex::runs {

namespace {

using namespace protocol;
using namespace std::chrono_literals;

bool isLifecycle(const Event& event) {
    return std::holds_alternative<AgentStarted>(event.body) ||
           std::holds_alternative<AgentThinking>(event.body) ||
           std::holds_alternative<ToolExecuting>(event.body) ||
           std::holds_alternative<ToolCompleted>(event.body) ||
           std::holds_alternative<AgentCompleted>(event.body);
}

/// Events whose place in the run means something; notices may come when they like.
bool hasPlace(const Event& event) {
    return isLifecycle(event) || std::holds_alternative<AgentFailed>(event.body) ||
           std::holds_alternative<FinalReport>(event.body) || std::holds_alternative<PartialText>(event.body);
}

/// How exact a sender's time is, told by its trailing zeros: whole seconds must not look early by a fraction.
std::chrono::microseconds precision(WallTime time) {
    const auto micros = time.time_since_epoch().count();
    if (micros % 1'000'000 == 0)
        return 1s;
    return micros % 1'000 == 0 ? std::chrono::microseconds(1ms) : 0us;
}

/// Agent name without case, separators and the word agent: "Data_Sub_Agent" becomes "data".
QString role(const QString& agent) {
    QString plain;
    for (const QChar c : agent)
        if (c.isLetterOrNumber())
            plain.append(c.toLower());
    for (const QString& tail : {QStringLiteral("agent"), QStringLiteral("sub"), QStringLiteral("core")})
        if (plain.endsWith(tail) && plain.size() > tail.size())
            plain.chop(tail.size());
    return plain;
}

bool isOptimization(const QString& agent) {
    const QString plain = role(agent);
    return plain == u"optimization" || plain == u"optimizations" || plain == u"optimizationscore";
}

bool isData(const QString& agent) {
    const QString plain = role(agent);
    return plain == u"data" || plain == u"unifieddata" || plain == u"dataanalysis";
}

} // namespace

void RunReducer::countLifecycle(Run& run, const Event& event) {
    if (std::holds_alternative<AgentStarted>(event.body))
        ++run.counts.agentStarted;
    else if (const auto* thinking = std::get_if<AgentThinking>(&event.body))
        run.counts.agentThinking += thinking->continues ? 0 : 1;
    else if (const auto* tool = std::get_if<ToolExecuting>(&event.body))
        run.counts.toolExecuting += tool->preparing ? 0 : 1;
    else if (std::holds_alternative<ToolCompleted>(event.body))
        ++run.counts.toolCompleted;
    else if (std::holds_alternative<AgentCompleted>(event.body))
        ++run.counts.agentCompleted;
}

bool RunReducer::isRepeated(const Event& event) {
    const auto print = fingerprint(event);
    return print && m_recent.seenBefore(*print);
}

void RunReducer::checkTiming(Run& run, const Input& in) {
    const MonoTime now = in.receipt.mono;
    if (!m_options.judgeTiming)
        return;
    if (m_events > 0 && now - m_lastEvent > m_options.silenceLimit) {
        const auto silent = std::chrono::duration_cast<std::chrono::milliseconds>(now - m_lastEvent);
        addFinding(run, Rule::Silence,
                   tr(QT_TRANSLATE_NOOP("Rules", "Nothing was received for %1.")).arg(durationText(silent)),
                   in.receipt.frame);
    }
    m_lastEvent = now;
    if (!isLifecycle(in.event))
        return;
    if (run.counts.agentStarted + run.counts.agentThinking + run.counts.toolExecuting +
            run.counts.toolCompleted + run.counts.agentCompleted >
        1) {
        ++m_gaps;
        m_shortGaps += now - m_lastLifecycle < 50ms ? 1 : 0;
    }
    m_lastLifecycle = now;
}

void RunReducer::checkOrder(Run& run, const Input& in) {
    const Envelope& envelope = in.envelope();
    // A batch groups by type, so the order inside it says nothing (protocol.md 4.1, family G).
    if (!envelope.serverTime || envelope.family == 'G' || !hasPlace(in.event))
        return;
    const WallTime time = *envelope.serverTime;
    if (m_latestServerTime) {
        const auto tolerance = std::max(precision(time), precision(*m_latestServerTime));
        // A time cut to its unit lies up to a whole unit later, so what is a unit before came before.
        if (time < *m_latestServerTime && time + tolerance <= *m_latestServerTime) {
            addFinding(run, Rule::OutOfOrder,
                       tr(QT_TRANSLATE_NOOP("Rules", "%1 was sent before what had come already."))
                           .arg(envelope.type),
                       in.receipt.frame);
            return;
        }
    }
    if (!m_latestServerTime || time > *m_latestServerTime)
        m_latestServerTime = time;
}

void RunReducer::checkEnvelope(Run& run, const Input& in) {
    const Envelope& envelope = in.envelope();
    if (envelope.namesSwapped)
        addFinding(run, Rule::NamesSwapped, envelope.agent, in.receipt.frame);
    if (envelope.cutByServer)
        addFinding(run, Rule::CutByServer, envelope.type + QStringLiteral(": ") + envelope.cutDetail,
                   in.receipt.frame);
    if (envelope.repairedText)
        addFinding(run, Rule::DamagedFrame,
                   tr(QT_TRANSLATE_NOOP("Rules", "Characters that are none were replaced.")),
                   in.receipt.frame);
    if (envelope.duplicateKeys)
        addFinding(run, Rule::DamagedFrame,
                   tr(QT_TRANSLATE_NOOP("Rules", "A key stands twice in one object; the last one counts.")),
                   in.receipt.frame);
}

void RunReducer::checkBurst(Run& run) {
    constexpr int fewestGaps = 5;
    if (!m_options.judgeTiming || m_gaps < fewestGaps || run.last - run.firstEvent <= 2s)
        return;
    if (m_shortGaps * 10 > m_gaps * 7)
        addFinding(run, Rule::BurstDelivery,
                   tr(QT_TRANSLATE_NOOP("Rules", "%1 of %2 events came within 50 ms of the one before."))
                       .arg(m_shortGaps)
                       .arg(m_gaps),
                   -1);
}

void RunReducer::checkDataFirst(Run& run, const Input& in) {
    const QString& agent = in.envelope().agent;
    if (isOptimization(agent) && !m_dataEnded)
        addFinding(run, Rule::OptimizationBeforeData, agent, in.receipt.frame);
}

void RunReducer::noteEnded(const QString& agent) {
    m_endedAgents.insert(agent);
    m_dataEnded = m_dataEnded || isData(agent);
}

} // namespace apex::runs
