// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/memory_store.h"
#include "session/account_session.h"
#include "support/scripted_socket_server.h"

#include <QDir>
#include <QDirIterator>
#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QTemporaryDir>

namespace apex::test {

using namespace Qt::StringLiterals;

[[nodiscard]] inline QByteArray base64(const QByteArray& bytes) {
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

/// An unsigned token that names `user`; good for decades.
[[nodiscard]] inline Secret tokenOf(const QByteArray& user, const QByteArray& mailbox = {}) {
    const QByteArray payload = R"({"sub":")" + user + R"(","email":")" +
                               (mailbox.isEmpty() ? user : mailbox) + R"(@example.com","exp":4102444800})";
    return Secret(QByteArray(base64(R"({"alg":"none"})") + "." + base64(payload) + ".c2lnbmF0dXJl"));
}

/// A platform server that greets, answers the lists, and runs no agents by itself.
class Platform {
public:
    Platform() {
        server.onConnected([](QWebSocket& socket) {
            socket.sendTextMessage(
                u"{\"type\":\"connection_established\",\"data\":{\"connection_id\":\"c\"}}"_s);
        });
        server.onHttp("/api/threads", 200, "[]");
        server.onHttp("/auth/me", 200, "{}");
    }
    void event(const QByteArray& type, const QByteArray& run, const QByteArray& thread,
               const QByteArray& more = {}) {
        server.sendAll(QString::fromUtf8(R"({"type":")" + type + R"(","run_id":")" + run +
                                         R"(","thread_id":")" + thread + R"(","agent_name":"supervisor")" +
                                         more + "}"));
    }
    [[nodiscard]] QJsonObject prompt(qsizetype index) const {
        const QStringList sent = server.textsOfType(u"user_message"_s);
        return QJsonDocument::fromJson(sent.value(index).toUtf8()).object()["payload"_L1].toObject();
    }
    [[nodiscard]] qsizetype prompts() const { return server.textsOfType(u"user_message"_s).size(); }

    ScriptedSocketServer server;
};

/// A home on disk with what a session needs from outside.
class Home {
public:
    session::SessionParts parts(const Platform& platform, const QString& environment = u"test"_s) {
        environment::Profile profile;
        profile.id = EnvironmentId(environment);
        profile.name = environment;
        profile.apiUrl = platform.server.httpUrl();
        profile.socketUrl = platform.server.socketUrl();
        profile.issuer = platform.server.httpUrl();
        profile.greeting = environment::Greeting::Established;
        environment::Paths paths;
        paths.config = folder.filePath(u"config"_s);
        paths.data = folder.filePath(u"data"_s);
        paths.homeHash = u"0123456789ab"_s;
        QDir().mkpath(paths.config);
        connection::LinkTimings timings;
        timings.connectDeadline = timings.greetingDeadline = std::chrono::milliseconds(2'000);
        timings.backoffBase = timings.backoffCap = std::chrono::milliseconds(50);
        return {profile, paths, store, network, clock, [](const QUrl&) { return true; }, timings};
    }
    [[nodiscard]] QStringList recordings() const {
        QStringList found;
        QDirIterator files(folder.path(), {u"*.apexrec"_s}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext())
            found.append(files.next());
        return found;
    }

    QTemporaryDir folder;
    credentials::MemoryStore store;
    QNetworkAccessManager network;
    SystemClock clock;
};

/// What the platform's sign-in answers for `user`.
[[nodiscard]] inline QByteArray pairFor(const QByteArray& user, const QByteArray& mailbox = {}) {
    return R"({"access_token":")" + tokenOf(user, mailbox).reveal() + R"(","refresh_token":"rt-)" + user +
           R"(","token_type":"Bearer","expires_in":900})";
}

/// A session of the platform's sign-in at `platform`.
[[nodiscard]] inline session::SessionParts platformParts(Home& home, const Platform& platform,
                                                         const QString& environment = u"test"_s) {
    session::SessionParts parts = home.parts(platform, environment);
    parts.profile.signIn = environment::SignInKind::Platform;
    return parts;
}

/// The newest notice of each key; empty ones remove it.
class Notices {
public:
    explicit Notices(session::AccountSession& session) {
        QObject::connect(&session, &session::AccountSession::notice, &session,
                         [this](const QString& key, const Error& error) {
                             if (error.happened.isEmpty())
                                 m_shown.remove(key);
                             else
                                 m_shown.insert(key, error);
                         });
    }
    [[nodiscard]] QString of(const QString& key) const { return m_shown.value(key).happened; }
    [[nodiscard]] bool has(const QString& key) const { return m_shown.contains(key); }

private:
    QHash<QString, Error> m_shown;
};

} // namespace apex::test
