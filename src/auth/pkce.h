// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"

namespace apex::auth {

/// One proof key for code exchange, method S256 (RFC 7636).
struct Pkce {
    Secret verifier;      ///< 43 base64url characters from 32 random bytes
    QByteArray challenge; ///< BASE64URL(SHA256(verifier)); public

    /// A new pair from the operating system's generator.
    [[nodiscard]] static Pkce create();
    /// The S256 challenge of a verifier (RFC 7636 4.2).
    [[nodiscard]] static QByteArray challengeOf(const Secret& verifier);
};

} // namespace apex::auth
