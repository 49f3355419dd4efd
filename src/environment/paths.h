// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"

#include <QString>

namespace apex::environment {

/// Where this installation keeps its state: the platform's standard locations, or all under APEX_HOME.
struct Paths {
    QString config; ///< settings and user profiles
    QString data;   ///< history, recordings, the embedded backend's data
    QString cache;
    QString logs;
    QString homeHash; ///< 12 hex digits that keep two homes' keychain entries apart

    /// Folder of the embedded backend's state.
    [[nodiscard]] QString backendData() const;
    /// Folder of user profiles.
    [[nodiscard]] QString userProfiles() const;
    /// Folder of everything of one account in one environment (design.md 4.6).
    [[nodiscard]] QString account(const EnvironmentId& environment, const UserId& user) const;
};

/// Resolves and creates (owner-only) the folders; the only reader of APEX_HOME.
[[nodiscard]] Expected<Paths> resolvePaths();

} // namespace apex::environment
