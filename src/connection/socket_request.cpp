// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/socket_request.h"

#include "base/random.h"
#include "connection/http_answer.h"
#include "protocol/decoder.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QUrlQuery>

#include <algorithm>

namespace apex::connection {

using namespace Qt::StringLiterals;
using environment::SocketCredential;

namespace {

struct UpgradeWords {
    Q_DECLARE_TR_FUNCTIONS(UpgradeWords)
};

QUrl withTicket(QUrl url, const Secret& ticket) {
    QUrlQuery query(url);
    query.addQueryItem(u"ticket"_s, QString::fromLatin1(ticket.reveal()));
    url.setQuery(query);
    return url;
}

} // namespace

qint64 maxIncomingBytes(const environment::Profile& profile) {
    return std::max(profile.maxFrameBytes, qint64{protocol::DecoderLimits{}.maxFrameBytes});
}

SocketRequest socketRequest(const environment::Profile& profile, const Secret& credential) {
    SocketRequest made;
    made.request.setUrl(profile.socketUrl);
    made.request.setRawHeader("User-Agent", "apex-desktop/" APEX_VERSION);
    switch (profile.socketCredential) {
    case SocketCredential::Header:
        made.request.setRawHeader("Authorization", "Bearer " + credential.reveal());
        break;
    case SocketCredential::Subprotocol:
        made.options.setSubprotocols(
            {u"jwt-auth"_s, u"jwt."_s + QString::fromLatin1(base64Url(credential.reveal()))});
        break;
    case SocketCredential::Ticket:
        made.request.setUrl(withTicket(profile.socketUrl, credential));
        break;
    }
    return made;
}

int statusHint(const QString& errorText) {
    static const QRegularExpression pattern(u"\\b([345]\\d\\d)\\b"_s);
    const auto match = pattern.match(errorText);
    return match.hasMatch() ? match.capturedView(1).toInt() : 0;
}

Error upgradeError(QAbstractSocket::SocketError code, const QString& text, const QUrl& url, bool& isFinal) {
    const QString host = url.host();
    const int status = statusHint(text);
    const QString details = u"%1:%2, socket error %3%4"_s.arg(host)
                                .arg(url.port())
                                .arg(static_cast<int>(code))
                                .arg(status > 0 ? u", http status %1"_s.arg(status) : QString());
    isFinal = true;
    switch (code) {
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError:
        return makeError(
            ErrorKind::Tls, UpgradeWords::tr("The secure channel to %1 could not be trusted.").arg(host),
            UpgradeWords::tr("Your company's certificate may be missing. Run the connection check."),
            details);
    case QAbstractSocket::HostNotFoundError:
        return makeError(ErrorKind::Network,
                         UpgradeWords::tr("The name %1 is not known to this network.").arg(host),
                         UpgradeWords::tr("Check your network or VPN."), details);
    case QAbstractSocket::ProxyAuthenticationRequiredError:
        return proxySignInError(details);
    case QAbstractSocket::ProxyConnectionRefusedError:
    case QAbstractSocket::ProxyConnectionClosedError:
    case QAbstractSocket::ProxyConnectionTimeoutError:
    case QAbstractSocket::ProxyNotFoundError:
    case QAbstractSocket::ProxyProtocolError:
        return proxySilentError(details);
    default:
        break;
    }
    isFinal = false;
    return makeError(ErrorKind::Network,
                     UpgradeWords::tr("The live connection to %1 could not be opened.").arg(host), {},
                     details);
}

} // namespace apex::connection
