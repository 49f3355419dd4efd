// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstdint>

namespace apex {

/// `count` bytes from the operating system's generator; fit for secrets.
[[nodiscard]] QByteArray randomBytes(int count);
/// `count` random bytes as base64url without padding (RFC 4648 section 5).
[[nodiscard]] QByteArray randomToken(int count = 32);
/// Uniform number in [0, bound); bound > 0. For jitter.
[[nodiscard]] std::uint32_t randomBelow(std::uint32_t bound);
/// base64url without padding (RFC 4648 section 5).
[[nodiscard]] QByteArray base64Url(const QByteArray& bytes);

} // namespace apex
