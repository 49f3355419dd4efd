// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

/// What strangers can send to the sign-in: anything on this computer to the loopback listener, and sign-in
/// servers. Each checks its invariants and aborts where one is broken.
namespace apex::fuzz {

/// The bytes of a connection to the loopback listener, whole and as the query of a good request.
void readRedirect(const QByteArray& input);
/// A signed token, the claims in one, a key set, and the documents of a sign-in server.
void readJwt(const QByteArray& input);

} // namespace apex::fuzz
