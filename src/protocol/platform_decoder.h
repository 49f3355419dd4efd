// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/decoder.h"
#include "protocol/json_dom.h"
#include "protocol/platform_events.h"

#include <QHash>
#include <QStringList>

/// Private to protocol/: the platform dialect.
namespace apex::protocol {

/// Agents that run now, by run; needed to see tool and agent names in each other's place (protocol.md 4.4).
class RunningAgents {
public:
    /// Takes note of starts and ends.
    void observe(const Event& event);
    [[nodiscard]] bool isRunning(const RunId& run, const QString& agent) const;

private:
    QHash<RunId, QStringList> m_byRun;
};

/// Decodes parsed platform messages, one frame at a time.
class PlatformDecoder {
public:
    explicit PlatformDecoder(DecoderLimits limits);

    /// Appends the events of a message (an object) to `out`.
    void decode(const json::Element& object, bool repaired, DecodedFrame& out);

private:
    struct Context {
        bool repaired = false;
        const Envelope* batch = nullptr; ///< envelope of the surrounding batch
        std::string_view batchType;      ///< type a batch member has by its place
    };

    void decodeMessage(const json::Element& object, const Context& context, DecodedFrame& out);
    void decodeBatch(const WireMessage& message, const Context& context, DecodedFrame& out);
    void decodeBatchList(std::string_view type, const json::Element& list, const Context& context,
                         DecodedFrame& out);
    void append(Event event, DecodedFrame& out);
    void restoreNames(Event& event) const;

    DecoderLimits m_limits;
    RunningAgents m_running;
};

} // namespace apex::protocol
