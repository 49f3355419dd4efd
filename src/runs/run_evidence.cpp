// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/rule_words.h"
#include "runs/run_reducer.h"

#include <algorithm>

/// What only the events' own words, numbers and pieces can tell: that one of them was lost, repeated or
/// moved.
namespace apex::runs {

namespace {

using namespace protocol;

constexpr std::size_t kMostPieces = 20'000;

Rule ruleOf(SequenceFault::Kind kind) {
    switch (kind) {
    case SequenceFault::Kind::NotOpen:
        return Rule::NotOpen;
    case SequenceFault::Kind::LeftOpen:
        return Rule::NeverClosed;
    case SequenceFault::Kind::StartedTwice:
        return Rule::Duplicate;
    case SequenceFault::Kind::BrokenPieces:
        break;
    }
    return Rule::BrokenPieces;
}

/// A text that arrived in pieces, beside the whole that the sender gave later.
class Pieces {
public:
    Pieces(QStringView streamed, const std::vector<qsizetype>& ends, QStringView whole)
        : m_streamed(streamed), m_ends(ends), m_whole(whole) {
        const qsizetype shorter = std::min(streamed.size(), whole.size());
        while (m_prefix < shorter && streamed[m_prefix] == whole[m_prefix])
            ++m_prefix;
        while (m_suffix < shorter &&
               streamed[streamed.size() - 1 - m_suffix] == whole[whole.size() - 1 - m_suffix])
            ++m_suffix;
    }

    /// The whole without one stretch, at a place where two pieces meet. A text that only stops early is none.
    [[nodiscard]] bool lostOne() const {
        if (m_streamed.size() >= m_whole.size() || m_streamed.size() * 2 < m_whole.size())
            return false;
        return anyStart([&](qsizetype at, qsizetype) { return fits(at, at); });
    }
    [[nodiscard]] bool repeatedOne() const {
        return m_streamed.size() > m_whole.size() && anyStart([&](qsizetype begin, qsizetype end) {
                   return m_streamed.size() - (end - begin) == m_whole.size() && fits(begin, end);
               });
    }
    [[nodiscard]] bool swappedTwo() const {
        if (m_streamed.size() != m_whole.size() || m_ends.size() < 2)
            return false;
        for (std::size_t i = 0; i + 1 < m_ends.size(); ++i) {
            const qsizetype begin = i == 0 ? 0 : m_ends[i - 1];
            const qsizetype middle = m_ends[i];
            const qsizetype end = m_ends[i + 1];
            const QStringView first = m_streamed.mid(begin, middle - begin);
            const QStringView second = m_streamed.mid(middle, end - middle);
            if (fits(begin, end) && m_whole.mid(begin).startsWith(second) &&
                m_whole.mid(begin + second.size()).startsWith(first))
                return true;
        }
        return false;
    }

private:
    /// Everything before `begin` and from `end` on stands in the whole as well.
    [[nodiscard]] bool fits(qsizetype begin, qsizetype end) const {
        return begin <= m_prefix && m_streamed.size() - end <= m_suffix;
    }
    template <class Test>
    [[nodiscard]] bool anyStart(Test test) const {
        qsizetype begin = 0;
        for (const qsizetype end : m_ends) {
            if (test(begin, end))
                return true;
            begin = end;
        }
        return false;
    }

    QStringView m_streamed;
    const std::vector<qsizetype>& m_ends;
    QStringView m_whole;
    qsizetype m_prefix = 0;
    qsizetype m_suffix = 0;
};

} // namespace

void RunReducer::checkFaults(Run& run, const Input& in) {
    for (const SequenceFault& fault : in.envelope().faults)
        addFinding(run, ruleOf(fault.kind), fault.what, in.receipt.frame);
}

void RunReducer::notePiece(const Run& run, const PartialText& body) {
    if (body.replaces)
        m_pieceEnds.clear();
    if (!body.text.isEmpty() && m_pieceEnds.size() < kMostPieces)
        m_pieceEnds.push_back(run.partialText.size() - m_textStart);
}

void RunReducer::checkPieces(Run& run, const QString& whole, qint64 frame) {
    const QStringView streamed = QStringView(run.partialText).mid(m_textStart);
    if (m_pieceEnds.empty() || m_pieceEnds.size() >= kMostPieces || whole.isEmpty() || streamed == whole)
        return;
    const Pieces pieces(streamed, m_pieceEnds, whole);
    if (pieces.lostOne())
        addFinding(run, Rule::BrokenPieces,
                   tr(QT_TRANSLATE_NOOP("Rules", "The streamed text lacks a piece that the answer has.")),
                   frame);
    else if (pieces.repeatedOne())
        addFinding(
            run, Rule::BrokenPieces,
            tr(QT_TRANSLATE_NOOP("Rules", "The streamed text has a piece twice that the answer has once.")),
            frame);
    else if (pieces.swappedTwo())
        addFinding(run, Rule::BrokenPieces,
                   tr(QT_TRANSLATE_NOOP("Rules", "Two pieces of the streamed text came in the wrong order.")),
                   frame);
}

void RunReducer::checkSteps(Run& run, const Input& in) {
    const auto* thinking = std::get_if<AgentThinking>(&in.event.body);
    if (!thinking || !thinking->step || *thinking->step <= 0)
        return;
    const int number = *thinking->step;
    int& own = m_lastStepOf[in.envelope().agent];
    // Senders count by run or by agent: only a number that continues neither tells of a loss.
    const bool continues = number <= m_lastStepNumber + 1 || number <= own + 1;
    if (!continues && m_lastStepNumber > 0 && in.envelope().family != 'G')
        addFinding(
            run, Rule::MissingStep,
            tr(QT_TRANSLATE_NOOP("Rules", "Step %1 came after step %2.")).arg(number).arg(m_lastStepNumber),
            in.receipt.frame);
    own = std::max(own, number);
    m_lastStepNumber = std::max(m_lastStepNumber, number);
}

void RunReducer::checkAgentOrder(Run& run, const Input& in) {
    const Envelope& envelope = in.envelope();
    // Times tell the order better, and a batch has none.
    if (envelope.serverTime || envelope.agent.isEmpty() || envelope.family == 'G' || run.ended)
        return;
    if (std::holds_alternative<AgentStarted>(in.event.body)) {
        if (m_actedUnstarted.remove(envelope.agent) && !m_agents.isOpen(envelope.agent))
            addFinding(
                run, Rule::OutOfOrder,
                tr(QT_TRANSLATE_NOOP("Rules", "%1 was at work before its start came.")).arg(envelope.agent),
                in.receipt.frame);
        return;
    }
    const bool isWork = std::holds_alternative<AgentThinking>(in.event.body) ||
                        std::holds_alternative<ToolExecuting>(in.event.body) ||
                        std::holds_alternative<ToolCompleted>(in.event.body);
    if (!isWork || m_agents.isOpen(envelope.agent))
        return;
    if (!m_endedAgents.contains(envelope.agent))
        m_actedUnstarted.insert(envelope.agent);
    else
        addFinding(
            run, Rule::OutOfOrder,
            tr(QT_TRANSLATE_NOOP("Rules", "%1 came after the end of %2.")).arg(envelope.type, envelope.agent),
            in.receipt.frame);
}

bool RunReducer::repeatsWords(const Event& event) {
    const bool isReport = std::holds_alternative<FinalReport>(event.body);
    const bool isUntimed = !event.envelope.serverTime && event.envelope.eventId.isEmpty();
    const auto words = isReport || isUntimed ? wording(event) : std::nullopt;
    const auto before = std::exchange(m_lastWords, isUntimed ? words : std::nullopt);
    if (!words)
        return false;
    // A report is sent once; a thought may be thought again, but hardly at once and in the same words.
    if (isReport) {
        const bool known = m_reports.contains(*words);
        m_reports.insert(*words);
        return known;
    }
    return isUntimed && before == words;
}

} // namespace apex::runs
