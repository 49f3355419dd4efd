// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/session_text.h"

#include "connection/close_codes.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::session {

using connection::LinkPhase;
using runs::Outcome;
using runs::Verdict;

namespace {

struct SessionText {
    Q_DECLARE_TR_FUNCTIONS(SessionText)
};

QString withAttempt(const QString& text, int attempt) {
    return attempt > 1 ? SessionText::tr("%1 (attempt %2)").arg(text).arg(attempt) : text;
}

QString waitingText(const connection::LinkState& state, WallTime now) {
    if (!state.retryAt)
        return SessionText::tr("Offline");
    // Rounded up: "retry in 0 s" would be a claim about the past.
    const auto left = std::max(*state.retryAt - now, WallTime::duration::zero());
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left);
    return withAttempt(SessionText::tr("Offline, retry in %1").arg(durationText(seconds)), state.attempt);
}

QString readyText(const connection::LinkState& state) {
    const QString text = state.roundTrip ? SessionText::tr("Connected, %1 ms").arg(state.roundTrip->count())
                                         : SessionText::tr("Connected");
    return state.error.happened.isEmpty() ? text : SessionText::tr("%1, greeting incomplete").arg(text);
}

} // namespace

QString signInStateText(AccountSession::SignInState state) {
    using State = AccountSession::SignInState;
    switch (state) {
    case State::Unknown:
        return SessionText::tr("Reading your keychain");
    case State::SignedOut:
        return SessionText::tr("Signed out");
    case State::SigningIn:
        return SessionText::tr("Waiting for the browser");
    case State::SignedIn:
        return SessionText::tr("Signed in");
    case State::RenewalFailing:
        return SessionText::tr("Signed in; renewal is failing and will be tried again");
    case State::NeedsSignIn:
        return SessionText::tr("Sign-in needed");
    case State::StoreTrouble:
        return SessionText::tr("The keychain does not answer as it should");
    }
    return {};
}

QString linkText(const connection::LinkState& state, WallTime now) {
    switch (state.phase) {
    case LinkPhase::Closed:
        return SessionText::tr("Not connected");
    case LinkPhase::GettingToken:
        return withAttempt(SessionText::tr("Connecting: sign-in"), state.attempt);
    case LinkPhase::Opening:
        return withAttempt(SessionText::tr("Connecting: secure channel"), state.attempt);
    case LinkPhase::Greeting:
        return withAttempt(SessionText::tr("Connecting: greeting"), state.attempt);
    case LinkPhase::Ready:
        return readyText(state);
    case LinkPhase::Waiting:
        return waitingText(state, now);
    case LinkPhase::Refused:
        return SessionText::tr("Connection refused");
    }
    return {};
}

QString verdictText(Verdict verdict) {
    switch (verdict) {
    case Verdict::Running:
        return SessionText::tr("The run is still going on.");
    case Verdict::Ok:
        return SessionText::tr("All events came, in order, and the run was closed.");
    case Verdict::Repaired:
        return SessionText::tr("The run was closed; some of its events had to be put right.");
    case Verdict::Violation:
        return SessionText::tr("The events of this run break the rules of the protocol.");
    case Verdict::NoOutcome:
        return SessionText::tr("The run ended without saying how it ended.");
    }
    return {};
}

QString outcomeText(Outcome outcome, bool ended) {
    switch (outcome) {
    case Outcome::Completed:
        return SessionText::tr("Completed");
    case Outcome::Failed:
        return SessionText::tr("Failed");
    case Outcome::Cancelled:
        return SessionText::tr("Stopped");
    case Outcome::None:
        break;
    }
    return ended ? SessionText::tr("Outcome unknown") : SessionText::tr("Running");
}

QString answerKindText(AnswerKind kind) {
    switch (kind) {
    case AnswerKind::Full:
        return {};
    case AnswerKind::Partial:
        return SessionText::tr("Partial analysis");
    case AnswerKind::Guidance:
        return SessionText::tr("Guidance, not an analysis");
    case AnswerKind::Fallback:
        return SessionText::tr("Fallback answer, not an analysis");
    case AnswerKind::InProgress:
        return SessionText::tr("Being written");
    case AnswerKind::NotClosed:
        return SessionText::tr("Not closed by the agent: may be incomplete");
    case AnswerKind::Failed:
        return SessionText::tr("Failed");
    case AnswerKind::Stopped:
        return SessionText::tr("Stopped");
    }
    return {};
}

QString deliveryText(Delivery delivery) {
    switch (delivery) {
    case Delivery::None:
        return {};
    case Delivery::Queued:
        return SessionText::tr("Queued");
    case Delivery::Uploading:
        return SessionText::tr("Uploading files");
    case Delivery::Sending:
        return SessionText::tr("Sending");
    case Delivery::Sent:
        return SessionText::tr("Sent");
    case Delivery::Failed:
        return SessionText::tr("Not sent");
    }
    return {};
}

Error noReactionYet() {
    Error error = makeError(ErrorKind::Timeout, SessionText::tr("There is no reaction from the server yet."),
                            SessionText::tr("Wait a little; if nothing comes, send it again."));
    error.kept = SessionText::tr("Your message was sent.");
    return error;
}

QString closeCodeText(int code) {
    return connection::closeSentence(code);
}

} // namespace apex::session
