// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/identity/authorization.h"

#include "backend/identity/consent_page.h"
#include "base/random.h"
#include "base/secret.h"

#include <QCoreApplication>
#include <QUrl>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 pendingLifeSeconds = 600;
constexpr size_t mostPending = 64;
constexpr qsizetype longestState = 1024;

struct AuthorizationWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::Authorization)
};

QByteArray encoded(const QString& text) {
    return QUrl::toPercentEncoding(text);
}

} // namespace

Authorization::Authorization(Accounts& accounts, TokenStore& tokens, QString issuer, QString suggestedName,
                             const Clock& clock)
    : m_accounts(accounts), m_tokens(tokens), m_issuer(std::move(issuer)),
      m_suggestedName(std::move(suggestedName)), m_clock(clock) {}

BrowserAnswer Authorization::ask(const QByteArray& query) {
    const FormData form(query);
    // RFC 6749 4.1.2.1: until client and redirect URI are known to be good, nothing is sent to the redirect
    // URI.
    if (form.value("client_id"_L1) != QLatin1StringView(desktopClientId))
        return errorPage(400, AuthorizationWords::tr("This app is not known here"),
                         AuthorizationWords::tr(
                             "The sign-in request names an app that this computer's backend does not know. "
                             "Nothing was sent to it."));
    Pending pending;
    pending.redirectUri = form.value("redirect_uri"_L1);
    if (!isAllowedRedirect(pending.redirectUri))
        return errorPage(
            400, AuthorizationWords::tr("This address is not allowed"),
            AuthorizationWords::tr(
                "The sign-in request asks to be answered at an address that is not allowed for this app. "
                "Nothing was sent there."));
    pending.state = form.value("state"_L1);
    pending.scope = form.value("scope"_L1);
    pending.challenge = form.value("code_challenge"_L1);
    if (form.hasDuplicates() || pending.state.isEmpty() || pending.state.size() > longestState)
        return backWithError(pending, u"invalid_request"_s,
                             u"state is required, and no parameter may be repeated"_s);
    if (form.value("response_type"_L1) != "code"_L1)
        return backWithError(pending, u"unsupported_response_type"_s, u"only code is supported"_s);
    if (form.value("code_challenge_method"_L1) != "S256"_L1 || !isChallenge(pending.challenge))
        return backWithError(pending, u"invalid_request"_s, u"PKCE with S256 is required"_s);
    pending.id = QString::fromLatin1(randomToken(16));
    pending.expiresAt = secondsNow(m_clock) + pendingLifeSeconds;
    Page page = consentPage(pending, {}, {});
    remember(std::move(pending));
    return page;
}

BrowserAnswer Authorization::decide(const QByteArray& body) {
    const FormData form(body);
    Pending* pending = find(form);
    if (!pending)
        return errorPage(
            400, AuthorizationWords::tr("This page is no longer valid"),
            AuthorizationWords::tr(
                "The sign-in took too long, was already answered, or was not started from this page. "
                "Go back to the app and start again."));
    const QString decision = form.value("decision"_L1);
    if (decision == "allow"_L1)
        return allow(*pending, form);
    if (decision != "deny"_L1)
        return errorPage(400, AuthorizationWords::tr("Nothing was chosen"),
                         AuthorizationWords::tr("Go back and choose Allow or Cancel."));
    Redirect redirect =
        backWithError(*pending, u"access_denied"_s, u"The request was cancelled in the browser"_s);
    forget(pending->id);
    return redirect;
}

BrowserAnswer Authorization::allow(Pending& pending, const FormData& form) {
    const auto account = chosenAccount(form);
    if (!account) {
        const ErrorKind kind = account.error().kind;
        const int status = kind == ErrorKind::Unavailable ? 429 : kind == ErrorKind::Storage ? 500 : 422;
        return consentPage(pending, form.value("account"_L1), account.error().forPeople(), status);
    }
    const auto code =
        m_tokens.issueCode({account->id, pending.redirectUri, pending.challenge, pending.scope});
    if (!code)
        return consentPage(pending, account->id.toString(), code.error().forPeople(), 500);
    Redirect redirect = back(pending, {{u"code"_s, QString::fromLatin1(*code)}});
    forget(pending.id);
    return redirect;
}

Expected<Account> Authorization::chosenAccount(const FormData& form) {
    const QString chosen = form.value("account"_L1);
    const QString password = form.value("password"_L1);
    if (chosen.isEmpty())
        return fail(ErrorKind::InvalidInput, AuthorizationWords::tr("Choose an account."));
    if (chosen == "new"_L1)
        return m_accounts.create(form.value("new_name"_L1), password);
    auto account = m_accounts.byId(UserId(chosen));
    if (!account)
        return account;
    if (auto allowed = m_accounts.checkPassword(*account, password); !allowed)
        return fail(allowed.error());
    return account;
}

Page Authorization::consentPage(Pending& pending, const QString& chosen, const QString& problem, int status) {
    pending.formToken = randomToken(32);
    const auto accounts = m_accounts.all();
    if (!accounts)
        return errorPage(500, AuthorizationWords::tr("The accounts could not be read"),
                         accounts.error().forPeople());
    ConsentContent content;
    content.requestId = pending.id;
    content.formToken = QString::fromLatin1(pending.formToken);
    content.redirectOrigin = redirectOrigin(pending.redirectUri);
    content.accounts = *accounts;
    content.chosen = chosen;
    content.suggestedName = accounts->empty() ? m_suggestedName : QString();
    content.problem = problem;
    Page page = renderConsent(content);
    page.status = status;
    return page;
}

Redirect Authorization::back(const Pending& pending,
                             const QList<std::pair<QString, QString>>& parameters) const {
    QByteArray location = pending.redirectUri.toLatin1();
    char separator = '?';
    const auto add = [&](const QString& name, const QString& value) {
        location += separator + name.toLatin1() + '=' + encoded(value);
        separator = '&';
    };
    for (const auto& [name, value] : parameters)
        add(name, value);
    if (!pending.state.isEmpty())
        add(u"state"_s, pending.state);
    add(u"iss"_s, m_issuer);
    return {QString::fromLatin1(location)};
}

Redirect Authorization::backWithError(const Pending& pending, const QString& error,
                                      const QString& text) const {
    return back(pending, {{u"error"_s, error}, {u"error_description"_s, text}});
}

Authorization::Pending* Authorization::find(const FormData& form) {
    const QString id = form.value("request"_L1);
    const QByteArray token = form.value("form_token"_L1).toLatin1();
    for (Pending& pending : m_pending) {
        if (pending.id == id && pending.expiresAt > secondsNow(m_clock) &&
            constantTimeEquals(pending.formToken, token))
            return &pending;
    }
    return nullptr;
}

void Authorization::forget(const QString& id) {
    std::erase_if(m_pending, [&](const Pending& pending) { return pending.id == id; });
}

void Authorization::remember(Pending pending) {
    const qint64 now = secondsNow(m_clock);
    std::erase_if(m_pending, [&](const Pending& old) { return old.expiresAt <= now; });
    if (m_pending.size() >= mostPending)
        m_pending.pop_front();
    m_pending.push_back(std::move(pending));
}

} // namespace apex::backend
