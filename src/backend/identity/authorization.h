// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/identity/oauth_rules.h"
#include "backend/identity/token_store.h"

#include <deque>
#include <variant>

namespace apex::backend {

/// A page for the person in the browser.
struct Page {
    int status = 200;
    QByteArray html;
    QByteArray contentSecurityPolicy;
};

/// Sends the browser back to the app (303).
struct Redirect {
    QString location; ///< carries a code: never log it
};

using BrowserAnswer = std::variant<Page, Redirect>;

/// The authorization endpoint and the consent page (RFC 6749 4.1, 7636, 8252, 9207). Thread of the database
/// only.
///
/// The page is one HTML form, POSTed to /oauth/authorize with these fields:
///   request      id of the pending request, from the hidden field
///   form_token   random token of exactly this page, from the hidden field
///   account      id of an existing account, or "new"
///   new_name     name of the new account (account=new)
///   password     of the chosen account if it has one; for a new account optional
///   decision     "allow" or "deny" (the two buttons)
class Authorization {
public:
    /// `issuer` is the base URL of this server; `suggestedName` prefills the first account's name.
    Authorization(Accounts& accounts, TokenStore& tokens, QString issuer, QString suggestedName,
                  const Clock& clock);

    /// GET /oauth/authorize: the consent page, an error page, or an error back to a redirect URI that is
    /// allowed.
    [[nodiscard]] BrowserAnswer ask(const QByteArray& query);
    /// POST /oauth/authorize: what the person decided.
    [[nodiscard]] BrowserAnswer decide(const QByteArray& body);

private:
    struct Pending {
        QString id;
        QByteArray formToken;
        QString redirectUri;
        QString challenge;
        QString state;
        QString scope;
        qint64 expiresAt = 0;
    };
    [[nodiscard]] Page consentPage(Pending& pending, const QString& chosen, const QString& problem,
                                   int status = 200);
    [[nodiscard]] Expected<Account> chosenAccount(const FormData& form);
    [[nodiscard]] BrowserAnswer allow(Pending& pending, const FormData& form);
    [[nodiscard]] Redirect back(const Pending& pending,
                                const QList<std::pair<QString, QString>>& parameters) const;
    [[nodiscard]] Redirect backWithError(const Pending& pending, const QString& error,
                                         const QString& text) const;
    [[nodiscard]] Pending* find(const FormData& form);
    void forget(const QString& id);
    void remember(Pending pending);

    Accounts& m_accounts;
    TokenStore& m_tokens;
    QString m_issuer;
    QString m_suggestedName;
    const Clock& m_clock;
    std::deque<Pending> m_pending;
};

} // namespace apex::backend
