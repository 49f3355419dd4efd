// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"
#include "protocol/json_dom.h"

/// Private to protocol/: messages as the server stores them, shared by REST and thread_history.
namespace apex::protocol {

/// The text of a `content` that is a string, a list of parts, an object, or one of these encoded as a string
/// (5.1).
[[nodiscard]] QString contentText(const json::Element& content);
/// One message object; the thread is used where the message does not name its own.
[[nodiscard]] StoredMessage storedMessage(const json::Element& object, const ThreadId& thread);
/// All message objects of an array; anything else in it is left out.
[[nodiscard]] std::vector<StoredMessage> storedMessages(const json::Element& array, const ThreadId& thread);

} // namespace apex::protocol
