// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnosis/session_doctor.h"

#include "base/logging.h"
#include "credentials/keychain_store.h"

#include <QPointer>

#include <memory>

namespace apex::diagnosis {

namespace {

using session::AccountSession;
using State = AccountSession::SignInState;

constexpr int ShownEvents = 12;

/// The sign-in as it stands; nullopt while that is not known yet.
std::optional<SignInFacts> factsOf(const AccountSession& session) {
    SignInFacts facts;
    facts.error = session.signInError();
    facts.claims = session.claims();
    facts.nextRefresh = session.nextSignInRenewal();
    facts.sessionOnly = session.isSessionOnly();
    switch (session.signInState()) {
    case State::Unknown:
        return std::nullopt;
    case State::SignedOut:
    case State::SigningIn:
        facts.state = SignInFacts::State::SignedOut;
        break;
    case State::SignedIn:
        facts.state = SignInFacts::State::SignedIn;
        break;
    case State::RenewalFailing:
        facts.state = SignInFacts::State::RenewalFailing;
        break;
    case State::NeedsSignIn:
        facts.state = SignInFacts::State::Ended;
        break;
    case State::StoreTrouble:
        facts.state = SignInFacts::State::StoreTrouble;
        break;
    }
    return facts;
}

/// Calls back once the session knows; a session not started yet is.
void askSignIn(AccountSession& session, QObject* context, const std::function<void(SignInFacts)>& done) {
    auto watch = std::make_shared<QMetaObject::Connection>();
    const auto look = [&session, watch, done] {
        auto facts = factsOf(session);
        if (!facts)
            return;
        QObject::disconnect(*watch);
        done(std::move(*facts));
    };
    *watch =
        QObject::connect(&session, &AccountSession::signInStateChanged, context, look, Qt::QueuedConnection);
    session.start();
    QMetaObject::invokeMethod(
        context,
        [watch, look] {
            if (*watch)
                look();
        },
        Qt::QueuedConnection);
}

std::optional<SignInEvent> eventOf(State state) {
    switch (state) {
    case State::SignedIn:
        return SignInEvent::SignedIn;
    case State::RenewalFailing:
        return SignInEvent::RenewalFailing;
    case State::NeedsSignIn:
        return SignInEvent::Ended;
    case State::SignedOut:
        return SignInEvent::SignedOut;
    case State::StoreTrouble:
        return SignInEvent::StoreTrouble;
    case State::Unknown:
    case State::SigningIn:
        break;
    }
    return std::nullopt;
}

} // namespace

DoctorParts partsFor(AccountSession& session, const environment::Paths& paths,
                     credentials::SecretStore& store, QNetworkAccessManager& network) {
    const SignInJournal journal(paths.data, session.profile().id);
    return {.store = store,
            .network = network,
            .clock = session.clock(),
            .entryCap = credentials::platformEntryCap(),
            .profile = session.profile(),
            .profileError = {},
            .signIn =
                [&session](QObject* context, const std::function<void(SignInFacts)>& done) {
                    askSignIn(session, context, done);
                },
            .token =
                [&session](QObject* context, std::function<void(Expected<Secret>)> ready) {
                    session.accessToken(context, std::move(ready));
                },
            .history =
                [journal] {
                    QStringList lines;
                    for (const SignInEntry& entry : journal.last(ShownEvents))
                        lines.append(entryWords(entry));
                    return lines;
                }};
}

void keepJournal(AccountSession& session, const environment::Paths& paths) {
    struct Keeper {
        SignInJournal journal;
        std::optional<SignInEvent> last;
        bool began = false; ///< somebody began to sign in
    };
    auto keeper = std::make_shared<Keeper>(Keeper{{paths.data, session.profile().id}, {}, false});
    const auto note = [&session, keeper](SignInEvent event) {
        const Error& error = session.signInError();
        const QString detail = error.happened.isEmpty() ? QString() : errorKindName(error.kind);
        if (const auto added = keeper->journal.add({session.clock().wallNow(), event, detail}); !added)
            qCWarning(logAuth).noquote() << added.error().forSupport();
        keeper->last = event;
    };
    QObject::connect(&session, &AccountSession::signInStateChanged, &session, [&session, keeper, note] {
        const State state = session.signInState();
        keeper->began = keeper->began || state == State::SigningIn;
        const auto event = eventOf(state);
        if (!event || event == keeper->last)
            return;
        // That a start finds a sign-in or none is no news; only what changes is.
        const bool isStart = !keeper->last && !keeper->began &&
                             (event == SignInEvent::SignedIn || event == SignInEvent::SignedOut);
        if (isStart)
            keeper->last = event;
        else
            note(*event);
    });
    QObject::connect(&session, &AccountSession::signInRenewed, &session,
                     [note] { note(SignInEvent::Renewed); });
}

} // namespace apex::diagnosis
