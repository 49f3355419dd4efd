// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/proxy_credentials.h"

#include <QCoreApplication>
#include <QSettings>

namespace apex::connection {

namespace {

struct ProxyWords {
    Q_DECLARE_TR_FUNCTIONS(ProxyCredentials)
};

QString keyOf(const environment::Paths& paths, const EnvironmentId& environment) {
    return credentials::entryKey(paths.homeHash, environment.toString(), QStringLiteral("proxy"),
                                 QStringLiteral("sign-in"));
}

/// Which environments have an entry, without secrets: the others never cause a question of the keychain.
QString noteFile(const environment::Paths& paths) {
    return paths.config + QStringLiteral("/proxy-sign-in.ini");
}

bool isNoted(const environment::Paths& paths, const EnvironmentId& environment) {
    return QSettings(noteFile(paths), QSettings::IniFormat).value(environment.toString(), false).toBool();
}

Expected<void> note(const environment::Paths& paths, const EnvironmentId& environment, bool exists) {
    QSettings settings(noteFile(paths), QSettings::IniFormat);
    if (exists)
        settings.setValue(environment.toString(), true);
    else
        settings.remove(environment.toString());
    settings.sync();
    if (settings.status() == QSettings::NoError)
        return {};
    return fail(ErrorKind::Storage, ProxyWords::tr("The file %1 could not be written.").arg(noteFile(paths)),
                ProxyWords::tr("Check the free space and the owner of the folder."));
}

Error unreadable() {
    return makeError(ErrorKind::Storage,
                     ProxyWords::tr("The keychain's entry for the proxy cannot be understood."),
                     ProxyWords::tr("Store the proxy's name and password again."));
}

/// Whoever opens the environment did not ask for the keychain and has to know what it is for.
Error notReadable(const Error& error) {
    Error words =
        wrapError(error.kind,
                  ProxyWords::tr("The name and password of the proxy cannot be read: %1").arg(error.happened),
                  error, error.action);
    words.kept = error.kept;
    return words;
}

Error notRemoved(const Error& error) {
    Error words = wrapError(
        error.kind,
        ProxyWords::tr("The name and password of the proxy could not be removed: %1").arg(error.happened),
        error, error.action);
    words.kept = error.kept;
    return words;
}

} // namespace

void withProxySignIn(environment::Profile profile, const environment::Paths& paths,
                     credentials::SecretStore& store, QObject* context,
                     std::function<void(Expected<environment::Profile>)> done) {
    if (!profile.proxy.signIn && !isNoted(paths, profile.id)) {
        done(std::move(profile));
        return;
    }
    const QString key = keyOf(paths, profile.id); // before the profile moves away
    store.read(
        key, context,
        [profile = std::move(profile), done = std::move(done)](credentials::ReadOutcome outcome) mutable {
            if (std::holds_alternative<credentials::NotFound>(outcome))
                return done(std::move(profile));
            if (const auto* found = std::get_if<credentials::Found>(&outcome)) {
                auto signIn = environment::decodeProxySignIn(found->secret);
                if (!signIn)
                    return done(fail(unreadable()));
                profile.proxySignIn = std::make_shared<const environment::ProxySignIn>(std::move(*signIn));
                return done(std::move(profile));
            }
            std::visit(
                [&done](const auto& trouble) {
                    if constexpr (requires { trouble.error; })
                        done(fail(notReadable(trouble.error)));
                },
                outcome);
        });
}

void storeProxySignIn(const EnvironmentId& environment, environment::ProxySignIn signIn,
                      const environment::Paths& paths, credentials::SecretStore& store, QObject* context,
                      std::function<void(Expected<void>)> done) {
    const QString key = keyOf(paths, environment);
    const bool exists = !signIn.user.isEmpty();
    // Noted first: an entry nobody knows of would never be read.
    if (exists) {
        if (auto noted = note(paths, environment, true); !noted)
            return done(fail(noted.error()));
        store.write(key, environment::encodeProxySignIn(signIn), context, std::move(done));
        return;
    }
    store.remove(key, context, [paths, environment, done = std::move(done)](const Expected<void>& removed) {
        done(removed ? note(paths, environment, false) : fail(notRemoved(removed.error())));
    });
}

bool keepsProxySignIn(const EnvironmentId& environment, const environment::Paths& paths) {
    return isNoted(paths, environment);
}

} // namespace apex::connection
