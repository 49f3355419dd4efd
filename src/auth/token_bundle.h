// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/tokens.h"

namespace apex::auth {

/// The one keychain entry of an account: its tokens and their times as JSON.
[[nodiscard]] Secret encodeBundle(const TokenSet& tokens);
/// Reads an entry back; an error if it is not one of ours.
[[nodiscard]] Expected<TokenSet> decodeBundle(const Secret& entry);

} // namespace apex::auth
