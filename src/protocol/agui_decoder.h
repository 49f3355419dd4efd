// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/agui_sequence.h"
#include "protocol/decoder.h"
#include "protocol/json_dom.h"

#include <QHash>

/// Private to protocol/: the AG-UI 1.0 dialect (peers.md 4.1).
namespace apex::protocol {

/// Decodes AG-UI events; streams of one connection, in order.
class AgUiDecoder {
public:
    explicit AgUiDecoder(DecoderLimits limits);

    /// Appends the events of one AG-UI event (an object) to `out`.
    void decode(const json::Element& object, bool repaired, DecodedFrame& out);

private:
    struct Call {
        QString tool;
        JsonText arguments;
        bool executing = false;
    };
    using Handler = void (AgUiDecoder::*)(const json::Fields&, Envelope&, DecodedFrame&);

    static Handler handlerFor(std::string_view type);
    [[nodiscard]] Envelope envelopeOf(const json::Fields& fields, std::string_view type) const;

    void runStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void runFinished(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void runError(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void subagentStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void subagentFinished(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void stepStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void stepFinished(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void activity(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void reasoningOpened(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void reasoningContent(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void reasoningClosed(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void textStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void textContent(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void textEnded(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void toolStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void toolArguments(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void toolChunk(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void toolEnded(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void toolResult(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void messagesSnapshot(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);
    void other(const json::Fields& fields, Envelope& envelope, DecodedFrame& out);

    void beginExecution(const QString& id, const Envelope& envelope, DecodedFrame& out);
    /// A chunked call has no end event: it ends where another event of its agent follows.
    void closeChunkedCalls(std::string_view nextType, const json::Fields& fields, const Envelope& envelope,
                           DecodedFrame& out);
    void endChunkedCall(const QString& owner, const Envelope& envelope, DecodedFrame& out);
    [[nodiscard]] QString uniqueName(const QString& name, const QString& id) const;
    void emitEvent(Envelope envelope, Body body, DecodedFrame& out) const;
    void resetRun();

    DecoderLimits m_limits;
    RunId m_run;
    ThreadId m_thread;
    QString m_agent;
    QHash<QString, QString> m_subagents;       ///< subagentRunId to name
    QHash<QString, Call> m_calls;              ///< open tool calls
    QHash<QString, QString> m_roles;           ///< roles of messages that are not the assistant's
    QHash<QString, QString> m_chunkedCalls;    ///< sub-agent run to the call it streams in chunks
    QHash<QString, QString> m_chunkedMessages; ///< the same for text
    AgUiSequence m_sequence;
    bool m_reasoning = false;
};

} // namespace apex::protocol
