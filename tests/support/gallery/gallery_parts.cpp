// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/gallery/gallery.h"
#include "support/long_words.h"
#include "support/offline_session.h"
#include "support/sample_runs.h"
#include "ui/composer/composer.h"
#include "ui/shell/client_window.h"
#include "ui/shell/key_sheet.h"
#include "ui/shell/main_window.h"
#include "ui/signin/sign_in_page.h"
#include "ui/threads/thread_list.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QFileInfo>
#include <QListView>

namespace apex::gallery {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kSample = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");

/// The window of an account with a chat whose answer names its sources.
struct Scene {
    explicit Scene(ui::ThemeProvider& themes, double scale = 1.0) : offline(true) {
        ui::WindowSettings(offline.paths()).setScheme(themes.choice());
        ui::WindowSettings(offline.paths()).setTextScale(scale);
        window = std::make_unique<ui::MainWindow>(offline.session(), themes, offline.paths());
        window->resize(1280, 800);
        window->show();
        offline.signIn();
        settle();
    }
    void play() {
        test::FakeClock clock;
        session::Conversation& chat = *window->conversation();
        chat.setTitle(u"Cut GPU cost in eu-west"_s);
        chat.appendPrompt(u"Analyse last week's GPU spend in eu-west and tell me where it rose."_s,
                          {u"usage-2025-06.csv"_s}, RunId(u"run_0f3a"_s), session::Delivery::Sent,
                          clock.wallNow());
        test::playSourcedRun(chat, clock, u"run_0f3a"_s);
        settle();
    }
    template <typename Part>
    [[nodiscard]] Part& part() const {
        return *window->findChild<Part*>();
    }

    test::OfflineSession offline;
    std::unique_ptr<ui::MainWindow> window;
};

void saveFirstStart(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    test::OfflineSession offline;
    ui::WindowSettings(offline.paths()).setScheme(themes.choice());
    const auto catalog = environment::ProfileCatalog::load({});
    ui::ClientWindow window(catalog, themes, offline.paths());
    window.resize(1000, 760);
    window.show();
    window.ask({});
    save(window, folder, u"first-start-"_s + scheme);
    QMetaObject::invokeMethod(window.findChild<QAbstractButton*>(u"addOwnServer"_s), "click");
    save(window, folder, u"own-server-"_s + scheme);
}

void saveDeviceCode(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    ui::SignInPage page(themes);
    page.resize(900, 760);
    ui::SignInFacts facts;
    facts.state = session::AccountSession::SignInState::SignedOut;
    facts.environmentName = u"Acme staging"_s;
    facts.environmentColour = u"#b25e00"_s;
    facts.place = u"chat.acme.example"_s;
    page.show(facts);
    page.QWidget::show();
    save(page, folder, u"signin-oauth-"_s + scheme);
    facts.state = session::AccountSession::SignInState::SigningIn;
    facts.phase = auth::SignIn::Phase::WaitingForBrowser;
    facts.address = QUrl(u"https://login.acme.example/device"_s);
    facts.device = auth::DevicePrompt{.userCode = u"WDJB-MJHT"_s,
                                      .address = facts.address,
                                      .addressWithCode = {},
                                      .expiresAt = SystemClock().wallNow() + 10min};
    page.show(facts);
    save(page, folder, u"signin-code-"_s + scheme);
    facts.device.reset();
    facts.state = session::AccountSession::SignInState::StoreTrouble;
    facts.error = makeError(ErrorKind::Locked, u"Your keychain is locked."_s, u"Unlock it and try again."_s,
                            u"org.freedesktop.Secret.Error.IsLocked"_s);
    page.show(facts);
    save(page, folder, u"signin-keychain-"_s + scheme);
}

std::vector<session::ThreadEntry> threads() {
    const WallTime now = SystemClock().wallNow();
    using runs::Outcome;
    return {
        {ThreadId(u"1"_s), u"Cut GPU cost in eu-west"_s, now - 1min, true, Outcome::None, false},
        {ThreadId(u"2"_s), u"Monthly report for the board with every team, model and region"_s, now - 26h,
         false, Outcome::Completed, true},
        {ThreadId(u"3"_s), u"Quota check"_s, now - 80h, false, Outcome::Failed, true},
        {ThreadId(u"4"_s), u"Idle clusters"_s, now - 300h, false, Outcome::None, true},
        {ThreadId(u"5"_s), u"Rechnungen im März, Überblick"_s, now - 900h, false, Outcome::Cancelled, true},
        {ThreadId(u"6"_s), {}, now - 9000h, false, Outcome::None, false}};
}

void saveThreads(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    SystemClock clock;
    models::ThreadListModel model(clock);
    ui::ThreadList list(model, themes);
    model.setThreads(threads());
    list.resize(256, 480);
    list.show();
    list.view()->setCurrentIndex(model.index(1));
    save(list, folder, u"threads-"_s + scheme);
}

void saveComposer(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    Scene scene(themes);
    scene.play();
    auto& composer = scene.part<ui::Composer>();
    composer.addFiles(
        {kSample, QFileInfo(kSample).absolutePath() + u"/openai-usage.json"_s, u"/nowhere/missing.csv"_s});
    composer.setDraft(u"Compare these two exports and tell me\nwhich team doubled its cost."_s);
    save(*scene.window, folder, u"composer-"_s + scheme);
    composer.clearFiles();
    composer.setDraft(u"A line of a long prompt.\n"_s.repeated(30));
    composer.setRunning(true);
    save(composer, folder, u"composer-long-"_s + scheme);
}

void saveTimeline(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    Scene scene(themes);
    scene.play();
    auto& rows = *scene.part<ui::TimelinePanel>().view();
    rows.setFocus();
    rows.setCurrentRow(1);
    rows.setOpen(1, true);
    Q_EMIT rows.rowActivated(1);
    save(*scene.window, folder, u"place-"_s + scheme);
    scene.part<ui::TimelinePanel>().setFilterShown(true);
    scene.part<ui::TimelinePanel>().setWaterfallShown(true);
    save(scene.part<ui::TimelinePanel>(), folder, u"timeline-"_s + scheme);
}

void saveTrouble(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    Scene scene(themes);
    scene.play();
    Error full = makeError(ErrorKind::Storage, u"The disk is full, so nothing is recorded."_s,
                           u"Make room, then recording goes on by itself."_s, u"ENOSPC"_s);
    full.kept = u"The chat goes on."_s;
    Q_EMIT scene.offline.session().notice(u"disk"_s, full);
    QMetaObject::invokeMethod(scene.window->findChild<QAbstractButton*>(u"connectionChip"_s), "click");
    save(*scene.window, folder, u"banner-"_s + scheme);
    if (auto* popover = scene.window->findChild<QWidget*>(u"connectionPopover"_s))
        save(*popover, folder, u"popover-"_s + scheme), popover->hide();
    ui::KeySheet sheet(scene.window.get());
    sheet.show();
    save(sheet, folder, u"keys-"_s + scheme);
    sheet.hide();
    for (auto* action : scene.window->findChildren<QAction*>())
        if (action->text().contains(u"heck the connection"_s))
            action->trigger();
    settle();
    settle();
    for (auto* dialog : scene.window->findChildren<QDialog*>())
        if (dialog->isVisible())
            save(*dialog, folder, u"doctor-"_s + scheme), dialog->close();
}

} // namespace

void saveParts(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme) {
    saveFirstStart(themes, folder, scheme);
    saveDeviceCode(themes, folder, scheme);
    saveThreads(themes, folder, scheme);
    saveComposer(themes, folder, scheme);
    saveTimeline(themes, folder, scheme);
    saveTrouble(themes, folder, scheme);
}

void saveLanguages(ui::ThemeProvider& themes, const QDir& folder) {
    test::LongWords words;
    QApplication::installTranslator(&words);
    saveParts(themes, folder, u"long-words"_s);
    QApplication::removeTranslator(&words);
    QApplication::setLayoutDirection(Qt::RightToLeft);
    saveParts(themes, folder, u"mirrored"_s);
    QApplication::setLayoutDirection(Qt::LeftToRight);
}

void saveForScale(ui::ThemeProvider& themes, const QDir& folder) {
    for (const bool dark : {false, true}) {
        themes.setChoice(dark ? ui::SchemeChoice::Dark : ui::SchemeChoice::Light);
        const QString scheme = dark ? u"dark"_s : u"light"_s;
        saveTimeline(themes, folder, scheme);
        saveDeviceCode(themes, folder, scheme);
        saveThreads(themes, folder, scheme);
    }
}

} // namespace apex::gallery
