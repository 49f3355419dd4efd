// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/profile.h"

namespace apex::environment {

/// What a person says of a server of their own; the other keys get the values most servers want
/// (resources/environments/own-server.json.example).
struct OwnServer {
    QString name;    ///< shown to people; the file's name is made of it
    QString address; ///< base of the REST routes; the socket is expected at its "/ws"
    SignInKind signIn = SignInKind::OAuth;
    QString issuer;   ///< of OAuth; for the platform's sign-in empty means `address`
    QString clientId; ///< of OAuth
    QString caFile;   ///< absolute path, or empty
};

/// Writes a profile for `server` into `userFolder` and reads it back as every start will. Never replaces an
/// environment; where it cannot be used nothing is left behind. Errors name the field, and the key in their
/// details ("key: api_url").
[[nodiscard]] Expected<Profile> addOwnServer(const OwnServer& server, const QString& userFolder,
                                             const QString& policyFile = policyPath());

/// What the form asks of a server that was added, as its file says it.
[[nodiscard]] Expected<OwnServer> ownServerOf(const Profile& profile);
/// Writes what a person changed of it into its file; the file keeps its name, so that the accounts stay with
/// it, and the keys that the form does not ask for. Where the result cannot be used the file stays as it is.
/// The socket follows an address that changes.
[[nodiscard]] Expected<Profile> changeOwnServer(const Profile& known, const OwnServer& server,
                                                const QString& userFolder,
                                                const QString& policyFile = policyPath());
/// True if a sign-in at `before` is none at `after`: it would be shown to another issuer.
[[nodiscard]] bool isSignedInElsewhere(const OwnServer& before, const OwnServer& after);

/// True if the profile is a file of its user: neither built in nor set by a policy.
[[nodiscard]] bool isOwnServer(const Profile& profile);
/// Removes the profile's file; what its accounts keep on this computer stays.
[[nodiscard]] Expected<void> removeOwnServer(const Profile& profile);

} // namespace apex::environment
