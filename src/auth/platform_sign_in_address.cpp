// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/platform_sign_in_address.h"

#include "auth/callback_request.h"
#include "auth/platform_sign_in_offer.h"
#include "auth/server_words.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::auth {

namespace {

struct PlatformSignInAddressWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::PlatformSignIn)
};

tl::unexpected<Error> refused(ErrorKind kind, const QString& happened, const QString& action,
                              const QString& details = {}) {
    Error error = makeError(kind, happened, action, details);
    error.kept = PlatformSignInAddressWords::tr("Nothing was accepted.");
    return fail(std::move(error));
}

QString copyAgain() {
    return PlatformSignInAddressWords::tr(
        "Copy the whole address from the browser's address line, on the last page of the "
        "sign-in, and paste it again.");
}

bool looksLikeToken(const QByteArray& text) {
    return text.count('.') == 2 && !text.contains(':') && !text.contains('/') && text.startsWith("ey");
}

Expected<QUrl> readAddress(const QByteArray& text, const AddressExpectation& expected) {
    if (text.isEmpty())
        return refused(ErrorKind::InvalidInput,
                       PlatformSignInAddressWords::tr("There is no address to read."), copyAgain());
    if (text.size() > maxPastedBytes)
        return refused(ErrorKind::TooLarge,
                       PlatformSignInAddressWords::tr("What was pasted is too long to be an address."),
                       copyAgain());
    if (looksLikeToken(text))
        return refused(ErrorKind::InvalidInput,
                       PlatformSignInAddressWords::tr("This is an access token, not an address."),
                       PlatformSignInAddressWords::tr("Use \"Paste an access token\" for it."));
    const QUrl url = QUrl::fromEncoded(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != u"https" && url.scheme() != u"http"))
        return refused(ErrorKind::InvalidInput, PlatformSignInAddressWords::tr("This is not a web address."),
                       copyAgain());
    if (!url.userInfo().isEmpty() || !expected.origins.contains(originOf(url))) {
        QStringList known;
        for (const QUrl& origin : expected.origins)
            known << origin.host();
        return refused(ErrorKind::Denied,
                       PlatformSignInAddressWords::tr(
                           "This address is at %1; the sign-in of this environment ends elsewhere.")
                           .arg(url.host()),
                       PlatformSignInAddressWords::tr(
                           "Make sure that you signed in through the page that this program opened."),
                       QStringLiteral("expected host: ") + known.join(QStringLiteral(", ")));
    }
    return url;
}

QString text(const CallbackParameters& parameters, QByteArrayView first, QByteArrayView second = {}) {
    auto value = parameters.single(first);
    if (!value && !second.isEmpty())
        value = parameters.single(second);
    return QString::fromUtf8(value.value_or(QByteArray()));
}

tl::unexpected<Error> serverRefused(const CallbackParameters& parameters) {
    const QByteArray code = parameters.single("error").value_or(QByteArray());
    const QByteArray description = parameters.single("error_description").value_or(QByteArray());
    if (code == "access_denied")
        return refused(ErrorKind::Denied,
                       PlatformSignInAddressWords::tr("The sign-in was declined in the browser."),
                       PlatformSignInAddressWords::tr("Sign in again if that was not intended."),
                       serverWords(code, description));
    return refused(ErrorKind::Authentication,
                   PlatformSignInAddressWords::tr("The sign-in failed in the browser."),
                   PlatformSignInAddressWords::tr("Try again; the details hold what the server said."),
                   serverWords(code, description));
}

Expected<TokenSet> readTokens(const CallbackParameters& parameters, WallTime now) {
    TokenSet tokens;
    tokens.accessToken = Secret(text(parameters, "access_token", "token").toUtf8());
    tokens.refreshToken = Secret(text(parameters, "refresh_token", "refresh").toUtf8());
    tokens.receivedAt = now;
    const bool unfinished = tokens.accessToken.isEmpty() && parameters.single("code").has_value();
    if (unfinished)
        return refused(
            ErrorKind::InvalidInput,
            PlatformSignInAddressWords::tr("This is the address of a step before the last one."),
            PlatformSignInAddressWords::tr("Wait until the page has finished, then copy its address again."));
    if (tokens.accessToken.isEmpty())
        return refused(ErrorKind::InvalidInput,
                       PlatformSignInAddressWords::tr("There is no sign-in in this address."), copyAgain());
    const auto claims = readClaims(tokens.accessToken);
    if (!claims)
        return refused(ErrorKind::InvalidInput,
                       PlatformSignInAddressWords::tr("The sign-in in this address is cut off or damaged."),
                       copyAgain());
    if (claims->expiresAt && *claims->expiresAt + std::chrono::minutes(5) < now)
        return refused(
            ErrorKind::Authentication,
            PlatformSignInAddressWords::tr("The sign-in in this address has expired."),
            PlatformSignInAddressWords::tr("Sign in again in the browser and paste the new address."));
    tokens.expiresAt = claims->expiresAt;
    return tokens;
}

} // namespace

Expected<TokenSet> readPastedAddress(const Secret& pasted, const AddressExpectation& expected, WallTime now) {
    const auto url = readAddress(pasted.reveal().trimmed(), expected);
    if (!url)
        return fail(url.error());
    QByteArray query = url->query(QUrl::FullyEncoded).toUtf8();
    // Some front ends move them behind the '#', where they do not reach a server's log.
    if (!query.contains("token=") && url->hasFragment())
        query = url->fragment(QUrl::FullyEncoded).toUtf8();
    const auto parameters = CallbackParameters::parse(query);
    if (!parameters || parameters->hasDuplicates())
        return refused(ErrorKind::InvalidInput, PlatformSignInAddressWords::tr("This address is damaged."),
                       copyAgain());
    const auto state = parameters->single("state");
    if (state && (expected.state.isEmpty() || !constantTimeEquals(*state, expected.state.reveal())))
        return refused(
            ErrorKind::Denied,
            PlatformSignInAddressWords::tr(
                "This address does not belong to the sign-in that was begun here."),
            PlatformSignInAddressWords::tr("Use the page that this program opened last, or begin again."));
    if (parameters->single("error"))
        return serverRefused(*parameters);
    if (!url->path().endsWith(u"/auth/callback"))
        return refused(ErrorKind::InvalidInput,
                       PlatformSignInAddressWords::tr("This is not the last page of the sign-in."),
                       copyAgain());
    return readTokens(*parameters, now);
}

} // namespace apex::auth
