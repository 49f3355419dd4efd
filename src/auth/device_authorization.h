// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/http_call.h"
#include "auth/tokens.h"

#include <chrono>
#include <optional>
#include <variant>

namespace apex::auth {

/// What the person is asked to do on another device (RFC 8628 3.2). The user code is meant to be read aloud;
/// the device code is a secret.
struct DeviceAuthorization {
    Secret deviceCode;
    QString userCode;             ///< printable, at most 64 characters
    QUrl verificationUri;         ///< where the person goes
    QUrl verificationUriComplete; ///< the same with the code in it; may be empty
    std::chrono::seconds lifetime{0};
    std::chrono::seconds interval{5}; ///< shortest pause between two questions
};

/// The person has not decided yet (RFC 8628 3.5).
enum class DeviceWait {
    Pending,
    SlowDown, ///< five seconds more between questions from now on
};

/// The answer to one question; an Error is the final no, in words.
using DeviceAnswer = std::variant<DeviceWait, TokenSet, Error>;

/// Reads the answer of the device authorization endpoint. Addresses must be https; `issuerIsLocal` allows
/// plain http to this computer.
[[nodiscard]] Expected<DeviceAuthorization> readDeviceAuthorization(const HttpAnswer& answer,
                                                                    bool issuerIsLocal);

/// authorization_pending and slow_down; nullopt for everything else.
[[nodiscard]] std::optional<DeviceWait> readDeviceWait(const HttpAnswer& answer);

/// Every other refusal in words: it ends the asking (RFC 8628 3.5). nullopt for tokens and for trouble that
/// may pass.
[[nodiscard]] std::optional<Error> readDeviceRefusal(const HttpAnswer& answer);

} // namespace apex::auth
