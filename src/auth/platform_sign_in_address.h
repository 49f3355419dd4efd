// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/tokens.h"

#include <QList>
#include <QUrl>

namespace apex::auth {

/// Longest pasted address that is looked at, in bytes.
constexpr qsizetype maxPastedBytes = 64 * 1024;

/// What a pasted address must fit.
struct AddressExpectation {
    QList<QUrl> origins; ///< scheme, host and port it may have
    Secret state;        ///< ours; a server that ignores it sends none back (protocol.md 2.2)
};

/// Reads the tokens out of the address on which the platform's browser sign-in ends,
/// `{frontend}/auth/callback?access_token=…` (protocol.md 2.2). Refuses other hosts and paths, a `state` that
/// is not ours, repeated parameters, expired tokens. Errors are for people and never hold the address's
/// query. Pure.
[[nodiscard]] Expected<TokenSet> readPastedAddress(const Secret& pasted, const AddressExpectation& expected,
                                                   WallTime now);

} // namespace apex::auth
