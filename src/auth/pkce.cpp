// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/pkce.h"

#include "base/random.h"

#include <QCryptographicHash>

namespace apex::auth {

Pkce Pkce::create() {
    Pkce pkce;
    pkce.verifier = Secret(randomToken(32));
    pkce.challenge = challengeOf(pkce.verifier);
    return pkce;
}

QByteArray Pkce::challengeOf(const Secret& verifier) {
    return base64Url(QCryptographicHash::hash(verifier.reveal(), QCryptographicHash::Sha256));
}

} // namespace apex::auth
