// SPDX-License-Identifier: GPL-3.0-or-later
// Trust and proxies against real servers: HTTP and WebSocket take the same way and refuse the same
// certificates.
#include "connection/http_answer.h"
#include "connection/link.h"
#include "connection/route_probe.h"
#include "environment/profile_network.h"
#include "support/doctor_world.h"

#include <QJsonArray>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QtTest>

#include <optional>

using namespace apex;
using namespace apex::connection;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const QString Password = u"p:w #1"_s;

TokenSource token() {
    return [](QObject* context, std::function<void(Expected<Secret>)> ready) {
        QMetaObject::invokeMethod(
            context, [ready = std::move(ready)] { ready(Secret("a.b.c")); }, Qt::QueuedConnection);
    };
}

} // namespace

class SecureWaysTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void certificates_data();
    void certificates();
    void proxies_data();
    void proxies();
    void proxyThatIsNotThere();
    void loopbackTakesNoProxy();
    void probeSeesWhatSocketsHide_data();
    void probeSeesWhatSocketsHide();

private:
    environment::Profile profileAt(const QString& host, const char* port) const;
    /// What GET /health ends with: empty `happened` on success.
    Error get(const environment::Profile& profile);
    /// What opening the live connection ends with: empty `happened` when greeted.
    Error openLink(const environment::Profile& profile);
    std::optional<RouteReport> reach(const environment::Profile& profile);

    test::DoctorWorld m_world;
    SystemClock m_clock;
};

void SecureWaysTest::initTestCase() {
    QVERIFY2(m_world.start(), m_world.problem().constData());
}

environment::Profile SecureWaysTest::profileAt(const QString& host, const char* port) const {
    environment::Profile profile;
    profile.id = EnvironmentId(u"test"_s);
    const QString place = u"%1:%2"_s.arg(host).arg(m_world.port(port));
    const QString secure = QLatin1String(port) == u"http"_s ? QString() : u"s"_s;
    profile.apiUrl = QUrl(u"http%1://%2"_s.arg(secure, place));
    profile.issuer = profile.apiUrl;
    profile.socketUrl = QUrl(u"ws%1://%2/ws"_s.arg(secure, place));
    profile.greeting = environment::Greeting::Established;
    profile.caFile = m_world.authority();
    return profile;
}

Error SecureWaysTest::get(const environment::Profile& profile) {
    environment::ProfileNetwork network(profile);
    QUrl url = profile.apiUrl;
    url.setPath(u"/health"_s);
    QNetworkReply* reply = network.get(QNetworkRequest(url));
    QSignalSpy finished(reply, &QNetworkReply::finished);
    if (!finished.wait(20'000))
        return makeError(ErrorKind::Timeout, u"the test waited in vain"_s);
    reply->deleteLater();
    return statusOf(*reply) == 200 ? Error{} : transportError(*reply);
}

Error SecureWaysTest::openLink(const environment::Profile& profile) {
    Link link(profile, token(), m_clock);
    link.open();
    const auto settled = [&link] {
        const LinkPhase phase = link.state().phase;
        return phase == LinkPhase::Ready || phase == LinkPhase::Waiting || phase == LinkPhase::Refused;
    };
    if (!QTest::qWaitFor(settled, 20'000))
        return makeError(ErrorKind::Timeout, u"the test waited in vain"_s);
    return link.state().phase == LinkPhase::Ready ? Error{} : link.state().error;
}

std::optional<RouteReport> SecureWaysTest::reach(const environment::Profile& profile) {
    std::optional<RouteReport> report;
    RouteProbe probe(profile);
    probe.reach(profile.socketUrl, [&report](const RouteReport& found) { report = found; });
    [[maybe_unused]] const bool ended = QTest::qWaitFor([&report] { return report.has_value(); }, 20'000);
    return report;
}

void SecureWaysTest::certificates_data() {
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("port");
    QTest::addColumn<bool>("authority");
    QTest::addColumn<QString>("words"); // empty: trusted
    QTest::newRow("authority of the profile") << u"good"_s << u"https"_s << true << QString();
    QTest::newRow("unknown authority") << u"good"_s << u"https"_s << false << u"Acme Test Authority"_s;
    QTest::newRow("expired") << u"expired"_s << u"https"_s << true << u"valid until 2021-01-01 only"_s;
    QTest::newRow("another host") << u"other"_s << u"https"_s << true << u"another host: elsewhere.example"_s;
    QTest::newRow("self-signed") << u"self"_s << u"https"_s << true << u"that it made itself"_s;
    QTest::newRow("TLS 1.1 only") << u"good"_s << u"oldTls"_s << true << u"outdated versions of TLS"_s;
}

void SecureWaysTest::certificates() {
    QFETCH(QString, certificate);
    QFETCH(QString, port);
    QFETCH(bool, authority);
    QFETCH(QString, words);
    m_world.set({{u"certificate"_s, certificate}});
    environment::Profile profile = profileAt(u"localhost"_s, port.toLatin1().constData());
    if (!authority)
        profile.caFile.clear();

    const Error http = get(profile);
    const Error socket = openLink(profile);
    const auto report = reach(profile);
    QVERIFY(report.has_value());
    if (words.isEmpty()) {
        QCOMPARE(http.forSupport(), Error{}.forSupport());
        QCOMPARE(socket.forSupport(), Error{}.forSupport());
        QCOMPARE(report->stage, RouteStage::Arrived);
        QVERIFY(report->chain.value(0).startsWith(u"good, issued by Acme Test Authority"));
        QVERIFY(report->secureWith.contains(u"TLSv1."));
        return;
    }
    QVERIFY2(http.happened.contains(words), qPrintable(http.forSupport()));
    QVERIFY2(socket.happened.contains(words), qPrintable(socket.forSupport()));
    QCOMPARE(http.kind, ErrorKind::Tls);
    QCOMPARE(socket.kind, ErrorKind::Tls);
    QVERIFY(!http.action.isEmpty());
    QVERIFY(report->tls.has_value());
    QVERIFY2(report->tls->happened.contains(words), qPrintable(report->tls->happened));
    QCOMPARE(report->chain.isEmpty(), port == u"oldTls"_s);
}

void SecureWaysTest::proxies_data() {
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<QString>("wanted"); // the proxy's own name and password
    QTest::addColumn<QString>("given");
    QTest::addColumn<bool>("through");
    for (const QString& kind : {u"proxy"_s, u"socks"_s}) {
        const auto name = [&kind](const char* what) -> QByteArray { return kind.toLatin1() + ", " + what; };
        QTest::newRow(name("open").constData()) << kind << QString() << QString() << true;
        QTest::newRow(name("signed in").constData()) << kind << Password << Password << true;
        QTest::newRow(name("nobody").constData()) << kind << Password << QString() << false;
        QTest::newRow(name("wrong password").constData()) << kind << Password << u"wrong"_s << false;
    }
}

void SecureWaysTest::proxies() {
    QFETCH(QString, proxy);
    QFETCH(QString, wanted);
    QFETCH(QString, given);
    QFETCH(bool, through);
    m_world.set({{u"proxySignIn"_s, wanted.isEmpty() ? QJsonValue() : QJsonValue(u"ana:"_s + wanted)}});
    environment::Profile profile = profileAt(u"apex.test"_s, "https");
    const QString scheme = proxy == u"socks"_s ? u"socks5"_s : u"http"_s;
    profile.proxy = *environment::parseProxy(
        u"%1://127.0.0.1:%2"_s.arg(scheme).arg(m_world.port(proxy.toLatin1().constData())));
    if (!given.isEmpty())
        profile.proxySignIn = std::make_shared<const environment::ProxySignIn>(
            environment::ProxySignIn{u"ana"_s, Secret(given.toUtf8())});

    const Error http = get(profile);
    const Error socket = openLink(profile);
    const QJsonObject seen = m_world.set({});
    const QJsonArray places = seen.value(proxy == u"socks"_s ? u"socks"_s : u"connects"_s).toArray();
    if (through) {
        QCOMPARE(http.forSupport(), Error{}.forSupport());
        QCOMPARE(socket.forSupport(), Error{}.forSupport());
        // The name went to the proxy unresolved, once for each of the two.
        QVERIFY(places.size() >= 2);
        for (const QJsonValue& place : places)
            QVERIFY2(place.toString().startsWith(u"apex.test:"), qPrintable(place.toString()));
        return;
    }
    QVERIFY(places.isEmpty());
    for (const Error& error : {http, socket}) {
        QCOMPARE(error.kind, ErrorKind::Network);
        QVERIFY2(error.happened.contains(u"proxy"_s), qPrintable(error.forSupport()));
        QVERIFY(!error.forSupport().contains(Password));
    }
}

void SecureWaysTest::proxyThatIsNotThere() {
    m_world.set({});
    environment::Profile profile = profileAt(u"apex.test"_s, "https");
    profile.proxy = *environment::parseProxy(u"http://127.0.0.1:1"_s);
    const Error http = get(profile);
    const Error socket = openLink(profile);
    QVERIFY2(http.happened.contains(u"proxy"_s), qPrintable(http.forSupport()));
    QVERIFY2(socket.happened.contains(u"proxy"_s), qPrintable(socket.forSupport()));
}

void SecureWaysTest::loopbackTakesNoProxy() {
    m_world.set({});
    environment::Profile profile = profileAt(u"127.0.0.1"_s, "http");
    profile.caFile.clear();
    profile.proxy = *environment::parseProxy(u"http://127.0.0.1:1"_s);
    QCOMPARE(get(profile).forSupport(), Error{}.forSupport());
    QCOMPARE(openLink(profile).forSupport(), Error{}.forSupport());
}

void SecureWaysTest::probeSeesWhatSocketsHide_data() {
    QTest::addColumn<QJsonValue>("socket");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("closeCode");
    QTest::addColumn<bool>("greeted");
    QTest::newRow("greets") << QJsonValue(u"ok"_s) << 101 << 0 << true;
    QTest::newRow("401") << QJsonValue(401) << 401 << 0 << false;
    QTest::newRow("403") << QJsonValue(403) << 403 << 0 << false;
    QTest::newRow("503") << QJsonValue(503) << 503 << 0 << false;
    QTest::newRow("silent") << QJsonValue(u"silent"_s) << 101 << 0 << false;
    QTest::newRow("closes at once") << QJsonValue(u"closes"_s) << 101 << 1008 << false;
}

void SecureWaysTest::probeSeesWhatSocketsHide() {
    QFETCH(QJsonValue, socket);
    QFETCH(bool, greeted);
    m_world.set({{u"socket"_s, socket}});
    const environment::Profile profile = profileAt(u"localhost"_s, "https");
    std::optional<RouteReport> report;
    RouteProbe probe(profile);
    probe.upgrade(Secret("a.b.c"), 500ms, [&report](const RouteReport& found) { report = found; });
    QTRY_VERIFY_WITH_TIMEOUT(report.has_value(), 20'000);
    QTEST(report->httpStatus, "status");
    QTEST(report->closeCode, "closeCode");
    QCOMPARE(report->firstFrame.contains("connection_established"), greeted);
    QCOMPARE(report->stage == RouteStage::Arrived, greeted);
}

QTEST_GUILESS_MAIN(SecureWaysTest)
#include "tst_secure_ways.moc"
