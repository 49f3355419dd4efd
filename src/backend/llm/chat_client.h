// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/llm/chat_reply.h"
#include "backend/llm/model_settings.h"

namespace apex::backend {

/// One request to `POST {base}/chat/completions`.
struct ChatRequest {
    QJsonArray messages;
    QJsonArray tools; ///< empty: the model may call none
    int mostTokens = 1500;
};

/// Asks an OpenAI-compatible endpoint, streamed. Blocks; any thread with a QCoreApplication in the process,
/// no event loop needed. Certificates are verified, redirects are not followed.
class ChatClient {
public:
    explicit ChatClient(const ModelAccess& access) : m_access(access) {}

    /// The whole reply. A stop ends it within milliseconds (Cancelled). Timeout after `limit`; else
    /// Authentication (401, 403), NotFound (404), TooLarge (the context is too long), Unavailable (429, 5xx),
    /// InvalidInput (other 4xx), Network, Tls or Protocol, each with the endpoint's own words.
    [[nodiscard]] Expected<ChatReply> ask(const ChatRequest& request, std::chrono::milliseconds limit,
                                          std::stop_token stop) const;

private:
    [[nodiscard]] Expected<ChatReply> askOnce(const QByteArray& body, std::chrono::milliseconds limit,
                                              const std::stop_token& stop) const;
    const ModelAccess& m_access;
};

} // namespace apex::backend
