// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/close_codes.h"
#include "diagnosis/examination.h"
#include "protocol/decoder.h"

namespace apex::diagnosis {

using namespace Qt::StringLiterals;

namespace {

Fault upgradeFault(int status) {
    switch (status) {
    case 401:
        return Fault::SocketUnauthorized;
    case 403:
        return Fault::SocketForbidden;
    case 404:
    case 410:
        return Fault::SocketNotFound;
    case 413:
    case 431:
        return Fault::HeadersTooLarge;
    case 429:
    case 503:
        return Fault::SocketBusy;
    default:
        break;
    }
    return status >= 500 ? Fault::BackendUnwell : Fault::UpgradeBlocked;
}

bool isGreeting(const protocol::Event& event) {
    return std::holds_alternative<protocol::ConnectionEstablished>(event.body) ||
           std::holds_alternative<protocol::HandshakeResponse>(event.body);
}

} // namespace

void Doctor::Examination::checkSocket() {
    if (isBlocked())
        return;
    if (token.isEmpty())
        return skipped(DoctorWords::tr("it needs a sign-in"));
    if (profile().socketCredential != environment::SocketCredential::Ticket)
        return openSocket(token);
    // One of its own: the chat's connection never loses its ticket to the check.
    rest = std::make_unique<connection::RestClient>(
        profile(), [this](QObject*, const auto& ready) { ready(token.clone()); }, d.m_parts.network);
    rest->socketTicket(this, [this](Expected<Secret> given) {
        if (!given)
            return failed(Fault::TicketRefused, given.error());
        ticket = std::move(*given);
        openSocket(ticket);
    });
}

void Doctor::Examination::openSocket(const Secret& credential) {
    probes.push_back(std::make_unique<connection::RouteProbe>(profile()));
    probes.back()->upgrade(credential, d.m_parts.greetingDeadline,
                           [this](const connection::RouteReport& report) {
                               socket = report;
                               judgeUpgrade();
                           });
}

QString Doctor::Examination::withoutTicket(QString words) const {
    if (!ticket.isEmpty())
        words.replace(QString::fromLatin1(ticket.reveal()), u"[ticket]"_s);
    return words;
}

void Doctor::Examination::judgeUpgrade() {
    QStringList facts;
    if (socket->httpStatus != 0)
        facts.append(u"HTTP %1"_s.arg(socket->httpStatus));
    for (const char* name : {"server", "via", "retry-after", "www-authenticate"}) {
        if (const QByteArray value = socket->headers.value(name); !value.isEmpty())
            facts.append(withoutTicket(u"%1: %2"_s.arg(QLatin1String(name), QString::fromLatin1(value))));
    }
    const QString host = profile().socketUrl.host();
    if (socket->httpStatus == 101) {
        const QByteArray chosen = socket->headers.value("sec-websocket-protocol");
        if (!chosen.isEmpty())
            facts.append(u"subprotocol: "_s + QString::fromLatin1(chosen));
        if (profile().socketCredential == environment::SocketCredential::Subprotocol && chosen.isEmpty())
            return failed(Fault::SubprotocolIgnored,
                          DoctorWords::tr("%1 opened the connection without the subprotocol.").arg(host),
                          facts);
        return ok(DoctorWords::tr("%1 opened the live connection").arg(host), facts);
    }
    if (socket->httpStatus == 0) {
        facts.append(socket->errorText);
        return failed(Fault::UpgradeBlocked,
                      socket->timedOut ? DoctorWords::tr("%1 did not answer the upgrade in time.").arg(host)
                                       : DoctorWords::tr("%1 hung up on the upgrade.").arg(host),
                      facts);
    }
    failed(upgradeFault(socket->httpStatus),
           DoctorWords::tr("%1 refused the live connection with HTTP %2.").arg(host).arg(socket->httpStatus),
           facts);
}

void Doctor::Examination::checkGreeting() {
    if (isBlocked())
        return;
    if (!socket || socket->httpStatus != 101)
        return skipped(DoctorWords::tr("there is no live connection"));
    judgeFirstFrame();
}

void Doctor::Examination::judgeFirstFrame() {
    if (socket->closeCode != 0) {
        QStringList facts{u"close %1"_s.arg(socket->closeCode)};
        if (!socket->closeReason.isEmpty())
            facts.append(withoutTicket(socket->closeReason));
        return failed(Fault::ClosedByServer, connection::closeSentence(socket->closeCode), facts);
    }
    if (socket->firstFrame.isEmpty())
        return failed(
            Fault::NoGreeting,
            socket->timedOut
                ? DoctorWords::tr("No greeting came within %1.").arg(durationText(d.m_parts.greetingDeadline))
                : DoctorWords::tr("The server hung up without a greeting."));
    const bool agUi = profile().protocol == u"ag-ui"_s;
    protocol::Decoder decoder({}, agUi ? protocol::Dialect::AgUi : protocol::Dialect::Platform);
    const auto decoded = decoder.decode(socket->firstFrame);
    for (const protocol::Event& event : decoded.events) {
        if (isGreeting(event))
            return ok(DoctorWords::tr("the server says it is ready"));
        if (const auto* error = std::get_if<protocol::ServerError>(&event.body))
            return failed(Fault::ClosedByServer, DoctorWords::tr("The server answered with an error."),
                          {withoutTicket(error->message)});
    }
    failed(Fault::NoGreeting, DoctorWords::tr("The server's first message is not a greeting."));
}

} // namespace apex::diagnosis
