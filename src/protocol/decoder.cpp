// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/decoder.h"

#include "protocol/agui_decoder.h"
#include "protocol/json_dom.h"
#include "protocol/platform_decoder.h"

#include <QCoreApplication>

namespace apex::protocol {

namespace {

DecodedFrame undecodable(QString reason) {
    Event event;
    event.body = Unknown{reason};
    DecodedFrame frame;
    frame.events.push_back(std::move(event));
    frame.undecodable = true;
    frame.reason = std::move(reason);
    return frame;
}

Event oddMember() {
    Event event;
    event.body = Unknown{QCoreApplication::translate("Protocol", "A member of the list is not an object.")};
    return event;
}

} // namespace

struct Decoder::State {
    State(DecoderLimits chosen, Dialect which)
        : limits(chosen), dialect(which), parser(std::clamp<std::size_t>(chosen.maxDepth, 1, 1024)),
          platform(chosen), agUi(chosen) {}

    void decodeOne(const json::Element& object, DecodedFrame& out) {
        if (dialect == Dialect::AgUi)
            agUi.decode(object, parser.wasRepaired(), out);
        else
            platform.decode(object, parser.wasRepaired(), out);
    }

    void decodeList(const json::Element& list, DecodedFrame& out) {
        for (const json::Element& item : json::items(list)) {
            if (out.events.size() >= limits.maxEventsPerFrame) {
                out.reason = QCoreApplication::translate(
                                 "Protocol", "The frame holds more than %1 events; the rest was not read.")
                                 .arg(limits.maxEventsPerFrame);
                return;
            }
            if (item.is_object())
                decodeOne(item, out);
            else
                out.events.push_back(oddMember());
        }
    }

    DecoderLimits limits;
    Dialect dialect;
    json::Parser parser;
    PlatformDecoder platform;
    AgUiDecoder agUi;
};

Decoder::Decoder(DecoderLimits limits, Dialect dialect) : m_state(std::make_unique<State>(limits, dialect)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

DecodedFrame Decoder::decode(QByteArrayView frame) {
    if (frame.size() > m_state->limits.maxFrameBytes)
        return undecodable(QCoreApplication::translate("Protocol", "The frame is larger than %1 bytes.")
                               .arg(m_state->limits.maxFrameBytes));
    const auto root = m_state->parser.parse(frame);
    if (!root)
        return undecodable(m_state->parser.reason());
    DecodedFrame out;
    if (root->is_object())
        m_state->decodeOne(*root, out);
    else if (root->is_array())
        m_state->decodeList(*root, out);
    else
        return undecodable(
            QCoreApplication::translate("Protocol", "The frame is neither an object nor a list."));
    if (out.events.empty())
        return undecodable(QCoreApplication::translate("Protocol", "The frame is an empty list."));
    if (json::hasDuplicateKeys(*root))
        for (Event& event : out.events)
            event.envelope.duplicateKeys = true;
    return out;
}

Dialect Decoder::dialect() const {
    return m_state->dialect;
}

} // namespace apex::protocol
