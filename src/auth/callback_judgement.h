// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/callback_request.h"
#include "base/error.h"
#include "base/secret.h"

#include <QString>

#include <variant>

namespace apex::auth {

/// The redirect is not the answer to our request: 400, and the listener goes on.
struct NotOurs {};
/// The answer to our request, but without a code: the person declined, the server refused, or it was forged.
struct Refusal {
    Error error;
};
/// The authorization code.
struct Granted {
    Secret code;
};

using Judgement = std::variant<NotOurs, Refusal, Granted>;

/// What a redirect has to match.
struct Expectation {
    Secret state;
    QString issuer;
    bool issuerRequired = false; ///< the server announced that it always names itself (RFC 9207)
};

/// Judges a redirect (RFC 6749 4.1.2, RFC 9207 2.4); `state` is compared in constant time. Pure.
[[nodiscard]] Judgement judgeCallback(const CallbackParameters& parameters, const Expectation& expected);

} // namespace apex::auth
