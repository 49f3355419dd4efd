// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/chat_hub.h"
#include "backend/server/request_guard.h"
#include "backend/server/router.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

namespace apex::backend {

/// What every connection works with; outlives them all.
struct ServerContext {
    BackendState& state;
    const Router& router;
    const RequestGuard& guard;
    ChatHub& hub;
};

/// Serves HTTP/1.1 on an accepted connection until it closes or becomes a WebSocket. Keeps itself alive.
void startHttpSession(boost::asio::ip::tcp::socket socket, ServerContext& context);

/// Answers the upgrade and serves the WebSocket until it closes. Keeps itself alive.
void startWebSocketSession(boost::beast::tcp_stream stream,
                           boost::beast::http::request<boost::beast::http::empty_body> request,
                           const SocketAdmission& admission, ServerContext& context);

} // namespace apex::backend
