// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/identity_check.h"

#include "auth/id_token.h"
#include "base/logging.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace apex::auth {

namespace {

struct IdentityCheckWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::IdToken)
};

Error noKeys(const QString& details) {
    return makeError(ErrorKind::Unavailable,
                     IdentityCheckWords::tr(
                         "The sign-in server's keys could not be read, so who signed in cannot be checked."),
                     IdentityCheckWords::tr("Try again in a few minutes."), details);
}

} // namespace

struct IdentityCheck::Job {
    AuthorizationMetadata metadata;
    TokenSet tokens;
    JsonWebToken token;
    QByteArray nonce;
    bool askName = false;
    bool keysAreFresh = false;
    Done done;
};

IdentityCheck::IdentityCheck(Send send, QString clientId)
    : m_send(std::move(send)), m_clientId(std::move(clientId)) {}

void IdentityCheck::run(const AuthorizationMetadata& metadata, TokenSet tokens, QByteArray nonce,
                        bool askName, Done done) {
    if (tokens.idToken.isEmpty())
        return done(std::move(tokens));
    auto token = parseJsonWebToken(tokens.idToken.reveal());
    if (!token)
        return done(fail(idTokenError(QStringLiteral("form, ") + token.error().details,
                                      IdentityCheckWords::tr("it cannot be read"))));
    if (const auto header = checkIdTokenHeader(*token); !header)
        return done(fail(header.error()));
    if (metadata.keysUrl.isEmpty())
        return done(fail(idTokenError(QStringLiteral("jwks_uri"),
                                      IdentityCheckWords::tr("the server does not publish its keys"))));
    tokens.idToken = {};
    auto job = std::make_shared<Job>(Job{.metadata = metadata,
                                         .tokens = std::move(tokens),
                                         .token = std::move(*token),
                                         .nonce = std::move(nonce),
                                         .askName = askName,
                                         .keysAreFresh = false,
                                         .done = std::move(done)});
    if (m_keysFrom == metadata.keysUrl)
        judge(job);
    else
        fetchKeys(job);
}

void IdentityCheck::fetchKeys(const JobPtr& job) {
    HttpRequest request;
    request.url = job->metadata.keysUrl;
    m_send(std::move(request), [this, job](const Expected<HttpAnswer>& answer) { onKeys(job, answer); });
}

void IdentityCheck::onKeys(const JobPtr& job, const Expected<HttpAnswer>& answer) {
    if (!answer)
        return job->done(fail(noKeys(answer.error().details)));
    const QJsonDocument document = QJsonDocument::fromJson(answer->body.reveal());
    const QJsonValue keys = document.object().value(u"keys");
    if (answer->status != 200 || !keys.isArray())
        return job->done(fail(noKeys(QStringLiteral("HTTP %1, no JSON Web Key Set").arg(answer->status))));
    m_keysFrom = job->metadata.keysUrl;
    m_keys = keys.toArray();
    job->keysAreFresh = true;
    judge(job);
}

void IdentityCheck::judge(const JobPtr& job) {
    const SignatureVerdict verdict = judgeSignature(m_keys, job->token);
    if (verdict == SignatureVerdict::UnknownKey && !job->keysAreFresh)
        return fetchKeys(job);
    if (verdict != SignatureVerdict::Good) {
        return job->done(fail(
            verdict == SignatureVerdict::Bad
                ? idTokenError(QStringLiteral("signature"), IdentityCheckWords::tr("its signature is wrong"))
                : idTokenError(
                      QStringLiteral("kid"),
                      IdentityCheckWords::tr("it is signed with a key the server does not publish"))));
    }
    const TokenSet& tokens = job->tokens;
    auto claims =
        checkIdTokenClaims(job->token,
                           {.issuer = job->metadata.issuer,
                            .clientId = m_clientId,
                            .nonce = job->nonce,
                            .serverNow = tokens.receivedAt.value_or(WallTime()) + tokens.serverAhead},
                           tokens.accessToken);
    if (!claims)
        return job->done(fail(claims.error()));
    job->tokens.identity = std::move(*claims);
    const bool nameless = job->tokens.identity->name.isEmpty() && job->tokens.identity->email.isEmpty();
    if (nameless && job->askName && !job->metadata.userInfoEndpoint.isEmpty())
        askUserInfo(job);
    else
        job->done(std::move(job->tokens));
}

/// Only a name for people is at stake: an endpoint that does not answer costs the name, not the sign-in. One
/// that answers for somebody else breaks a MUST (OpenID Connect Core 5.3.2) and ends it.
void IdentityCheck::askUserInfo(const JobPtr& job) {
    HttpRequest request;
    request.url = job->metadata.userInfoEndpoint;
    request.bearer = job->tokens.accessToken.clone();
    m_send(std::move(request), [job](const Expected<HttpAnswer>& answer) {
        const bool answered = answer && answer->status == 200 && answer->contentType == "application/json";
        if (!answered) {
            qCInfo(logAuth).noquote()
                << "no name from the userinfo endpoint:"
                << (answer ? QStringLiteral("HTTP %1").arg(answer->status) : answer.error().forSupport());
            return job->done(std::move(job->tokens));
        }
        const auto said = readClaimSet(QJsonDocument::fromJson(answer->body.reveal()).object());
        if (!said || said->user != job->tokens.identity->user) {
            return job->done(
                fail(idTokenError(QStringLiteral("userinfo sub"),
                                  IdentityCheckWords::tr("the server describes somebody else"))));
        }
        job->tokens.identity->name = said->name;
        job->tokens.identity->email = said->email;
        job->done(std::move(job->tokens));
    });
}

} // namespace apex::auth
