// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/http_call.h"

#include "environment/tls_failure.h"
#include "environment/url_rules.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

namespace apex::auth {

namespace {

constexpr qint64 maxAnswerBytes = 1024 * 1024;
constexpr auto totalDeadline = std::chrono::seconds(30);

QNetworkRequest prepared(const QSslConfiguration& tls, const HttpRequest& request) {
    QNetworkRequest prepared(request.url);
    prepared.setSslConfiguration(tls);
    prepared.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    prepared.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    prepared.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    prepared.setRawHeader("Accept", "application/json");
    prepared.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("ApexDesktop/" APEX_VERSION));
    if (!request.contentType.isEmpty())
        prepared.setHeader(QNetworkRequest::ContentTypeHeader, request.contentType);
    if (!request.bearer.isEmpty())
        prepared.setRawHeader("Authorization", "Bearer " + request.bearer.reveal());
    return prepared;
}

} // namespace

std::optional<WallTime> parseHttpDate(const QByteArray& text) {
    QDateTime time =
        QLocale::c().toDateTime(QString::fromLatin1(text), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!time.isValid())
        return std::nullopt;
    time.setTimeZone(QTimeZone::utc());
    return WallTime(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

HttpCall::HttpCall(QObject* parent, Done done) : QObject(parent), m_done(std::move(done)) {}

HttpCall::~HttpCall() {
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    m_reply->abort();
    m_reply->deleteLater();
}

void HttpCall::send(QNetworkAccessManager& network, const QSslConfiguration& tls, HttpRequest request,
                    QObject* parent, Done done) {
    auto* call = new HttpCall(parent, std::move(done));
    call->start(network, tls, request);
}

void HttpCall::start(QNetworkAccessManager& network, const QSslConfiguration& tls,
                     const HttpRequest& request) {
    const QNetworkRequest outgoing = prepared(tls, request);
    m_reply =
        request.contentType.isEmpty() ? network.get(outgoing) : network.post(outgoing, request.body.reveal());
    connect(m_reply, &QNetworkReply::finished, this, &HttpCall::finish, Qt::QueuedConnection);
    connect(m_reply, &QNetworkReply::downloadProgress, this, [this](qint64 received, qint64 total) {
        if (received > maxAnswerBytes || total > maxAnswerBytes) {
            m_tooLarge = true;
            m_reply->abort();
        }
    });
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        m_timedOut = true;
        m_reply->abort();
    });
    m_deadline.start(totalDeadline);
}

void HttpCall::finish() {
    m_deadline.stop();
    deleteLater();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    // A status line followed by a broken body is no answer: what is missing could be the tokens.
    const auto error = m_reply->error();
    const bool complete = error == QNetworkReply::NoError || error > QNetworkReply::UnknownProxyError;
    if (status == 0 || !complete || m_tooLarge || m_timedOut) {
        m_done(fail(transportError()));
        return;
    }
    HttpAnswer answer;
    answer.status = status;
    answer.contentType = m_reply->header(QNetworkRequest::ContentTypeHeader)
                             .toByteArray()
                             .split(';')
                             .value(0)
                             .trimmed()
                             .toLower();
    answer.body = Secret(m_reply->readAll());
    answer.serverTime = parseHttpDate(m_reply->rawHeader("Date"));
    m_done(std::move(answer));
}

Error HttpCall::transportError() const {
    const QString host = m_reply->url().host();
    const QString details =
        QStringLiteral("host: %1, network error %2: %3")
            .arg(host)
            .arg(static_cast<int>(m_reply->error()))
            .arg(m_tooLarge || m_timedOut ? QString() : m_reply->errorString().section(u'?', 0, 0));
    if (m_tooLarge) {
        return makeError(ErrorKind::Protocol, tr("The sign-in server's answer was too large to be one."),
                         tr("Check the address of the environment, or ask your administrator."), details);
    }
    if (m_timedOut) {
        return makeError(ErrorKind::Timeout,
                         tr("The sign-in server %1 did not answer within 30 seconds.").arg(host),
                         tr("Check your network and try again."), details);
    }
    if (const auto tls = environment::tlsFailureOf(*m_reply))
        return tls->toError();
    if (m_reply->error() == QNetworkReply::ProxyAuthenticationRequiredError) {
        return makeError(ErrorKind::Network, tr("The network's proxy wants a sign-in of its own."),
                         tr("Check the proxy settings of this computer."), details);
    }
    if (environment::isLoopbackHost(host))
        return makeError(
            ErrorKind::Network,
            tr("No sign-in server answers at %1 on this computer.").arg(m_reply->url().authority()),
            tr("The local backend is started again by itself; a server of your own you have to start "
               "yourself."),
            details);
    return makeError(ErrorKind::Network, tr("The sign-in server %1 cannot be reached.").arg(host),
                     tr("Check your network and try again."), details);
}

} // namespace apex::auth
