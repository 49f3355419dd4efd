// SPDX-License-Identifier: GPL-3.0-or-later
// How a sign-in leaves this computer.
#include "auth/token_keeper_private.h"

namespace apex::auth {

namespace {

Error notTold(const Error& why) {
    return wrapError(
        why.kind, TokenKeeper::tr("You are signed out on this computer, but the server could not be told."),
        why, TokenKeeper::tr("If this computer is shared, end the session in your account's settings too."));
}

} // namespace

Error TokenKeeper::Private::signedInElsewhere() {
    return makeError(
        ErrorKind::Authentication,
        TokenKeeper::tr("This environment's sign-in is at another address than when you signed in."),
        TokenKeeper::tr("Sign in again."));
}

void TokenKeeper::Private::signOut(QObject* context, std::function<void(Expected<void>)> done) {
    ++epoch;
    timer.stop();
    lock.release();
    activity = Activity::Storing;
    answerWithError(makeError(ErrorKind::Cancelled, TokenKeeper::tr("You are signing out.")));
    auto old = std::make_shared<TokenSet>(tokens ? std::move(*tokens) : TokenSet());
    const bool neverStored = isSessionOnly() && !mayBeStored;
    if (foreign) // the server that gave them is not known here any more
        done = [done = std::move(done)](const Expected<void>& removal) {
            done(removal ? fail(notTold(signedInElsewhere())) : removal);
        };
    forgetTokens();
    const auto next = [this, old, done = std::move(done), guard = QPointer<QObject>(context),
                       started = epoch](const Expected<void>& removal) {
        if (started == epoch)
            revokeAfterRemoval(std::move(*old), removal, guard, done);
        else if (guard)
            done(removal);
    };
    if (neverStored)
        QMetaObject::invokeMethod(
            &owner, [next] { next({}); }, Qt::QueuedConnection);
    else
        store.remove(key, &owner, next);
}

void TokenKeeper::Private::revokeAfterRemoval(TokenSet old, const Expected<void>& removal,
                                              const QPointer<QObject>& context,
                                              std::function<void(Expected<void>)> done) {
    activity = Activity::Idle;
    if (removal)
        mayBeStored = false;
    setState(removal ? State::SignedOut : State::StoreTrouble, removal ? Error() : removal.error());
    answerWithError(reasonForNoToken());
    if (old.accessToken.isEmpty()) {
        if (context)
            done(removal);
        return;
    }
    server.revoke(old, [removal, context, done = std::move(done)](const Expected<void>& revoked) {
        if (!context)
            return;
        done(removal && !revoked ? fail(notTold(revoked.error())) : removal);
    });
}

} // namespace apex::auth
