// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QJsonObject>
#include <QStringList>

#include <map>
#include <optional>

namespace apex::environment {

class JsonReader;
struct Profile;

/// What an administrator of this computer fixed for all its users (schema "apex/policy/1",
/// resources/environments/policy.schema.json).
struct Policy {
    QJsonObject preset;     ///< values for profiles that do not name the key
    QJsonObject locked;     ///< values that hold in every environment, whatever its profile says
    bool onlyThese = false; ///< no environment but those of this policy is offered
    std::map<QString, QJsonObject> environments; ///< whole profiles by id; nobody can replace them
    QString source;                              ///< the file, for people

    /// Fills and overrules the keys of a profile's object; gives the names of those that are locked.
    QStringList applyTo(QJsonObject& profile) const;
};

/// Reads one policy strictly: a missing, unknown or invalid key is an error that names file and key.
[[nodiscard]] Expected<Policy> parsePolicy(const QByteArray& json, const QString& source);
/// Reads the policy file; nullopt if there is none.
[[nodiscard]] Expected<std::optional<Policy>> loadPolicy(const QString& file);
/// Reads the keys of a profile that a policy may set, all optional.
void readPolicyKeys(JsonReader& reader, Profile& profile);
/// The profile keys that "preset" and "locked" may hold.
[[nodiscard]] QStringList policyKeys();

} // namespace apex::environment
