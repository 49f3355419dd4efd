// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/identity/authorization.h"

namespace apex::backend {

/// What the consent page shows; the fields it posts are listed at Authorization.
struct ConsentContent {
    QString requestId;
    QString formToken;
    QString redirectOrigin; ///< where the answer goes, "http://127.0.0.1:PORT"
    std::vector<Account> accounts;
    QString chosen;        ///< account id or "new" to preselect; empty = the first
    QString suggestedName; ///< prefilled name of a new account
    QString problem;       ///< why the last try did not work; empty = none
};

/// The consent page: one self-contained document, no script, nothing loaded from anywhere.
[[nodiscard]] Page renderConsent(const ConsentContent& content);
/// A page that says what is wrong and leads nowhere.
[[nodiscard]] Page errorPage(int status, const QString& title, const QString& text);

} // namespace apex::backend
