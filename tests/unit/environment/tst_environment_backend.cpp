// SPDX-License-Identifier: GPL-3.0-or-later
// LocalBackend with this very program as the child: started as "PROGRAM serve ...", it plays the backend that
// the file "script" in its data folder asks for. The real `apex serve` is covered end to end.
#include "environment/local_backend.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <unistd.h>

#include <cstdio>

using namespace apex;
using namespace apex::environment;
using namespace Qt::StringLiterals;

namespace {

/// Answers every request with a health body.
class HealthServer : public QObject {
public:
    explicit HealthServer(qint64 pid, int status = 200) {
        m_server.listen(QHostAddress::LocalHost, 0);
        connect(&m_server, &QTcpServer::newConnection, this, [this, pid, status] {
            QTcpSocket* socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket, pid, status] {
                ++probes;
                const QByteArray body =
                    "{\"service\":\"apex-backend\",\"pid\":" + QByteArray::number(pid) + "}";
                socket->write("HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Length: " +
                              QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
                socket->disconnectFromHost();
            });
        });
    }
    [[nodiscard]] QByteArray announcement(qint64 pid) const {
        const QString base = u"http://127.0.0.1:%1"_s.arg(m_server.serverPort());
        return QJsonDocument(QJsonObject{{u"schema"_s, u"apex/serve/1"_s},
                                         {u"base_url"_s, base},
                                         {u"ws_url"_s, u"ws://127.0.0.1:%1/ws"_s.arg(m_server.serverPort())},
                                         {u"issuer"_s, base},
                                         {u"authorization_endpoint"_s, QString(base + u"/oauth/authorize"_s)},
                                         {u"pid"_s, pid}})
            .toJson(QJsonDocument::Compact);
    }
    int probes = 0;

private:
    QTcpServer m_server;
};

QByteArray announcementOf(const QByteArray& authority, const QByteArray& http, const QByteArray& ws) {
    const QString base = QString::fromUtf8(http + "://" + authority);
    return QJsonDocument(QJsonObject{{u"schema"_s, u"apex/serve/1"_s},
                                     {u"base_url"_s, base},
                                     {u"ws_url"_s, QString::fromUtf8(ws + "://" + authority + "/ws")},
                                     {u"issuer"_s, base},
                                     {u"pid"_s, 1}})
        .toJson(QJsonDocument::Compact);
}

void writeFile(const QString& path, const QByteArray& content) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("cannot write");
    file.write(content);
}

/// The child: what it does stands in <data>/script.
int playBackend(QCoreApplication& app) {
    const QString data = app.arguments().value(app.arguments().indexOf(u"--data"_s) + 1);
    QFile count(data + u"/starts"_s);
    if (count.open(QIODevice::Append))
        count.write("x");
    count.close();
    QFile file(data + u"/script"_s);
    const QByteArray script = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    if (script == "fail") {
        std::fputs("cannot open the database\n", stderr);
        return 2;
    }
    HealthServer health(app.applicationPid());
    const QByteArray line =
        script == "garbage" ? QByteArray("hello there") : health.announcement(app.applicationPid());
    if (script != "silent") {
        std::fputs(line.constData(), stdout);
        std::fputs("\n", stdout);
        std::fflush(stdout);
    }
    if (script == "die later")
        QTimer::singleShot(200, &app, [] { std::_Exit(3); });
    QSocketNotifier stdinEnd(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&stdinEnd, &QSocketNotifier::activated, &app, [data, &app] {
        char byte = 0;
        if (::read(STDIN_FILENO, &byte, 1) == 0) {
            writeFile(data + u"/ended"_s, "x");
            app.quit();
        }
    });
    return app.exec();
}

Profile embedded() {
    Profile profile;
    profile.id = EnvironmentId(u"local"_s);
    profile.backend = BackendKind::Embedded;
    return profile;
}

/// One resolve() and its answer.
struct Resolution {
    explicit Resolution(LocalBackend& backend, const Profile& profile = embedded()) {
        backend.resolve(profile, &context, [this](Expected<Profile> answer) {
            ++calls;
            result = std::move(answer);
        });
    }
    [[nodiscard]] bool wait() {
        return QTest::qWaitFor([this] { return calls > 0; }, 20'000);
    }
    QObject context;
    int calls = 0;
    std::optional<Expected<Profile>> result;
};

} // namespace

class LocalBackendTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_data = std::make_unique<QTemporaryDir>(); }

    void remoteProfilesPassThrough() {
        LocalBackend backend(u"/nonexistent"_s, m_data->path());
        Profile remote = embedded();
        remote.backend = BackendKind::Remote;
        remote.apiUrl = QUrl(u"https://api.example.com"_s);
        Resolution resolution(backend, remote);
        QCOMPARE(resolution.calls, 0); // later, never at once
        QVERIFY(resolution.wait());
        QCOMPARE((*resolution.result)->apiUrl, remote.apiUrl);
        QVERIFY(!backend.isOurs());
    }
    void startsItsOwnAndEndsIt() {
        {
            LocalBackend backend(program(), m_data->path());
            Resolution first(backend);
            Resolution second(backend); // at the same time: one start for both
            QVERIFY(first.wait() && second.wait());
            QVERIFY(first.result->has_value());
            QVERIFY((*first.result)->apiUrl.port() > 0);
            QCOMPARE((*first.result)->socketUrl.path(), u"/ws"_s);
            QCOMPARE((*first.result)->issuer, (*second.result)->issuer);
            QVERIFY(backend.isOurs());
            Resolution third(backend); // and later: the same one
            QVERIFY(third.wait());
            QCOMPARE((*third.result)->apiUrl, (*first.result)->apiUrl);
            QCOMPARE(starts(), 1);
        }
        QVERIFY(QFile::exists(m_data->filePath(u"ended"_s))); // by its stdin, not by a signal
    }
    void joinsARunningOne() {
        HealthServer running(4242);
        writeFile(m_data->filePath(u"backend.json"_s), running.announcement(4242));
        LocalBackend backend(u"/nonexistent"_s, m_data->path());
        Resolution resolution(backend);
        QVERIFY(resolution.wait());
        QVERIFY(resolution.result->has_value());
        QVERIFY(!backend.isOurs());
        QCOMPARE(running.probes, 1);
    }
    void staleAnnouncementIsNotTrusted_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("nobody there") << announcementOf("127.0.0.1:1", "http", "ws");
        QTest::newRow("broken") << QByteArray("{");
        QTest::newRow("elsewhere") << announcementOf("evil.example", "https", "wss");
    }
    void staleAnnouncementIsNotTrusted() {
        QFETCH(QByteArray, content);
        writeFile(m_data->filePath(u"backend.json"_s), content);
        LocalBackend backend(program(), m_data->path());
        Resolution resolution(backend);
        QVERIFY(resolution.wait());
        QVERIFY(resolution.result->has_value());
        QVERIFY(backend.isOurs());
    }
    void foreignProcessOnTheOldPortIsNotTrusted() {
        HealthServer other(999); // took over the port of a dead backend
        writeFile(m_data->filePath(u"backend.json"_s), other.announcement(4242));
        LocalBackend backend(program(), m_data->path());
        Resolution resolution(backend);
        QVERIFY(resolution.wait());
        QVERIFY(resolution.result->has_value());
        QVERIFY(backend.isOurs());
        QCOMPARE(other.probes, 1);
    }
    void muteBackendIsSaidWithItsLog() {
        QTcpServer mute; // takes connections and says nothing, like a stopped process
        QVERIFY(mute.listen(QHostAddress::LocalHost, 0));
        const QByteArray authority = "127.0.0.1:" + QByteArray::number(mute.serverPort());
        writeFile(m_data->filePath(u"backend.json"_s), announcementOf(authority, "http", "ws"));
        writeFile(m_data->filePath(u"script"_s), "fail"); // it holds the folder
        LocalBackend backend(program(), m_data->path());
        Resolution resolution(backend);
        QVERIFY(resolution.wait());
        QVERIFY(!resolution.result->has_value());
        const Error& error = resolution.result->error();
        QCOMPARE(error.kind, ErrorKind::Timeout);
        QVERIFY2(error.action.contains(u"apex-serve.log"_s), qPrintable(error.forPeople()));
    }
    void checkTellsWhetherItAnswers() {
        LocalBackend backend(program(), m_data->path());
        Resolution resolution(backend);
        QVERIFY(resolution.wait() && resolution.result->has_value());
        std::optional<Expected<void>> answer;
        backend.check(this, [&answer](const Expected<void>& result) { answer = result; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 20'000);
        QVERIFY(answer->has_value());
    }
    void missingProgramIsSaid() {
        LocalBackend backend(u"/nonexistent/apex"_s, m_data->path());
        Resolution resolution(backend);
        QVERIFY(resolution.wait());
        QVERIFY(!*resolution.result);
        QCOMPARE(resolution.result->error().kind, ErrorKind::Configuration);
        QVERIFY(resolution.result->error().action.contains(u"/nonexistent/apex"));
    }
    void earlyExitCarriesTheLastWords() {
        writeFile(m_data->filePath(u"script"_s), "fail");
        LocalBackend backend(program(), m_data->path());
        Resolution resolution(backend);
        QVERIFY(resolution.wait());
        QVERIFY(!*resolution.result);
        QVERIFY(resolution.result->error().details.contains(u"exit code 2"));
        QVERIFY(resolution.result->error().details.contains(u"cannot open the database"));
    }
    void lostRaceJoinsTheWinner() {
        writeFile(m_data->filePath(u"script"_s), "fail"); // the winner holds the lock
        HealthServer winner(4242);
        LocalBackend backend(program(), m_data->path());
        Resolution resolution(backend);
        QTRY_COMPARE(starts(), 1);
        writeFile(m_data->filePath(u"backend.json"_s),
                  winner.announcement(4242)); // and announces itself only now
        QVERIFY(resolution.wait());
        QVERIFY2(resolution.result->has_value(), "did not join");
        QVERIFY(!backend.isOurs());
    }
    void garbageIsAProtocolError() {
        writeFile(m_data->filePath(u"script"_s), "garbage");
        LocalBackend backend(program(), m_data->path());
        Resolution resolution(backend);
        QVERIFY(resolution.wait());
        QVERIFY(!*resolution.result);
    }
    void deathIsReportedAndTheNextResolveStartsAnew() {
        writeFile(m_data->filePath(u"script"_s), "die later");
        LocalBackend backend(program(), m_data->path());
        QSignalSpy died(&backend, &LocalBackend::died);
        Resolution first(backend);
        QVERIFY(first.wait() && first.result->has_value());
        QTRY_COMPARE(died.size(), 1);
        QVERIFY(died.at(0).at(0).value<Error>().details.contains(u"exit code 3"));
        QVERIFY(!backend.isOurs());
        QFile::remove(m_data->filePath(u"script"_s));
        Resolution second(backend);
        QVERIFY(second.wait() && second.result->has_value());
        QCOMPARE(starts(), 2);
    }
    void answerIsDroppedWithItsContext() {
        LocalBackend backend(program(), m_data->path());
        bool called = false;
        auto context = std::make_unique<QObject>();
        backend.resolve(embedded(), context.get(), [&](const Expected<Profile>&) { called = true; });
        context.reset();
        Resolution other(backend);
        QVERIFY(other.wait());
        QVERIFY(!called);
    }

private:
    [[nodiscard]] static QString program() { return QCoreApplication::applicationFilePath(); }
    [[nodiscard]] int starts() const {
        return static_cast<int>(QFileInfo(m_data->filePath(u"starts"_s)).size());
    }

    std::unique_ptr<QTemporaryDir> m_data;
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    if (argc > 1 && qstrcmp(argv[1], "serve") == 0)
        return playBackend(app);
    LocalBackendTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_environment_backend.moc"
