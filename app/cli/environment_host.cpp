// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/environment_host.h"

#include "cli/command.h"
#include "connection/proxy_credentials.h"
#include "diagnosis/session_doctor.h"

#include <QCoreApplication>
#include <QNetworkProxyFactory>
#include <QProcess>
#include <QStandardPaths>

namespace apex::cli {

using namespace Qt::StringLiterals;

EnvironmentHost::EnvironmentHost(QObject* parent) : QObject(parent) {}

EnvironmentHost::~EnvironmentHost() = default;

void EnvironmentHost::open(const EnvironmentId& environment, auth::BrowserOpener openBrowser, Opened done) {
    QNetworkProxyFactory::setUseSystemConfiguration(true);
    auto paths = environment::resolvePaths();
    if (!paths)
        return done(fail(paths.error()));
    m_paths = *paths;
    const auto catalog = environment::ProfileCatalog::load(m_paths.userProfiles());
    auto profile = catalog.find(environment);
    const QString told = profile ? QString() : profile.error().happened;
    for (const Error& error : catalog.errors()) {
        if (error.happened != told)
            complain(u"apex: an environment file is left out: "_s + error.happened);
    }
    if (!profile)
        return done(fail(profile.error()));
    if (profile->backend == environment::BackendKind::Remote)
        return build(*profile, std::move(openBrowser), done);
    m_localBackend = std::make_unique<environment::LocalBackend>(QCoreApplication::applicationFilePath(),
                                                                 m_paths.backendData());
    m_localBackend->resolve(*profile, this,
                            [this, openBrowser, done](Expected<environment::Profile> resolved) {
                                if (!resolved)
                                    return done(fail(resolved.error()));
                                build(std::move(*resolved), openBrowser, done);
                            });
}

void EnvironmentHost::build(environment::Profile profile, auth::BrowserOpener openBrowser,
                            const Opened& done) {
    connection::withProxySignIn(
        std::move(profile), m_paths, m_store, this,
        [this, openBrowser = std::move(openBrowser), done](Expected<environment::Profile> complete) {
            if (!complete)
                return done(fail(complete.error()));
            m_network.use(*complete);
            m_session = std::make_unique<session::AccountSession>(session::SessionParts{
                std::move(*complete), m_paths, m_store, m_network, m_clock, openBrowser});
            diagnosis::keepJournal(*m_session, m_paths);
            done(m_session.get());
        });
}

bool openInBrowser(const QUrl& url) {
    const QString address = QString::fromUtf8(url.toEncoded());
#if defined(Q_OS_WIN)
    return QProcess::startDetached(u"rundll32"_s, {u"url.dll,FileProtocolHandler"_s, address});
#elif defined(Q_OS_MACOS)
    return QProcess::startDetached(u"open"_s, {address});
#else
    const QString opener = QStandardPaths::findExecutable(u"xdg-open"_s);
    return !opener.isEmpty() && QProcess::startDetached(opener, {address});
#endif
}

} // namespace apex::cli
