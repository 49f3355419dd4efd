// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/secret.h"

namespace apex::protocol {

/// Body of POST /api/websocket/ticket (protocol.md 2.6): the ticket's id. The address it carries is not used.
[[nodiscard]] Expected<Secret> decodeSocketTicket(const QByteArray& body);

} // namespace apex::protocol
