// SPDX-License-Identifier: GPL-3.0-or-later
// Writes pictures of the whole window into a folder, to be looked at.
#include "support/gallery/gallery.h"
#include "support/offline_session.h"
#include "support/sample_runs.h"
#include "ui/shell/client_window.h"
#include "ui/shell/main_window.h"
#include "ui/shell/quick_switcher.h"
#include "ui/signin/arrival_page.h"
#include "ui/signin/sign_in_page.h"
#include "ui/timeline/timeline_panel.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>

#include <functional>

using namespace apex;
using gallery::save;
using gallery::settle;
using namespace Qt::StringLiterals;

namespace {

void playChat(session::Conversation& conversation) {
    test::FakeClock clock;
    conversation.setTitle(u"Cut GPU cost in eu-west"_s);
    const RunId run(u"run_0f3a7f3a"_s);
    conversation.appendPrompt(u"Analyse last week's GPU spend in eu-west and tell me where it rose."_s, {},
                              run, session::Delivery::Sent, clock.wallNow());
    test::playHealthyRun(conversation, clock, run.toString());
}

void saveWindows(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme,
                 ui::SchemeChoice choice) {
    test::OfflineSession offline(true);
    ui::WindowSettings(offline.paths()).setScheme(choice);
    ui::MainWindow window(offline.session(), themes, offline.paths());
    window.show();
    save(window, folder, u"window-signin-"_s + scheme);
    offline.signIn();
    save(window, folder, u"window-new-"_s + scheme);
    if (window.conversation())
        playChat(*window.conversation());
    save(window, folder, u"window-chat-"_s + scheme);
    window.resize(900, 760);
    save(window, folder, u"window-900-"_s + scheme);
    window.resize(640, 720);
    save(window, folder, u"window-640-"_s + scheme);
    themes.setTextScale(2.0);
    window.resize(1280, 800);
    save(window, folder, u"window-200-"_s + scheme);
    themes.setTextScale(1.0);
}

ui::SignInFacts platformFacts() {
    ui::SignInFacts facts;
    facts.state = session::AccountSession::SignInState::SignedOut;
    facts.environmentName = u"Netra development"_s;
    facts.environmentColour = u"#1565c0"_s;
    facts.place = u"localhost"_s;
    facts.platform = true;
    facts.offer = auth::PlatformOffer{true, true, {}, {}};
    return facts;
}

void saveSignIn(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    ui::SignInPage page(themes);
    page.resize(900, 760);
    ui::SignInFacts facts = platformFacts();
    page.show(facts);
    page.QWidget::show();
    save(page, folder, u"signin-platform-"_s + scheme);
    facts.attemptError =
        makeError(ErrorKind::Authentication, u"The e-mail address or the password is not right."_s,
                  u"Check both and try again."_s, u"HTTP 401"_s);
    page.show(facts);
    save(page, folder, u"signin-platform-refused-"_s + scheme);
    facts.state = session::AccountSession::SignInState::SigningIn;
    facts.phase = auth::SignIn::Phase::WaitingForBrowser;
    facts.address = QUrl(u"https://auth.example/auth/login"_s);
    facts.attemptError =
        makeError(ErrorKind::Denied,
                  u"This address is at evil.example; the sign-in of this environment ends elsewhere."_s,
                  u"Make sure that you signed in through the page that this program opened."_s);
    page.show(facts);
    save(page, folder, u"signin-paste-"_s + scheme);
    themes.setTextScale(2.0);
    page.resize(560, 620);
    page.show(platformFacts());
    save(page, folder, u"signin-platform-200-"_s + scheme);
    themes.setTextScale(1.0);
}

void saveArrival(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    ui::ArrivalPage page(themes);
    page.resize(760, 620);
    ui::ArrivalFacts facts;
    facts.environmentName = u"Netra development"_s;
    facts.environmentColour = u"#1565c0"_s;
    facts.account = u"a.very.long.address.of.somebody@a-company-with-a-long-name.example"_s;
    facts.host = u"localhost"_s;
    facts.link = models::StatusTone::Busy;
    page.show(facts);
    page.QWidget::show();
    save(page, folder, u"arrival-"_s + scheme);
    facts.sessionOnly = true;
    facts.checkOffered = true;
    facts.link = models::StatusTone::Attention;
    facts.linkError = makeError(ErrorKind::Network, u"The server localhost cannot be reached."_s,
                                u"Check your network."_s, u"connection refused"_s);
    page.show(facts);
    save(page, folder, u"arrival-failed-"_s + scheme);
    themes.setTextScale(2.0);
    page.resize(560, 620);
    save(page, folder, u"arrival-200-"_s + scheme);
    themes.setTextScale(1.0);
}

/// Two accounts with long names; the switcher, the menu, the page that asks.
void saveAccounts(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    test::OfflineSession one;
    test::OfflineSession two;
    for (const auto* offline : {&one, &two})
        ui::WindowSettings(offline->paths()).setScheme(themes.choice());
    const auto catalog = environment::ProfileCatalog::load({});
    ui::ClientWindow window(catalog, themes, one.paths());
    ui::MainWindow first(one.session(), themes, one.paths());
    ui::MainWindow second(two.session(), themes, two.paths());
    window.addPage(&first);
    window.addPage(&second);
    window.show();
    one.signIn();
    two.session().start();
    window.setAccounts({{u"Acme staging"_s, u"#b25e00"_s, u"ana@acme.example"_s, u"Connected"_s, true},
                        {u"Netra production"_s, u"#b3261e"_s,
                         u"a.very.long.address.of.somebody@a-company-with-a-long-name.example"_s,
                         u"Sign-in needed"_s, false},
                        {u"This computer"_s, u"#2e7d32"_s, u"Ana"_s, {}, false}});
    window.showPage(&first);
    settle();
    QMetaObject::invokeMethod(window.findChild<QAbstractButton*>(u"accountChip"_s), "click");
    settle();
    if (auto* menu = QApplication::activePopupWidget())
        save(*menu, folder, u"account-menu-"_s + scheme), menu->close();
    first.findChild<QAction*>(u"goTo"_s)->trigger();
    settle();
    if (auto* switcher = first.findChild<ui::QuickSwitcher*>())
        save(*switcher, folder, u"quick-switcher-"_s + scheme), switcher->close();
    window.resize(560, 640);
    save(window, folder, u"client-narrow-"_s + scheme);
    window.resize(1000, 760);
    window.ask({});
    save(window, folder, u"client-ask-"_s + scheme);
}

using Play = std::function<void(session::Conversation&)>;

/// One picture of the window in one state.
void saveState(ui::ThemeProvider& themes, const QDir& folder, const QString& name, ui::SchemeChoice choice,
               const Play& play, bool waterfall = false, double scale = 1.0) {
    test::OfflineSession offline(true);
    ui::WindowSettings(offline.paths()).setScheme(choice);
    ui::WindowSettings(offline.paths()).setTextScale(scale);
    ui::MainWindow window(offline.session(), themes, offline.paths());
    window.resize(1440, 900);
    window.show();
    offline.signIn();
    settle();
    if (play && window.conversation())
        play(*window.conversation());
    if (auto* timeline = window.findChild<ui::TimelinePanel*>())
        timeline->setWaterfallShown(waterfall);
    save(window, folder, name);
    themes.setTextScale(1.0);
}

Play withPrompt(void (*run)(session::Conversation&, test::FakeClock&, const QString&)) {
    return [run](session::Conversation& chat) {
        test::FakeClock clock;
        chat.setTitle(u"Cut GPU cost in eu-west"_s);
        chat.appendPrompt(u"Analyse last week's GPU spend in eu-west and tell me where it rose."_s, {},
                          RunId(u"run_0f3a7f3a"_s), session::Delivery::Sent, clock.wallNow());
        run(chat, clock, u"run_0f3a7f3a"_s);
    };
}

void playLongThread(session::Conversation& chat) {
    test::FakeClock clock;
    chat.setTitle(u"Two hundred questions"_s);
    for (int i = 0; i < 200; ++i) {
        const RunId run(u"run_%1"_s.arg(i));
        chat.appendPrompt(u"Question %1: what did team %2 spend?"_s.arg(i + 1).arg(i % 7), {}, run,
                          session::Delivery::Sent, clock.wallNow());
        test::playParallelRun(chat, clock, run.toString());
    }
}

void saveStates(ui::ThemeProvider& themes, const QDir& folder) {
    using Choice = ui::SchemeChoice;
    saveState(themes, folder, u"light"_s, Choice::Light, withPrompt(test::playParallelRun), true);
    saveState(themes, folder, u"dark"_s, Choice::Dark, withPrompt(test::playParallelRun), true);
    saveState(themes, folder, u"high-contrast"_s, Choice::HighContrast, withPrompt(test::playNoOutcomeRun),
              true);
    saveState(themes, folder, u"200-percent"_s, Choice::Light, withPrompt(test::playHealthyRun), false, 2.0);
    saveState(themes, folder, u"long-thread"_s, Choice::Light, playLongThread);
    saveState(themes, folder, u"running"_s, Choice::Light, withPrompt(test::playRunningRun), true);
    saveState(themes, folder, u"failed"_s, Choice::Light, withPrompt(test::playFailedRun));
    saveState(themes, folder, u"no-outcome"_s, Choice::Light, withPrompt(test::playNoOutcomeRun));
    saveState(themes, folder, u"empty"_s, Choice::Light, {});
    QApplication::setLayoutDirection(Qt::RightToLeft);
    saveState(themes, folder, u"right-to-left"_s, Choice::Light, withPrompt(test::playHealthyRun), true);
    QApplication::setLayoutDirection(Qt::LeftToRight);
}

} // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    const QDir folder(app.arguments().value(1, u"."_s));
    ui::ThemeProvider themes(app);
    if (app.arguments().contains(u"--for-scale"_s)) {
        gallery::saveForScale(themes, folder);
        return 0;
    }
    saveStates(themes, folder);
    for (const bool dark : {false, true}) {
        const QString scheme = dark ? u"dark"_s : u"light"_s;
        saveWindows(themes, folder, scheme, dark ? ui::SchemeChoice::Dark : ui::SchemeChoice::Light);
        themes.setChoice(dark ? ui::SchemeChoice::Dark : ui::SchemeChoice::Light);
        saveSignIn(themes, folder, scheme);
        saveArrival(themes, folder, scheme);
        saveAccounts(themes, folder, scheme);
        gallery::saveParts(themes, folder, scheme);
    }
    themes.setChoice(ui::SchemeChoice::HighContrast);
    gallery::saveParts(themes, folder, u"high-contrast"_s);
    themes.setChoice(ui::SchemeChoice::Light);
    gallery::saveLanguages(themes, folder);
    return 0;
}
