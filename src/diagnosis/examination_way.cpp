// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/http_call.h"
#include "connection/http_answer.h"
#include "diagnosis/examination.h"
#include "environment/url_rules.h"
#include "protocol/names.h"

#include <QHostAddress>
#include <QNetworkReply>

#include <algorithm>
#include <cstdlib>

namespace apex::diagnosis {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using connection::RouteStage;
using environment::TlsProblem;

namespace {

/// Servers allow some minutes; below one minute it is not worth a word.
constexpr auto SkewWorthKnowing = 60s;
constexpr auto SkewThatBreaks = 5min;

int portOf(const QUrl& address) {
    const bool secure = address.scheme() == u"https"_s || address.scheme() == u"wss"_s;
    return address.port(secure ? 443 : 80);
}

bool isLiteral(const QString& host) {
    return QHostAddress().setAddress(host) || environment::isLoopbackHost(host);
}

bool isProxyTrouble(QAbstractSocket::SocketError error) {
    switch (error) {
    case QAbstractSocket::ProxyAuthenticationRequiredError:
    case QAbstractSocket::ProxyConnectionRefusedError:
    case QAbstractSocket::ProxyConnectionClosedError:
    case QAbstractSocket::ProxyConnectionTimeoutError:
    case QAbstractSocket::ProxyNotFoundError:
    case QAbstractSocket::ProxyProtocolError:
        return true;
    default:
        return false;
    }
}

Fault certificateFault(TlsProblem problem) {
    switch (problem) {
    case TlsProblem::UnknownAuthority:
    case TlsProblem::SelfSigned:
        return Fault::UnknownAuthority;
    case TlsProblem::Expired:
    case TlsProblem::NotYetValid:
        return Fault::CertificateExpired;
    case TlsProblem::WrongHost:
        return Fault::CertificateWrongHost;
    case TlsProblem::OldVersion:
        return Fault::OldTlsVersion;
    case TlsProblem::Revoked:
    case TlsProblem::Other:
        break;
    }
    return Fault::CertificateRefused;
}

} // namespace

void Doctor::Examination::checkNames() {
    if (isBlocked())
        return;
    for (const QUrl& address : {profile().apiUrl, profile().issuer, profile().socketUrl}) {
        const QString place = u"%1:%2"_s.arg(address.host()).arg(portOf(address));
        const bool known =
            std::any_of(ways.begin(), ways.end(), [&](const Way& way) { return way.place == place; });
        if (!known)
            ways.push_back({address, place, {}});
    }
    QStringList hosts;
    for (const Way& way : ways) {
        const bool direct = environment::proxyFor(profile(), way.address).type() == QNetworkProxy::NoProxy;
        if (direct && !isLiteral(way.address.host()))
            hosts.append(way.address.host());
    }
    hosts.removeDuplicates();
    if (hosts.isEmpty())
        return ok(DoctorWords::tr("no name has to be looked up from here"));
    namesAwaited = static_cast<int>(hosts.size());
    for (const QString& host : std::as_const(hosts))
        QHostInfo::lookupHost(host, this, [this](const QHostInfo& info) { nameLookedUp(info); });
}

void Doctor::Examination::nameLookedUp(const QHostInfo& info) {
    if (info.error() != QHostInfo::NoError) {
        unknownNames.append(info.hostName());
        nameFacts.append(u"%1: %2"_s.arg(info.hostName(), info.errorString()));
    } else {
        QStringList addresses;
        for (const QHostAddress& address : info.addresses().mid(0, 4))
            addresses.append(address.toString());
        nameFacts.append(u"%1: %2"_s.arg(info.hostName(), addresses.join(u", "_s)));
    }
    if (--namesAwaited > 0)
        return;
    if (unknownNames.isEmpty())
        return ok(DoctorWords::tr("all names are known"), nameFacts);
    blockedBy = DoctorWords::tr("Server names");
    failed(Fault::NameUnknown,
           DoctorWords::tr("The name %1 is not known to this network.").arg(unknownNames.join(u", "_s)),
           nameFacts);
}

void Doctor::Examination::checkProxy() {
    if (isBlocked())
        return;
    wayIndex = 0;
    reachNext();
}

void Doctor::Examination::reachNext() {
    if (wayIndex >= ways.size())
        return judgeProxy();
    probes.push_back(std::make_unique<connection::RouteProbe>(profile()));
    probes.back()->reach(ways[wayIndex].address, [this](const connection::RouteReport& report) {
        ways[wayIndex++].report = report;
        reachNext();
    });
}

void Doctor::Examination::judgeProxy() {
    QStringList facts;
    for (const Way& way : ways)
        facts.append(u"%1: %2"_s.arg(way.place,
                                     environment::proxyWords(environment::proxyFor(profile(), way.address))));
    for (const Way& way : ways) {
        const auto& report = way.report;
        if (report.stage != RouteStage::Connecting || !isProxyTrouble(report.socketError))
            continue;
        blockedBy = DoctorWords::tr("Proxy");
        facts.append(report.errorText);
        const QString proxy = environment::proxyWords(environment::proxyFor(profile(), way.address));
        if (report.socketError == QAbstractSocket::ProxyAuthenticationRequiredError)
            return failed(Fault::ProxySignIn,
                          profile().proxySignIn
                              ? DoctorWords::tr("%1 does not accept the name and password.").arg(proxy)
                              : DoctorWords::tr("%1 asks for a sign-in of its own.").arg(proxy),
                          facts);
        return failed(Fault::ProxyUnreachable,
                      DoctorWords::tr("%1 did not open the way to %2.").arg(proxy, way.place), facts);
    }
    const bool any = std::any_of(ways.begin(), ways.end(), [this](const Way& way) {
        return environment::proxyFor(profile(), way.address).type() != QNetworkProxy::NoProxy;
    });
    ok(any ? DoctorWords::tr("connections take a proxy") : DoctorWords::tr("no proxy is used"), facts);
}

void Doctor::Examination::checkReach() {
    if (isBlocked())
        return;
    QStringList facts;
    for (const Way& way : ways) {
        if (way.report.stage == RouteStage::Connecting)
            facts.append(u"%1: %2"_s.arg(way.place, way.report.timedOut ? DoctorWords::tr("no answer in 15 s")
                                                                        : way.report.errorText));
        else // behind a proxy only the proxy knows the server's address
            facts.append(way.report.peer.isEmpty()
                             ? DoctorWords::tr("%1: reached through the proxy").arg(way.place)
                             : DoctorWords::tr("%1: reached at %2").arg(way.place, way.report.peer));
    }
    for (const Way& way : ways) {
        if (way.report.stage != RouteStage::Connecting)
            continue;
        blockedBy = DoctorWords::tr("Way to the servers");
        if (way.report.socketError == QAbstractSocket::HostNotFoundError)
            return failed(Fault::NameUnknown,
                          DoctorWords::tr("The name %1 is not known.").arg(way.address.host()), facts);
        if (way.report.socketError == QAbstractSocket::ConnectionRefusedError)
            return failed(Fault::ConnectionRefused, DoctorWords::tr("Nothing answers at %1.").arg(way.place),
                          facts);
        return failed(Fault::NoAnswer, DoctorWords::tr("%1 could not be reached.").arg(way.place), facts);
    }
    ok(ways.size() == 1 ? DoctorWords::tr("the server was reached")
                        : DoctorWords::tr("%n servers reached", nullptr, static_cast<int>(ways.size())),
       facts);
}

void Doctor::Examination::checkCertificate() {
    if (isBlocked())
        return;
    QStringList facts;
    int secured = 0;
    for (const Way& way : ways) {
        const auto& report = way.report;
        for (const QString& line : report.chain)
            facts.append(u"%1: %2"_s.arg(way.place, line));
        if (report.stage == RouteStage::Arrived) {
            if (!report.secureWith.isEmpty()) {
                ++secured;
                facts.append(u"%1: %2"_s.arg(way.place, report.secureWith));
            }
            continue;
        }
        blockedBy = DoctorWords::tr("Certificates");
        if (!report.tls) {
            facts.append(report.errorText);
            return failed(Fault::CertificateRefused,
                          DoctorWords::tr("%1 did not finish opening a secure channel.").arg(way.place),
                          facts);
        }
        facts.append(report.tls->details);
        return failed(certificateFault(report.tls->problem), report.tls->happened, facts);
    }
    ok(secured == 0 ? DoctorWords::tr("not needed: the servers are on this computer")
                    : DoctorWords::tr("the certificates are trusted"),
       facts);
}

void Doctor::Examination::checkBackend() {
    if (isBlocked())
        return;
    QUrl url = profile().apiUrl;
    url.setPath(protocol::names::path::Health);
    const WallTime sent = d.m_parts.clock.wallNow();
    const MonoTime began = d.m_parts.clock.monoNow();
    QNetworkReply* reply = get(url);
    connect(reply, &QNetworkReply::finished, this,
            [this, reply, sent, began] { backendAnswered(*reply, sent, began); });
}

void Doctor::Examination::backendAnswered(const QNetworkReply& reply, WallTime sent, MonoTime began) {
    const MonoTime took = d.m_parts.clock.monoNow() - began;
    if (const auto date = auth::parseHttpDate(reply.rawHeader("Date"))) {
        // The Date header has whole seconds: its middle against the middle of our wait.
        serverAhead =
            std::chrono::duration_cast<std::chrono::milliseconds>((*date + 500ms) - (sent + took / 2));
    }
    const int status = connection::statusOf(reply);
    if (status == 0) {
        blockedBy = DoctorWords::tr("Service");
        return failed(Fault::BackendUnwell, connection::transportError(reply));
    }
    const QString place = reply.url().authority();
    if (status >= 500)
        return failed(Fault::BackendUnwell, DoctorWords::tr("%1 says it is not well.").arg(place),
                      {u"HTTP %1"_s.arg(status)});
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took);
    ok(DoctorWords::tr("%1 answered in %2").arg(place, durationText(ms)), {u"HTTP %1"_s.arg(status)});
}

void Doctor::Examination::checkClock() {
    if (isBlocked())
        return;
    if (!serverAhead && environment::isLoopbackHost(profile().apiUrl.host()))
        return ok(DoctorWords::tr("the server runs on this computer, by the same clock"));
    if (!serverAhead)
        return skipped(DoctorWords::tr("the server does not say its time"));
    const auto apart = std::chrono::milliseconds(std::abs(serverAhead->count()));
    const QString words =
        serverAhead->count() < 0
            ? DoctorWords::tr("this computer's clock is %1 ahead of the server's").arg(durationText(apart))
            : DoctorWords::tr("this computer's clock is %1 behind the server's").arg(durationText(apart));
    if (apart >= SkewThatBreaks)
        return failed(Fault::ClockSkew, words);
    if (apart >= SkewWorthKnowing)
        return warn(Fault::ClockSkew, words);
    ok(apart < 2s ? DoctorWords::tr("agrees with the server's") : words);
}

} // namespace apex::diagnosis
