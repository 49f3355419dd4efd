// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/desktop_client.h"

#include "connection/proxy_credentials.h"
#include "desktop/desktop_model.h"

#include <QApplication>
#include <QDir>
#include <QNetworkProxyFactory>
#include <QSettings>

#include <algorithm>

namespace apex::desktop {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using session::AccountSession;

DesktopClient::DesktopClient(QApplication& app, environment::Paths paths)
    : m_paths(std::move(paths)), m_index(m_paths.config),
      m_catalog(environment::ProfileCatalog::load(m_paths.userProfiles())), m_themes(app) {
    QNetworkProxyFactory::setUseSystemConfiguration(true);
    m_patience.setSingleShot(true);
    m_patience.setInterval(400ms);
    m_window = std::make_unique<ui::ClientWindow>(m_catalog, m_themes, m_paths);
    connect(m_window.get(), &ui::ClientWindow::environmentChosen, this, &DesktopClient::environmentChosen,
            Qt::QueuedConnection);
    connect(m_window.get(), &ui::ClientWindow::serverEntered, this, &DesktopClient::addServer);
    connect(m_window.get(), &ui::ClientWindow::serverEditRequested, this, &DesktopClient::editServer);
    connect(m_window.get(), &ui::ClientWindow::serverChanged, this, &DesktopClient::changeServer,
            Qt::QueuedConnection);
    connect(m_window.get(), &ui::ClientWindow::serverRemovalRequested, this, &DesktopClient::removeServer,
            Qt::QueuedConnection);
    connect(m_window.get(), &ui::ClientWindow::accountChosen, this, &DesktopClient::accountChosen,
            Qt::QueuedConnection);
    connect(m_window.get(), &ui::ClientWindow::pageChanged, this, &DesktopClient::refreshAccounts,
            Qt::QueuedConnection);
}

DesktopClient::~DesktopClient() {
    disconnect(m_window.get(), nullptr, this, nullptr);
    m_window.reset();
    m_seats.clear();
    m_model.reset();
    m_backend.reset();
}

void DesktopClient::start(const EnvironmentId& environment) {
    const QSettings settings(settingsFile(), QSettings::IniFormat);
    const EnvironmentId last(settings.value(u"environment"_s).toString());
    const EnvironmentId chosen = environment.isEmpty() ? last : environment;
    refreshAccounts();
    if (chosen.isEmpty())
        return ask({});
    open(chosen, lastUser(chosen));
}

/// The account on show when this environment was used last, if it is still one of it.
std::optional<UserId> DesktopClient::lastUser(const EnvironmentId& environment) const {
    const QSettings settings(settingsFile(), QSettings::IniFormat);
    const UserId last(settings.value(u"account/"_s + environment.toString()).toString());
    const auto known = m_index.accountsOf(environment);
    if (!known || last.isEmpty())
        return std::nullopt;
    const bool there = std::any_of(known->begin(), known->end(),
                                   [&](const auth::Account& account) { return account.user == last; });
    return there ? std::optional(last) : std::nullopt;
}

void DesktopClient::open(const EnvironmentId& environment, const std::optional<UserId>& user) {
    const auto profile = m_catalog.find(environment);
    if (!profile)
        return ask(profile.error());
    if (profile->backend == environment::BackendKind::Remote)
        return openResolved(*profile, user);
    m_patience.disconnect();
    connect(&m_patience, &QTimer::timeout, this, [this, name = profile->name] {
        ask({});
        m_window->showStarting(name);
    });
    if (m_window->isVisible() && !m_window->currentPage())
        m_window->showStarting(profile->name);
    else
        m_patience.start();
    backend().resolve(*profile, this, [this, user](const Expected<environment::Profile>& resolved) {
        m_patience.stop();
        if (!resolved)
            return ask(resolved.error());
        openResolved(*resolved, user);
    });
}

void DesktopClient::openResolved(const environment::Profile& profile, const std::optional<UserId>& user) {
    connection::withProxySignIn(profile, m_paths, m_store, this,
                                [this, user](const Expected<environment::Profile>& complete) {
                                    if (!complete)
                                        return ask(complete.error());
                                    takeSeat(*complete, user);
                                });
}

void DesktopClient::takeSeat(const environment::Profile& profile, const std::optional<UserId>& user) {
    if (user)
        if (AccountSeat* there = find(profile.id, *user))
            return showSeat(*there);
    m_seats.push_back(std::make_unique<AccountSeat>(profile, user, m_paths, m_store, m_clock, m_themes));
    AccountSeat& seat = *m_seats.back();
    connectSeat(seat);
    m_window->addPage(&seat.page);
    showSeat(seat);
    seat.session.start();
    refreshAccounts();
}

void DesktopClient::connectSeat(AccountSeat& seat) {
    connect(&seat.page, &ui::MainWindow::accountLineChanged, this, [this, &seat] { seatChanged(seat); });
    connect(
        &seat.page, &ui::MainWindow::removeAccountRequested, this, [this, &seat] { deleteAccount(seat); },
        Qt::QueuedConnection);
    if (!seat.isEmbedded())
        return;
    offerModel(seat);
    connect(&seat.session, &AccountSession::linkStateChanged, this, [this, &seat] { followBackend(seat); });
    connect(&seat.session, &AccountSession::notice, this,
            [this, &seat](const QString& key, const Error& error) {
                if (key == u"reaction" && !error.happened.isEmpty())
                    checkBackend(seat);
            });
    connect(&seat.mute, &QTimer::timeout, this, [this, &seat] { checkBackend(seat); });
}

void DesktopClient::showSeat(AccountSeat& seat) {
    m_window->showPage(&seat.page);
    remember(seat);
    showWindow();
}

void DesktopClient::showWindow() {
    if (!m_window->isVisible())
        m_window->show();
}

void DesktopClient::ask(const Error& why) {
    m_window->ask(why);
    showWindow();
}

void DesktopClient::addServer(const environment::OwnServer& server) {
    const auto added = environment::addOwnServer(server, m_paths.userProfiles());
    if (!added)
        return m_window->serverJudged(added.error());
    m_catalog = environment::ProfileCatalog::load(m_paths.userProfiles());
    m_window->setCatalog(m_catalog);
    m_window->serverJudged({});
    environmentChosen(added->id);
}

void DesktopClient::editServer(const EnvironmentId& environment) {
    const auto profile = m_catalog.find(environment);
    const auto server = profile ? environment::ownServerOf(*profile) : fail(profile.error());
    if (!server)
        return m_window->ask(server.error());
    m_window->editServer(environment, *server);
}

void DesktopClient::changeServer(const EnvironmentId& environment, const environment::OwnServer& server) {
    const auto profile = m_catalog.find(environment);
    const auto changed = profile ? environment::changeOwnServer(*profile, server, m_paths.userProfiles())
                                 : fail(profile.error());
    if (!changed)
        return m_window->serverJudged(changed.error());
    m_catalog = environment::ProfileCatalog::load(m_paths.userProfiles());
    m_window->setCatalog(m_catalog);
    m_window->serverJudged({});
    reopen(environment);
}

/// Its accounts go on at the place that their file names now.
void DesktopClient::reopen(const EnvironmentId& environment) {
    std::vector<UserId> users;
    for (size_t i = m_seats.size(); i-- > 0;) {
        AccountSeat& seat = *m_seats[i];
        if (seat.session.profile().id != environment)
            continue;
        users.push_back(seat.session.user());
        seat.page.saveState(); // what was typed stays
        removeSeat(seat);
    }
    refreshAccounts();
    const auto last = lastUser(environment);
    if (users.empty())
        return open(environment, last);
    for (const UserId& user : users)
        if (user != last)
            open(environment, user.isEmpty() ? std::nullopt : std::optional(user));
    if (last)
        open(environment, last);
}

/// Only without accounts: whoever is signed in there would be left with what they cannot sign out of.
void DesktopClient::removeServer(const EnvironmentId& environment) {
    const auto profile = m_catalog.find(environment);
    const auto known = m_index.accountsOf(environment);
    if (!profile)
        return m_window->ask(profile.error());
    if (!known || !known->empty())
        return m_window->ask(
            makeError(ErrorKind::Conflict, tr("%1 still has an account on this computer.").arg(profile->name),
                      tr("Remove its accounts first: choose the account, then Chat, Remove this account.")));
    if (!connection::keepsProxySignIn(environment, m_paths))
        return removeUnused(*profile);
    // What the keychain holds for it would be found by nobody later.
    connection::storeProxySignIn(environment, {}, m_paths, m_store, this,
                                 [this, unused = *profile](const Expected<void>& forgotten) {
                                     if (forgotten)
                                         removeUnused(unused);
                                     else
                                         m_window->ask(forgotten.error());
                                 });
}

void DesktopClient::removeUnused(const environment::Profile& profile) {
    if (AccountSeat* unused = find(profile.id, {}))
        removeSeat(*unused);
    const auto removed = environment::removeOwnServer(profile);
    m_catalog = environment::ProfileCatalog::load(m_paths.userProfiles());
    m_window->setCatalog(m_catalog);
    m_window->ask(removed ? Error{} : removed.error());
}

/// To add an account, or to come back to the only one of that environment.
void DesktopClient::environmentChosen(const EnvironmentId& environment) {
    AccountSeat* unused = find(environment, {});
    if (unused)
        return showSeat(*unused);
    const auto known = m_index.accountsOf(environment);
    const bool isNew = !known || known->empty();
    // An environment with accounts is chosen here to add another; nobody else would come to this page for it,
    // for those are in the switcher.
    open(environment, isNew ? std::nullopt : std::optional(UserId()));
}

void DesktopClient::accountChosen(int index) {
    if (index < 0 || index >= static_cast<int>(m_known.size()))
        return;
    const Known& known = m_known[static_cast<size_t>(index)];
    if (AccountSeat* seat = find(known.environment, known.user))
        showSeat(*seat);
    else
        open(known.environment, known.user);
}

std::vector<DesktopClient::Known> DesktopClient::knownAccounts() const {
    std::vector<Known> all;
    const auto known = m_index.accounts();
    if (known)
        for (const auth::Account& account : *known)
            all.push_back({account.environment, account.user, account.displayName});
    for (const auto& seat : m_seats) {
        const EnvironmentId& environment = seat->session.profile().id;
        const UserId user = seat->session.user();
        const bool listed = std::any_of(all.begin(), all.end(), [&](const Known& one) {
            return one.environment == environment && one.user == user;
        });
        if (!listed)
            all.push_back({environment, user, {}});
    }
    // Keys are learnt: the order must not depend on who was used last.
    std::sort(all.begin(), all.end(), [](const Known& a, const Known& b) {
        return std::tuple(a.environment, a.user.isEmpty(), a.name, a.user) <
               std::tuple(b.environment, b.user.isEmpty(), b.name, b.user);
    });
    return all;
}

void DesktopClient::refreshAccounts() {
    m_known = knownAccounts();
    std::vector<ui::AccountLine> lines;
    for (const Known& known : m_known) {
        ui::AccountLine line;
        if (const AccountSeat* seat = find(known.environment, known.user)) {
            line = seat->page.accountLine();
            line.current = seat == current();
        } else if (const auto profile = m_catalog.find(known.environment)) {
            line.environment = profile->name;
            line.colour = profile->colour;
        } else {
            line.environment = known.environment.toString();
        }
        if (line.account.isEmpty())
            line.account = known.name;
        lines.push_back(line);
    }
    m_window->setAccounts(lines);
}

void DesktopClient::seatChanged(AccountSeat& seat) {
    refreshAccounts();
    const bool signedIn = seat.session.signInState() == AccountSession::SignInState::SignedIn;
    if (!signedIn)
        return;
    if (&seat == current())
        remember(seat);
    // Later: this may be called from inside the session that has to go.
    QMetaObject::invokeMethod(this, &DesktopClient::mergeTwins, Qt::QueuedConnection);
}

/// Somebody added an account that is open already: the page they had goes on, with the new sign-in.
void DesktopClient::mergeTwins() {
    for (size_t older = 0; older < m_seats.size(); ++older)
        for (size_t newer = older + 1; newer < m_seats.size(); ++newer) {
            AccountSeat& first = *m_seats[older];
            AccountSeat& second = *m_seats[newer];
            const bool twins = !first.session.user().isEmpty() &&
                               first.session.user() == second.session.user() &&
                               first.session.profile().id == second.session.profile().id;
            if (!twins || second.session.signInState() != AccountSession::SignInState::SignedIn)
                continue;
            if (first.session.signInState() != AccountSession::SignInState::SignedIn)
                first.session.retryStore();
            showSeat(first);
            return removeSeat(second);
        }
}

void DesktopClient::removeSeat(AccountSeat& seat) {
    const auto found =
        std::find_if(m_seats.begin(), m_seats.end(), [&](const auto& one) { return one.get() == &seat; });
    if (found == m_seats.end())
        return;
    const bool shown = &seat == current();
    m_window->removePage(&seat.page);
    m_seats.erase(found);
    if (shown)
        m_seats.empty() ? ask({}) : showSeat(*m_seats.back());
    refreshAccounts();
}

void DesktopClient::deleteAccount(AccountSeat& seat) {
    const EnvironmentId environment = seat.session.profile().id;
    const UserId user = seat.session.user();
    if (user.isEmpty())
        return removeSeat(seat);
    const auto finish = [this, &seat, folder = m_paths.account(environment, user)](const Error& said) {
        removeSeat(seat);
        if (!QDir(folder).removeRecursively())
            ask(makeError(ErrorKind::Storage, tr("Some files of the account could not be deleted."),
                          tr("Delete the folder %1 yourself.").arg(QDir::toNativeSeparators(folder))));
        else if (!said.happened.isEmpty())
            ask(said); // the page that would have said it is gone
    };
    // Only for this one try: who signs out later does not want the chats deleted.
    auto* attempt = new QObject(&seat.page);
    auto said = std::make_shared<Error>();
    connect(&seat.session, &AccountSession::notice, attempt, [said](const QString& key, const Error& error) {
        if (key == u"sign-out")
            *said = error;
    });
    connect(&seat.session, &AccountSession::signInStateChanged, attempt,
            [this, &seat, attempt, said, finish] {
                const auto state = seat.session.signInState();
                if (state != AccountSession::SignInState::SignedOut &&
                    state != AccountSession::SignInState::StoreTrouble)
                    return;
                attempt->deleteLater();
                if (state == AccountSession::SignInState::SignedOut)
                    QMetaObject::invokeMethod(
                        this, [finish, said] { finish(*said); }, Qt::QueuedConnection);
            });
    seat.session.signOut();
}

AccountSeat* DesktopClient::find(const EnvironmentId& environment, const UserId& user) const {
    for (const auto& seat : m_seats)
        if (seat->session.profile().id == environment && seat->session.user() == user)
            return seat.get();
    return nullptr;
}

AccountSeat* DesktopClient::current() const {
    for (const auto& seat : m_seats)
        if (&seat->page == m_window->currentPage())
            return seat.get();
    return nullptr;
}

void DesktopClient::remember(const AccountSeat& seat) const {
    QSettings settings(settingsFile(), QSettings::IniFormat);
    const QString environment = seat.session.profile().id.toString();
    settings.setValue(u"environment"_s, environment);
    if (!seat.session.user().isEmpty())
        settings.setValue(u"account/"_s + environment, seat.session.user().toString());
}

environment::LocalBackend& DesktopClient::backend() {
    if (!m_backend) {
        m_backend = std::make_unique<environment::LocalBackend>(backendProgram(), m_paths.backendData());
        connect(m_backend.get(), &environment::LocalBackend::died, this, &DesktopClient::backendDied);
    }
    return *m_backend;
}

QString DesktopClient::settingsFile() const {
    return QDir(m_paths.config).filePath(u"desktop.ini"_s);
}

QString DesktopClient::backendProgram() const {
#ifdef Q_OS_WIN
    return QDir(QCoreApplication::applicationDirPath()).filePath(u"apex.exe"_s);
#else
    return QDir(QCoreApplication::applicationDirPath()).filePath(u"apex"_s);
#endif
}

} // namespace apex::desktop
