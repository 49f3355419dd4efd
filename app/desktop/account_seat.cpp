// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/account_seat.h"

#include "connection/proxy_credentials.h"
#include "diagnosis/session_doctor.h"
#include "ui/doctor/doctor_window.h"

#include <QDesktopServices>

namespace apex::desktop {

using namespace std::chrono_literals;

AccountSeat::AccountSeat(const environment::Profile& profile, const std::optional<UserId>& user,
                         const environment::Paths& paths, credentials::SecretStore& store, const Clock& clock,
                         ui::ThemeProvider& themes)
    : network(profile),
      session({.profile = profile,
               .paths = paths,
               .store = store,
               .network = network,
               .clock = clock,
               .openBrowser = [](const QUrl& url) { return QDesktopServices::openUrl(url); },
               .account = user}),
      page(session, themes, paths) {
    mute.setSingleShot(true);
    mute.setInterval(3s);
    diagnosis::keepJournal(session, paths);
    page.setDoctor([this, &paths, &store, &themes] { openDoctor(paths, store, themes); });
}

void AccountSeat::openDoctor(const environment::Paths& paths, credentials::SecretStore& store,
                             const ui::ThemeProvider& themes) {
    auto* window = page.findChild<ui::DoctorWindow*>();
    if (window == nullptr) {
        auto doctor =
            std::make_unique<diagnosis::Doctor>(diagnosis::partsFor(session, paths, store, network));
        window = new ui::DoctorWindow(std::move(doctor), themes, &page);
        window->setAttribute(Qt::WA_DeleteOnClose);
        window->setProxySignIn(
            [this, &paths, &store](const QString& user, Secret password,
                                   std::function<void(Expected<environment::Profile>)> done) {
                keepProxySignIn({user, std::move(password)}, paths, store, std::move(done));
            });
    }
    window->show();
    window->raise();
    window->activateWindow();
}

bool AccountSeat::isEmbedded() const {
    return session.profile().backend == environment::BackendKind::Embedded;
}

void AccountSeat::keepProxySignIn(environment::ProxySignIn signIn, const environment::Paths& paths,
                                  credentials::SecretStore& store,
                                  std::function<void(Expected<environment::Profile>)> done) {
    environment::Profile next = session.profile();
    next.proxySignIn = std::make_shared<const environment::ProxySignIn>(
        environment::ProxySignIn{signIn.user, signIn.password.clone()});
    connection::storeProxySignIn(next.id, std::move(signIn), paths, store, &page,
                                 [this, next, done = std::move(done)](const Expected<void>& stored) {
                                     if (!stored)
                                         return done(fail(stored.error()));
                                     network.use(next);
                                     session.followServer(next);
                                     done(next);
                                 });
}

} // namespace apex::desktop
