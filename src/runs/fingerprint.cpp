// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/fingerprint.h"

namespace apex::runs {

namespace {

using namespace protocol;

constexpr std::size_t kRemembered = 10'000;

/// Hash of what makes a body itself; nullopt for bodies that may rightly repeat.
struct BodyHash {
    bool exactTime = false; ///< the sender's time is finer than a second, so pieces of text differ in it

    using Result = std::optional<size_t>;

    Result operator()(const AgentStarted& body) const { return qHash(body.description, 11); }
    Result operator()(const AgentThinking& body) const {
        if (body.continues)
            return std::nullopt;
        return qHashMulti(13, body.text, body.step.value_or(-1));
    }
    Result operator()(const ToolExecuting& body) const {
        if (body.preparing)
            return std::nullopt;
        return qHashMulti(17, body.tool, body.call, body.arguments);
    }
    Result operator()(const ToolCompleted& body) const {
        return qHashMulti(19, body.tool, body.call, body.result);
    }
    Result operator()(const AgentCompleted& body) const {
        return qHashMulti(23, body.answer, body.answerJson, body.status);
    }
    Result operator()(const AgentFailed& body) const { return qHashMulti(29, body.message, body.code); }
    Result operator()(const AgentStopped& body) const { return qHash(body.reason, 31); }
    Result operator()(const FinalReport& body) const { return qHashMulti(37, body.report, body.markdown); }
    Result operator()(const RunNotice& body) const { return qHashMulti(41, body.text, body.data); }
    Result operator()(const PartialText& body) const {
        if (!exactTime)
            return std::nullopt;
        return qHashMulti(47, body.text, body.message, body.isFinal);
    }
    template <class Other>
    Result operator()(const Other&) const {
        return std::nullopt;
    }
};

} // namespace

std::optional<quint64> fingerprint(const Event& event) {
    const Envelope& envelope = event.envelope;
    if (!envelope.eventId.isEmpty())
        return qHashMulti(43, envelope.eventId, envelope.type);
    if (!envelope.serverTime)
        return std::nullopt;
    const qint64 time = envelope.serverTime->time_since_epoch().count();
    // AG-UI counts milliseconds, and many pieces of text come in one.
    const auto body = std::visit(BodyHash{time % 1'000'000 != 0 && envelope.family != 'U'}, event.body);
    if (!body)
        return std::nullopt;
    return qHashMulti(*body, envelope.type, envelope.agent, time);
}

std::optional<quint64> wording(const Event& event) {
    // A stream of deltas is made of equal ones.
    if (event.envelope.family == 'U')
        return std::nullopt;
    const bool isSaying = std::holds_alternative<AgentThinking>(event.body) ||
                          std::holds_alternative<RunNotice>(event.body) ||
                          std::holds_alternative<FinalReport>(event.body);
    const auto body = isSaying ? std::visit(BodyHash{}, event.body) : std::nullopt;
    if (!body)
        return std::nullopt;
    return qHashMulti(*body, event.envelope.type, event.envelope.agent);
}

bool RecentFingerprints::seenBefore(quint64 fingerprint) {
    if (!m_known.insert(fingerprint).second)
        return true;
    if (m_ring.size() < kRemembered) {
        m_ring.push_back(fingerprint);
    } else {
        m_known.erase(std::exchange(m_ring[m_next], fingerprint));
        m_next = (m_next + 1) % kRemembered;
    }
    return false;
}

} // namespace apex::runs
