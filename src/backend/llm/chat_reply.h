// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>

#include <optional>
#include <vector>

namespace apex::backend {

/// A function the model wants to be called.
struct ModelToolCall {
    QString id;
    QString name;
    QString arguments; ///< JSON as the model wrote it; may be anything
};

/// Tokens the endpoint says were used.
struct TokenUse {
    qint64 in = 0;
    qint64 out = 0;
};

/// One whole reply of the model.
struct ChatReply {
    QString text;
    std::vector<ModelToolCall> toolCalls;
    std::optional<TokenUse> usage; ///< nullopt: the endpoint does not say
    QString finishReason;
    bool streamed = false;

    /// The reply as a message of the next request.
    [[nodiscard]] QJsonObject message() const;
};

/// Puts a reply together from the JSON pieces of a stream, or from the one of a plain answer.
class ChatReplyReader {
public:
    static constexpr qsizetype maxTextChars = 256 * 1024;
    static constexpr std::size_t maxToolCalls = 32;

    /// Takes the data of one event. Protocol error: no JSON, or too much of it; Unavailable: the endpoint
    /// says in the stream that it failed.
    [[nodiscard]] Expected<void> takeEvent(const QByteArray& data);
    /// Takes a whole answer that is not a stream.
    [[nodiscard]] Expected<void> takeWhole(const QByteArray& body);
    /// "[DONE]" came.
    [[nodiscard]] bool isDone() const { return m_done; }
    /// The reply so far. Protocol error if nothing of a reply came, or the stream broke off before the model
    /// had finished.
    [[nodiscard]] Expected<ChatReply> result() const;

private:
    [[nodiscard]] Expected<void> take(const QJsonObject& json, QLatin1StringView part);
    [[nodiscard]] Expected<void> takeToolCalls(const QJsonArray& calls);
    ChatReply m_reply;
    bool m_done = false;
    bool m_any = false;
};

/// The endpoint's own words in an error body, at most 300 characters; empty if there are none.
[[nodiscard]] QString endpointMessage(const QByteArray& body);

} // namespace apex::backend
