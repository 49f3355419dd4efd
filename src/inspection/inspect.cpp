// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/inspect.h"

#include "inspection/sent_frame.h"
#include "runs/ledger.h"

#include <algorithm>

namespace apex::inspection {

namespace {

using protocol::DecodedFrame;
using protocol::Event;
using protocol::Receipt;

bool hasReceiveTimes(const Recording& recording) {
    return std::any_of(recording.entries.begin(), recording.entries.end(), [](const RecordedEntry& entry) {
        return !entry.isLink() && (entry.mono || entry.at);
    });
}

std::optional<WallTime> serverTime(const DecodedFrame& decoded) {
    for (const Event& event : decoded.events)
        if (event.envelope.serverTime)
            return event.envelope.serverTime;
    return std::nullopt;
}

/// Feeds a recording through decoder and ledger.
class Inspector {
public:
    Inspector(const Recording& recording, const InspectOptions& options, Inspection& out)
        : m_recording(recording), m_out(out),
          m_decoder({.maxFrameBytes = options.maxFrameBytes}, out.dialect),
          m_ledger(
              runs::LedgerOptions{options.expectedUser, options.silenceLimit, hasReceiveTimes(recording)}) {
        m_out.clock = hasReceiveTimes(recording) ? ClockSource::Receive : ClockSource::None;
    }

    void run() {
        for (const RecordedEntry& entry : m_recording.entries) {
            if (entry.isLink())
                followLink(entry);
            else if (entry.direction == Direction::Out)
                followSent(entry);
            else
                followReceived(entry);
        }
        m_ledger.endOfInput(m_now);
        m_out.runs = m_ledger.runs();
        countDuplicates();
    }

private:
    /// Moves the clock to an entry, or to the sender's time where nothing else is known; it never runs back.
    Receipt receiptOf(const RecordedEntry& entry, std::optional<WallTime> fromServer) {
        std::optional<MonoTime> time;
        if (m_out.clock == ClockSource::Receive) {
            time = entry.mono;
            if (!time && entry.at)
                time = entry.at->time_since_epoch();
        } else if (fromServer) {
            m_out.clock = ClockSource::Server;
            time = fromServer->time_since_epoch();
        }
        // Counted from the first time known: what came before it stands at zero, not at the epoch.
        if (time && !m_out.start) {
            m_out.start = MonoTime{};
            m_firstTime = *time;
        }
        if (time)
            m_now = std::max(m_now, *time - m_firstTime);
        const WallTime wall = entry.at ? *entry.at : fromServer.value_or(WallTime{});
        return {m_frame, wall, m_now};
    }

    /// Formats without directions hold what the client sent among the rest.
    [[nodiscard]] bool wasSent(const DecodedFrame& decoded) const {
        if (m_recording.format != RecordingFormat::JsonLines &&
            m_recording.format != RecordingFormat::JsonArray)
            return false;
        const protocol::Envelope& envelope = decoded.events.front().envelope;
        return decoded.events.size() == 1 && envelope.family != 'F' && isClientType(envelope.wireType);
    }

    void followReceived(const RecordedEntry& entry) {
        const DecodedFrame decoded = m_decoder.decode(entry.frame);
        if (m_out.dialect == protocol::Dialect::Platform && wasSent(decoded)) {
            followSent(entry);
            return;
        }
        const Receipt receipt = receiptOf(entry, serverTime(decoded));
        ++m_out.frames;
        ++m_frame;
        if (decoded.undecodable) {
            ++m_out.undecodable;
            m_ledger.undecodable(decoded.reason, receipt);
            return;
        }
        for (const Event& event : decoded.events) {
            ++(std::holds_alternative<protocol::Unknown>(event.body) ? m_out.unknown : m_out.events);
            m_ledger.apply(event, receipt);
        }
    }

    void followSent(const RecordedEntry& entry) {
        const Receipt receipt = receiptOf(entry, std::nullopt);
        ++m_out.frames;
        ++m_out.sent;
        ++m_frame;
        const SentFrame sent = readSentFrame(entry.frame);
        // Without receive times nobody knows when the prompt went out.
        if (sent.kind == SentFrame::Kind::Prompt && m_out.clock == ClockSource::Receive)
            m_ledger.promptSent(sent.thread, sent.run, receipt);
        else if (sent.kind == SentFrame::Kind::Stop)
            m_ledger.stopRequested(sent.run, receipt);
    }

    void followLink(const RecordedEntry& entry) {
        Receipt receipt = receiptOf(entry, std::nullopt);
        // "waiting" is what a client writes that will try again; of several such lines the first is the loss.
        if (entry.link == u"closed" || entry.link == u"lost" || entry.link == u"waiting") {
            if (!m_lost)
                m_lost = receipt;
        } else if (entry.link == u"opened" && m_lost) {
            m_ledger.linkGap(*m_lost, receipt);
            m_lost.reset();
        }
    }

    void countDuplicates() {
        for (const runs::Run& run : m_out.runs)
            m_out.duplicates +=
                std::count_if(run.findings.begin(), run.findings.end(), [](const runs::Finding& finding) {
                    return finding.rule == runs::Rule::Duplicate;
                });
    }

    const Recording& m_recording;
    Inspection& m_out;
    protocol::Decoder m_decoder;
    runs::Ledger m_ledger;
    MonoTime m_now{};
    MonoTime m_firstTime{};
    qint64 m_frame = 0;
    std::optional<Receipt> m_lost;
};

} // namespace

bool Inspection::isSound() const {
    if (truncated || undecodable > 0 || !checksumMatches.value_or(true))
        return false;
    return std::all_of(runs.begin(), runs.end(), [](const runs::Run& run) {
        const bool lawful = run.verdict == runs::Verdict::Ok || run.verdict == runs::Verdict::Repaired;
        return lawful && run.outcome != runs::Outcome::Failed;
    });
}

Inspection inspectFrames(const Recording& recording, const InspectOptions& options, const QString& source) {
    Inspection out;
    out.source = source;
    out.format = recording.format;
    out.dialect = recording.header ? recording.header->dialect : options.dialect;
    out.truncated = recording.truncated;
    out.checksumMatches = recording.checksumMatches;
    out.notes = recording.notes;
    Inspector(recording, options, out).run();
    return out;
}

} // namespace apex::inspection
