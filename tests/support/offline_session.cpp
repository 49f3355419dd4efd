// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/offline_session.h"

#include <QDir>

namespace apex::test {

using namespace Qt::StringLiterals;

namespace {

environment::Paths pathsUnder(const QString& home) {
    environment::Paths paths{home + u"/config"_s, home + u"/data"_s, home + u"/cache"_s, home + u"/logs"_s,
                             u"0123456789ab"_s};
    for (const QString& folder : {paths.config, paths.data, paths.cache, paths.logs})
        QDir().mkpath(folder);
    return paths;
}

environment::Profile unreachableProfile(bool supportMode) {
    environment::Profile profile;
    profile.id = EnvironmentId(u"nowhere"_s);
    profile.name = u"Acme staging"_s;
    profile.colour = u"#b25e00"_s;
    profile.backend = environment::BackendKind::Remote;
    // Port 9 of the loopback: refused at once, by nobody.
    profile.apiUrl = QUrl(u"http://127.0.0.1:9"_s);
    profile.socketUrl = QUrl(u"ws://127.0.0.1:9/ws"_s);
    profile.issuer = QUrl(u"http://127.0.0.1:9"_s);
    profile.clientId = u"apex-desktop"_s;
    profile.supportMode = supportMode;
    return profile;
}

/// Unsigned; the client reads claims for display only.
QByteArray madeUpToken() {
    const auto part = [](const QByteArray& json) {
        return json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return part(R"({"alg":"none"})") + '.' +
           part(
               R"({"sub":"user-1","email":"ana@acme.example","name":"Ana","iat":1700000000,"exp":4102444800})") +
           ".x";
}

} // namespace

OfflineSession::OfflineSession(bool supportMode) : m_paths(pathsUnder(m_home.path())) {
    m_session = std::make_unique<session::AccountSession>(
        session::SessionParts{unreachableProfile(supportMode), m_paths, m_store, m_network, m_clock,
                              [](const QUrl&) { return false; }});
}

void OfflineSession::signIn() {
    m_session->adoptPastedToken(Secret(madeUpToken()));
}

} // namespace apex::test
