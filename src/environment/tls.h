// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/profile.h"

#include <QSslConfiguration>

namespace apex::environment {

/// Trust for every connection of an environment: the operating system's authorities plus the profile's
/// `ca_file`. Verification is always on. A `ca_file` without certificates is a Configuration error.
[[nodiscard]] Expected<QSslConfiguration> tlsConfiguration(const Profile& profile);

} // namespace apex::environment
