// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/http_answer.h"

#include "environment/profile_network.h"
#include "environment/tls_failure.h"
#include "environment/url_rules.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::connection {

using namespace Qt::StringLiterals;

namespace {

struct AnswerWords {
    Q_DECLARE_TR_FUNCTIONS(AnswerWords)
};

QString place(const QNetworkReply& reply) {
    return reply.url().toString(QUrl::RemoveQuery | QUrl::RemoveUserInfo | QUrl::RemoveFragment);
}

} // namespace

int statusOf(const QNetworkReply& reply) {
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

std::optional<std::chrono::seconds> retryAfterOf(const QNetworkReply& reply) {
    bool isNumber = false;
    const int seconds = reply.rawHeader("Retry-After").trimmed().toInt(&isNumber);
    if (!isNumber || seconds < 0)
        return std::nullopt;
    return std::chrono::seconds(std::min(seconds, 3600));
}

Error proxySignInError(const QString& details) {
    return makeError(
        ErrorKind::Network, AnswerWords::tr("The proxy of this network asks for a sign-in of its own."),
        AnswerWords::tr("Store its name and password for this environment, or ask an administrator."),
        details);
}

Error proxySilentError(const QString& details) {
    return makeError(ErrorKind::Network, AnswerWords::tr("The proxy of this network does not answer."),
                     AnswerWords::tr("Check the proxy of this environment or of this computer."), details);
}

Error transportError(const QNetworkReply& reply) {
    const QString host = reply.url().host();
    const QString details = u"%1, network error %2"_s.arg(place(reply)).arg(static_cast<int>(reply.error()));
    if (const auto tls = environment::tlsFailureOf(reply))
        return tls->toError();
    switch (reply.error()) {
    case QNetworkReply::HostNotFoundError:
        return makeError(ErrorKind::Network,
                         AnswerWords::tr("The name %1 is not known to this network.").arg(host),
                         AnswerWords::tr("Check your network or VPN."), details);
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return proxySignInError(details);
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
        return proxySilentError(details);
    case QNetworkReply::TimeoutError:
    case QNetworkReply::OperationCanceledError:
        return makeError(ErrorKind::Timeout, AnswerWords::tr("%1 did not answer in time.").arg(host),
                         AnswerWords::tr("Try again."), details);
    case QNetworkReply::InsecureRedirectError:
    case QNetworkReply::TooManyRedirectsError:
        return makeError(ErrorKind::Protocol,
                         AnswerWords::tr("%1 wants to send us to another host; that is refused.").arg(host),
                         AnswerWords::tr("Check the addresses of this environment."), details);
    default:
        break;
    }
    if (const QString proxy = environment::proxyOf(reply); !proxy.isEmpty())
        return makeError(ErrorKind::Network,
                         AnswerWords::tr("%1 could not be reached through the %2.").arg(host, proxy),
                         AnswerWords::tr("Check your network and the proxy of this environment."), details);
    if (environment::isLoopbackHost(host))
        return makeError(
            ErrorKind::Network,
            AnswerWords::tr("Nothing answers at %1 on this computer.").arg(reply.url().authority()),
            AnswerWords::tr("The local backend is started again by itself; a server of your own you have to "
                            "start yourself."),
            details);
    return makeError(ErrorKind::Network, AnswerWords::tr("%1 could not be reached.").arg(host),
                     AnswerWords::tr("Check your network or VPN."), details);
}

ProbeAnswer probeAnswer(QNetworkReply& reply) {
    using Verdict = ProbeAnswer::Verdict;
    const int status = statusOf(reply);
    const QString details = u"%1 answered http %2"_s.arg(place(reply)).arg(status);
    const auto saying = [&](Verdict verdict, ErrorKind kind, const QString& happened, const QString& action) {
        return ProbeAnswer{verdict, retryAfterOf(reply), makeError(kind, happened, action, details)};
    };
    if (status == 0)
        return {Verdict::Unreachable, {}, transportError(reply)};
    if (status == 401)
        return saying(Verdict::Unauthorized, ErrorKind::Authentication,
                      AnswerWords::tr("The server did not accept this sign-in."),
                      AnswerWords::tr("If it stays so, sign in again."));
    if (status == 403)
        return saying(Verdict::Forbidden, ErrorKind::Denied,
                      AnswerWords::tr("This account is not allowed to use this service."),
                      AnswerWords::tr("Ask an administrator for access."));
    if (status == 429)
        return saying(Verdict::Busy, ErrorKind::Unavailable,
                      AnswerWords::tr("The server asks this account to slow down."), {});
    if (status >= 500)
        return saying(Verdict::Busy, ErrorKind::Unavailable,
                      AnswerWords::tr("The server has a problem or is still starting."), {});
    return {Verdict::Accepted, {}, {}};
}

} // namespace apex::connection
