// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/auth_entry_points.h"

#include "auth/authorization_metadata.h"
#include "auth/callback_judgement.h"
#include "auth/device_authorization.h"
#include "auth/id_token.h"
#include "auth/token_response.h"
#include "base/random.h"

#include <QJsonDocument>

#include <algorithm>
#include <cstdlib>

namespace apex::fuzz {

namespace {

const QByteArray callbackPath = "/callback";
const QByteArray authority = "127.0.0.1:4711";
const QByteArray state = "st4te";

void require(bool holds, const char* what) {
    if (holds)
        return;
    qCritical("broken invariant: %s", what);
    std::abort();
}

void checkJudgement(const auth::CallbackParameters& parameters) {
    const auto judgement =
        auth::judgeCallback(parameters, {.state = Secret(QByteArray(state.constData(), state.size())),
                                         .issuer = QStringLiteral("https://id.example"),
                                         .issuerRequired = false});
    if (std::holds_alternative<auth::NotOurs>(judgement))
        return;
    require(parameters.single("state") == state, "only the right state is ours");
    const auto issuer = parameters.single("iss");
    if (const auto* granted = std::get_if<auth::Granted>(&judgement)) {
        require(!granted->code.isEmpty() && parameters.single("code") == granted->code.reveal(),
                "the code is the one that came");
        require(!parameters.single("error"), "no code beside an error");
        require(!issuer || *issuer == "https://id.example", "no code of another issuer");
    } else {
        const Error& error = std::get<auth::Refusal>(judgement).error;
        require(!error.happened.isEmpty() && !error.action.isEmpty(), "refusals have words");
        require(std::all_of(error.details.begin(), error.details.end(), [](QChar c) { return c.isPrint(); }),
                "server words are printable");
    }
}

auth::CallbackRequest::Kind judge(const QByteArray& bytes) {
    const auto request = auth::parseCallbackRequest(bytes, callbackPath, authority);
    using Kind = auth::CallbackRequest::Kind;
    if (request.kind == Kind::Callback) {
        require(bytes.startsWith("GET /callback"), "only GET of our path is a callback");
        require(bytes.indexOf("\r\n\r\n") < auth::maxRequestBytes, "no callback beyond the limit");
        require(!request.parameters.hasDuplicates(), "no parameter twice");
        checkJudgement(request.parameters);
    }
    if (bytes.size() > auth::maxRequestBytes)
        require(request.kind != Kind::Incomplete, "nobody is read for ever");
    return request.kind;
}

void checkToken(const QByteArray& compact) {
    const auto token = auth::parseJsonWebToken(compact);
    if (!token) {
        require(!token.error().details.isEmpty(), "refused tokens have a reason");
        return;
    }
    require(compact.startsWith(QByteArray(token->signedBytes + '.')), "the signature covers what came");
    if (const auto claims = auth::readClaimSet(token->payload)) {
        require(!claims->user.isEmpty(), "claims have an owner");
        for (const QString& text : {claims->name, claims->email})
            require(text.size() <= 256 && !text.contains(QChar(0x1b)) && !text.contains(u'\n'),
                    "names are fit for people");
    }
    if (!auth::checkIdTokenHeader(*token))
        return;
    static_cast<void>(auth::judgeSignature({}, *token));
    const auto claims = auth::checkIdTokenClaims(*token,
                                                 {.issuer = QStringLiteral("https://id.example"),
                                                  .clientId = QStringLiteral("apex-desktop"),
                                                  .nonce = "a nonce nobody knows",
                                                  .serverNow = WallTime(std::chrono::seconds(1'795'000'000))},
                                                 Secret("an access token"));
    require(!claims, "nobody guesses the nonce");
}

} // namespace

void readRedirect(const QByteArray& input) {
    using Kind = auth::CallbackRequest::Kind;
    const Kind whole = judge(input);
    // A request that has ended is judged by its head alone.
    if (whole == Kind::Callback || whole == Kind::WrongPath || whole == Kind::WrongMethod)
        require(judge(input + "more") == whole, "what follows changes nothing");
    // A request is undecided until its head has ended, wherever the network cuts it.
    const qsizetype end = input.indexOf("\r\n\r\n");
    for (const qsizetype cut : {input.size() / 3, input.size() / 2, input.size() - 1}) {
        if (cut > 0 && cut < auth::maxRequestBytes && (end < 0 || cut < end + 4))
            require(judge(input.left(cut)) == Kind::Incomplete, "half a request is none");
    }
    judge("GET /callback?" + input + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    judge("GET /callback?state=" + state + '&' + input + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    if (const auto parameters = auth::CallbackParameters::parse(input))
        checkJudgement(*parameters);
}

void readJwt(const QByteArray& input) {
    checkToken(input);
    const QByteArray header = base64Url(R"({"alg":"ES256","kid":"k1"})");
    checkToken(header + '.' + base64Url(input) + ".AAAA");
    checkToken(base64Url(input) + '.' + base64Url(R"({"sub":"u"})") + ".AAAA");
    // A provider's key set: any key may come, none may crash or stall us.
    const QJsonObject keySet = QJsonDocument::fromJson(input).object();
    for (const char* algorithm : {"RS256", "PS384", "ES256", "ES512", "EdDSA"}) {
        const auth::JsonWebToken token{.header = {{QStringLiteral("alg"), QString::fromLatin1(algorithm)}},
                                       .payload = {},
                                       .signedBytes = "signed",
                                       .signature = QByteArray(64, 's')};
        static_cast<void>(auth::judgeSignature(keySet.value(u"keys").toArray(), token));
    }
    static_cast<void>(auth::parseMetadata(input, QUrl(QStringLiteral("https://id.example"))));
    for (const int status : {200, 400}) {
        const auth::HttpAnswer answer{.status = status,
                                      .contentType = "application/json",
                                      .body = Secret(QByteArray(input.constData(), input.size())),
                                      .serverTime = {}};
        const WallTime now{std::chrono::seconds(1'795'000'000)};
        const auto tokens = auth::readTokenAnswer(answer, auth::TokenDialect::OAuth, now);
        require(!tokens || (status == 200 && !tokens->accessToken.isEmpty()), "tokens come with 200 only");
        static_cast<void>(auth::readTokenAnswer(answer, auth::TokenDialect::Platform, now));
        if (const auto device = auth::readDeviceAuthorization(answer, false)) {
            require(device->verificationUri.scheme() == QStringLiteral("https"), "no plain address");
            require(device->interval.count() >= 1 && device->lifetime.count() >= 1, "times are positive");
        }
        static_cast<void>(auth::readDeviceWait(answer));
        static_cast<void>(auth::readDeviceRefusal(answer));
    }
}

} // namespace apex::fuzz
