// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>
#include <utility>
#include <vector>

namespace apex::auth {

/// Decoded query parameters of a redirect, in order, duplicates kept.
class CallbackParameters {
public:
    /// Splits at '&' and '=' first and decodes after (house-style.md C.4.5); nullopt on a broken percent
    /// escape.
    [[nodiscard]] static std::optional<CallbackParameters> parse(QByteArrayView query);
    /// The value if the name occurs exactly once, nullopt if it is absent.
    [[nodiscard]] std::optional<QByteArray> single(QByteArrayView name) const;
    /// True if any name occurs twice (RFC 6749 3.1 forbids it).
    [[nodiscard]] bool hasDuplicates() const;

private:
    std::vector<std::pair<QByteArray, QByteArray>> m_pairs;
};

/// What to do with the bytes of a connection to the loopback listener.
struct CallbackRequest {
    enum class Kind {
        Incomplete,  ///< read on
        TooLarge,    ///< more than maxRequestBytes: 431
        Malformed,   ///< 400
        WrongMethod, ///< not GET: 405
        WrongPath,   ///< 404
        Callback,    ///< `parameters` are set
    };
    Kind kind = Kind::Incomplete;
    CallbackParameters parameters;
};

/// Request line and headers together; more is refused.
constexpr qsizetype maxRequestBytes = 8 * 1024;

/// Judges the bytes received so far. `path` is the only path accepted, `authority` the only Host
/// ("127.0.0.1:PORT"). Pure; never keeps or prints the bytes.
[[nodiscard]] CallbackRequest parseCallbackRequest(QByteArrayView bytes, QByteArrayView path,
                                                   QByteArrayView authority);

} // namespace apex::auth
