// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/authorization_metadata.h"
#include "auth/json_web_token.h"
#include "auth/pkce.h"
#include "base/random.h"
#include "connection/http_answer.h"
#include "diagnosis/examination.h"
#include "protocol/names.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>

#include <algorithm>

namespace apex::diagnosis {

using namespace Qt::StringLiterals;

namespace {

/// Gateways commonly take 8 KB of headers in all; a token of this size is worth knowing.
constexpr qsizetype LargeToken = 4 * 1024;
constexpr qsizetype MaxPageBytes = 64 * 1024;
/// The port only has to look like one of a loopback listener; nothing listens.
constexpr int SomePort = 49'999;

QString minutesUntil(WallTime then, WallTime now) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(then - now);
    return ms.count() < 0 ? DoctorWords::tr("%1 ago").arg(durationText(-ms))
                          : DoctorWords::tr("in %1").arg(durationText(ms));
}

QStringList audiencesOf(const QJsonValue& claim) {
    QStringList audiences;
    if (claim.isString())
        audiences.append(claim.toString());
    const QJsonArray several = claim.toArray();
    for (const QJsonValue& one : several)
        audiences.append(one.toString());
    audiences.removeAll(QString());
    return audiences;
}

} // namespace

void Doctor::Examination::checkDiscovery() {
    if (isBlocked())
        return;
    askMetadata(0);
}

void Doctor::Examination::askMetadata(qsizetype index) {
    QUrl url;
    if (isOAuth()) {
        url = auth::metadataUrls(profile().issuer).value(index);
    } else if (index == 0) {
        url = profile().issuer;
        url.setPath(url.path().chopped(url.path().endsWith(u'/') ? 1 : 0) +
                    protocol::names::path::AuthConfig);
    }
    if (url.isEmpty())
        return failed(Fault::DiscoveryMissing,
                      DoctorWords::tr("%1 does not describe itself.").arg(profile().issuer.toString()),
                      missingPlaces);
    QNetworkReply* reply = get(url);
    connect(reply, &QNetworkReply::finished, this, [this, reply, index] { metadataAnswered(*reply, index); });
}

void Doctor::Examination::metadataAnswered(QNetworkReply& reply, qsizetype index) {
    const int status = connection::statusOf(reply);
    const QString place = reply.url().toString(QUrl::RemoveQuery);
    if (status == 0)
        return failed(Fault::DiscoveryUnusable, connection::transportError(reply));
    if (status != 200) {
        missingPlaces.append(u"%1: HTTP %2"_s.arg(place).arg(status));
        return askMetadata(index + 1);
    }
    if (!isOAuth())
        return ok(DoctorWords::tr("%1 answered").arg(reply.url().authority()), {place});
    const auto metadata = auth::parseMetadata(reply.read(MaxPageBytes), profile().issuer);
    if (!metadata) {
        const bool mismatch = metadata.error().details.contains(u"it says: ");
        return failed(mismatch ? Fault::IssuerMismatch : Fault::DiscoveryUnusable, metadata.error(), {place});
    }
    authorizationEndpoint = metadata->authorizationEndpoint;
    ok(DoctorWords::tr("%1 describes itself; code flow with PKCE").arg(metadata->issuer), {place});
}

void Doctor::Examination::checkClient() {
    if (isBlocked())
        return;
    if (!isOAuth())
        return skipped(DoctorWords::tr("not needed: the platform's own sign-in registers no programs"));
    if (!authorizationEndpoint)
        return skipped(DoctorWords::tr("see \"%1\"").arg(DoctorWords::tr("Sign-in server")));
    // The request that a browser would begin with; it signs nobody in and its answer is not followed.
    const QUrl redirect(u"http://127.0.0.1:%1/callback"_s.arg(SomePort));
    QUrlQuery query(*authorizationEndpoint);
    const auto add = [&query](const QString& name, const QString& value) {
        query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    };
    add(u"response_type"_s, u"code"_s);
    add(u"client_id"_s, profile().clientId);
    add(u"redirect_uri"_s, redirect.toString());
    if (!profile().scopes.isEmpty())
        add(u"scope"_s, profile().scopes.join(u' '));
    if (!profile().resource.isEmpty())
        add(u"resource"_s, profile().resource);
    add(u"state"_s, QString::fromLatin1(randomToken()));
    add(u"code_challenge"_s, QString::fromLatin1(randomToken()));
    add(u"code_challenge_method"_s, u"S256"_s);
    QUrl url = *authorizationEndpoint;
    url.setQuery(query);
    QNetworkReply* reply = get(url);
    connect(reply, &QNetworkReply::finished, this,
            [this, reply, redirect] { clientAnswered(*reply, redirect); });
}

void Doctor::Examination::clientAnswered(QNetworkReply& reply, const QUrl& redirect) {
    const int status = connection::statusOf(reply);
    const QString id = profile().clientId;
    const QStringList facts{u"HTTP %1"_s.arg(status)};
    if (status == 0)
        return failed(Fault::DiscoveryUnusable, connection::transportError(reply));
    if (status >= 400 && status < 500) {
        const QString page = QString::fromUtf8(reply.read(MaxPageBytes));
        if (page.contains(u"redirect", Qt::CaseInsensitive))
            return failed(Fault::RedirectRefused,
                          DoctorWords::tr("The client \"%1\" may not be sent back to %2.")
                              .arg(id, redirect.toString(QUrl::RemovePort)),
                          facts);
        return failed(Fault::ClientRefused, DoctorWords::tr("The client \"%1\" is refused.").arg(id), facts);
    }
    if (status >= 500)
        return failed(Fault::DiscoveryUnusable,
                      DoctorWords::tr("The sign-in page of %1 does not work.").arg(reply.url().host()),
                      facts);
    const QUrl target = reply.header(QNetworkRequest::LocationHeader).toUrl();
    const QString refusal = QUrlQuery(target).queryItemValue(u"error"_s);
    if (target.host() == redirect.host() && target.path() == redirect.path() && !refusal.isEmpty() &&
        refusal != u"login_required"_s)
        return failed(Fault::ClientRefused,
                      DoctorWords::tr("The client \"%1\" is refused: %2.").arg(id, refusal.left(80)), facts);
    ok(DoctorWords::tr("the client \"%1\" and its redirect are accepted").arg(id), facts);
}

void Doctor::Examination::checkSignIn() {
    if (isBlocked())
        return;
    if (keychainFailed)
        return skipped(DoctorWords::tr("see \"%1\"").arg(DoctorWords::tr("Keychain")));
    if (!d.m_parts.signIn)
        return skipped(DoctorWords::tr("there is no session"));
    d.m_parts.signIn(this, [this](SignInFacts facts) {
        signIn = std::move(facts);
        judgeSignIn();
    });
}

void Doctor::Examination::judgeSignIn() {
    QStringList facts;
    if (signIn->sessionOnly)
        facts.append(DoctorWords::tr("for this session only, as chosen; nothing is in the keychain"));
    if (d.m_parts.history)
        facts += d.m_parts.history();
    switch (signIn->state) {
    case SignInFacts::State::SignedOut:
        return failed(Fault::SignedOut, DoctorWords::tr("Nobody is signed in here."), facts);
    case SignInFacts::State::Ended:
        return failed(Fault::SignInEnded, signIn->error, facts);
    case SignInFacts::State::RenewalFailing:
        return failed(Fault::RenewalFailing, signIn->error, facts);
    case SignInFacts::State::StoreTrouble:
        return failed(Fault::KeychainUnreliable, signIn->error, facts);
    case SignInFacts::State::SignedIn:
        break;
    }
    QString who = DoctorWords::tr("an account whose token cannot be read");
    if (signIn->claims)
        who = signIn->claims->name.isEmpty() ? signIn->claims->user.toString() : signIn->claims->name;
    ok(DoctorWords::tr("signed in as %1").arg(who), facts);
}

void Doctor::Examination::checkToken() {
    if (isBlocked())
        return;
    if (!signIn || signIn->state != SignInFacts::State::SignedIn || !d.m_parts.token)
        return skipped(DoctorWords::tr("it needs a sign-in"));
    d.m_parts.token(this, [this](Expected<Secret> fresh) {
        if (!fresh)
            return failed(fresh.error().kind == ErrorKind::Authentication ? Fault::SignInEnded
                                                                          : Fault::RenewalFailing,
                          fresh.error());
        token = std::move(*fresh);
        judgeToken(token);
    });
}

void Doctor::Examination::judgeToken(const Secret& access) {
    const auto parsed = auth::parseJsonWebToken(access.reveal());
    QStringList facts{DoctorWords::tr("%1 bytes").arg(access.size())};
    if (!parsed)
        return ok(DoctorWords::tr("opaque: only the server can read it"), facts);
    const QJsonObject& claims = parsed->payload;
    const WallTime now = d.m_parts.clock.wallNow() + serverAhead.value_or(std::chrono::milliseconds(0));
    const auto issued = auth::numericDate(claims.value(u"iat"));
    const auto expires = auth::numericDate(claims.value(u"exp"));
    const QStringList audiences = audiencesOf(claims.value(u"aud"));
    if (!claims.value(u"iss").toString().isEmpty())
        facts.append(DoctorWords::tr("issuer: %1").arg(claims.value(u"iss").toString()));
    if (!audiences.isEmpty())
        facts.append(DoctorWords::tr("made out to: %1").arg(audiences.join(u", "_s)));
    if (!claims.value(u"scope").toString().isEmpty())
        facts.append(DoctorWords::tr("scopes: %1").arg(claims.value(u"scope").toString()));
    if (issued && expires)
        facts.append(DoctorWords::tr("lifetime: %1")
                         .arg(durationText(
                             std::chrono::duration_cast<std::chrono::milliseconds>(*expires - *issued))));
    const QString wanted = profile().resource.isEmpty() ? profile().audience : profile().resource;
    if (!wanted.isEmpty() && !audiences.isEmpty() && !audiences.contains(wanted))
        return failed(Fault::TokenWrongAudience,
                      DoctorWords::tr("The token is not made out to %1.").arg(wanted), facts);
    if (expires && *expires <= now)
        return failed(Fault::TokenExpired,
                      DoctorWords::tr("The token expired %1.").arg(minutesUntil(*expires, now)), facts);
    const QString until =
        expires ? DoctorWords::tr("expires %1 by the server's clock").arg(minutesUntil(*expires, now))
                : DoctorWords::tr("does not say when it expires");
    if (access.size() > LargeToken)
        return warn(Fault::HeadersTooLarge,
                    DoctorWords::tr("a large token of %1 bytes, %2").arg(access.size()).arg(until), facts);
    ok(until, facts);
}

void Doctor::Examination::checkRenewal() {
    if (isBlocked())
        return;
    if (!signIn || signIn->state != SignInFacts::State::SignedIn)
        return skipped(DoctorWords::tr("it needs a sign-in"));
    // Asked again: the token that was fetched meanwhile may have been renewed for it.
    d.m_parts.signIn(this, [this](const SignInFacts& facts) { judgeRenewal(facts.nextRefresh); });
}

void Doctor::Examination::judgeRenewal(const std::optional<WallTime>& planned) {
    const WallTime now = d.m_parts.clock.wallNow();
    if (!planned)
        return ok(DoctorWords::tr("none is planned: the sign-in holds until its token expires"));
    ok(*planned <= now ? DoctorWords::tr("due now")
                       : DoctorWords::tr("planned %1").arg(minutesUntil(*planned, now)));
}

} // namespace apex::diagnosis
