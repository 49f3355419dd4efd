// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace apex {

/// Replaces what looks like a credential by "[redacted]": JWTs, Bearer values, OAuth parameters and form or
/// JSON fields named like secrets (access_token, refresh_token, code, code_verifier, state, ticket, password,
/// ...).
///
/// The last line of defence in the log handler, not a licence to log secrets. Thread-safe.
[[nodiscard]] QString redact(QString text);

} // namespace apex
