// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/callback_judgement.h"

#include "auth/server_words.h"

#include <QCoreApplication>

namespace apex::auth {

namespace {

struct CallbackJudgementWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::SignIn)
};

Refusal refused(const QByteArray& code, const QByteArray& description) {
    const QString details = serverWords(code, description);
    if (code == "access_denied") {
        return {makeError(ErrorKind::Denied,
                          CallbackJudgementWords::tr("The sign-in was declined in the browser."),
                          CallbackJudgementWords::tr("Sign in again if that was not intended."), details)};
    }
    if (code == "temporarily_unavailable" || code == "server_error") {
        return {makeError(ErrorKind::Unavailable,
                          CallbackJudgementWords::tr("The sign-in server has a problem at the moment."),
                          CallbackJudgementWords::tr("Try again in a few minutes."), details)};
    }
    return {makeError(
        ErrorKind::Configuration,
        CallbackJudgementWords::tr("The sign-in server refused this program's request."),
        CallbackJudgementWords::tr("Tell your administrator; the details hold what the server said."),
        details)};
}

} // namespace

Judgement judgeCallback(const CallbackParameters& parameters, const Expectation& expected) {
    const auto state = parameters.single("state");
    if (!state || expected.state.isEmpty() || !constantTimeEquals(*state, expected.state.reveal()))
        return NotOurs{};
    const auto issuer = parameters.single("iss");
    if ((!issuer && expected.issuerRequired) || (issuer && QString::fromUtf8(*issuer) != expected.issuer)) {
        return Refusal{makeError(
            ErrorKind::Protocol,
            CallbackJudgementWords::tr("The answer in the browser came from another sign-in "
                                       "server than the one asked."),
            CallbackJudgementWords::tr("Nothing was accepted. Try again, and tell your administrator if it "
                                       "happens again."))};
    }
    if (const auto error = parameters.single("error"))
        return refused(*error, parameters.single("error_description").value_or(QByteArray()));
    const auto code = parameters.single("code");
    if (!code || code->isEmpty()) {
        return Refusal{makeError(
            ErrorKind::Protocol, CallbackJudgementWords::tr("The sign-in server answered without a code."),
            CallbackJudgementWords::tr("Try again, and tell your administrator if it happens again."))};
    }
    return Granted{Secret(*code)};
}

} // namespace apex::auth
