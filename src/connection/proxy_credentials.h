// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/secret_store.h"
#include "environment/paths.h"
#include "environment/profile.h"

#include <functional>

namespace apex::connection {

/// Gives the profile with name and password of its proxy from the keychain, if some were stored for it or it
/// says "proxy_sign_in".
///
/// Calls back once: at once if there are none, so that such environments never touch the keychain for it. An
/// entry that is not there yet is no error: the proxy will say what it wants. Main thread.
void withProxySignIn(environment::Profile profile, const environment::Paths& paths,
                     credentials::SecretStore& store, QObject* context,
                     std::function<void(Expected<environment::Profile>)> done);

/// Keeps name and password of an environment's proxy in the keychain, and in a file without them that there
/// are some; an empty name removes both.
void storeProxySignIn(const EnvironmentId& environment, environment::ProxySignIn signIn,
                      const environment::Paths& paths, credentials::SecretStore& store, QObject* context,
                      std::function<void(Expected<void>)> done);

/// True if the keychain holds a sign-in for the proxy of this environment; does not ask it.
[[nodiscard]] bool keepsProxySignIn(const EnvironmentId& environment, const environment::Paths& paths);

} // namespace apex::connection
