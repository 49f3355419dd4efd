// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/tokens.h"

#include <functional>
#include <vector>

namespace apex::auth {

/// Which accounts have signed in on this installation, without secrets: a start with none never touches the
/// keychain. One JSON file `accounts.json`, shared by all processes of a home. Any thread.
class AccountIndex {
public:
    /// `configFolder` is Paths::config.
    explicit AccountIndex(const QString& configFolder);

    /// All accounts, last used first; empty if there is no file yet.
    [[nodiscard]] Expected<std::vector<Account>> accounts() const;
    /// The accounts of one environment, last used first.
    [[nodiscard]] Expected<std::vector<Account>> accountsOf(const EnvironmentId& environment) const;
    /// Adds an account or moves it to the front.
    [[nodiscard]] Expected<void> add(const Account& account);
    /// Forgets an account; success also if it was not there.
    [[nodiscard]] Expected<void> remove(const EnvironmentId& environment, const UserId& user);

private:
    [[nodiscard]] Expected<void> change(const std::function<void(std::vector<Account>&)>& edit);

    QString m_file;
};

} // namespace apex::auth
