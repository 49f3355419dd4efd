// SPDX-License-Identifier: GPL-3.0-or-later
// Writes pictures of the timeline, the chat list and the sign-in pages into a folder, to be looked at.
#include "support/sample_runs.h"
#include "ui/signin/environment_page.h"
#include "ui/signin/sign_in_page.h"
#include "ui/theme/theme_provider.h"
#include "ui/threads/thread_list.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"
#include "ui/timeline/waterfall_view.h"

#include <QApplication>
#include <QDir>

using namespace apex;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Gallery {
    QApplication& app;
    ui::ThemeProvider& themes;
    QDir folder;
    QString suffix;

    void save(QWidget& widget, const QString& name) const {
        QCoreApplication::processEvents();
        widget.grab().save(folder.filePath(name + suffix + u".png"_s));
    }
};

using Player = void (*)(session::Conversation&, test::FakeClock&, const QString&);

void saveTimeline(const Gallery& gallery, const QString& name, Player play, int openRow, QSize size) {
    test::FakeClock clock;
    session::Conversation conversation{ThreadId(u"thread-1"_s)};
    if (play)
        play(conversation, clock, u"run_0f3a7f3a"_s);
    models::TimelineModel model(clock);
    model.setConversation(&conversation);
    model.setSupportMode(openRow >= 0);
    ui::TimelinePanel panel(model, gallery.themes);
    panel.resize(size);
    panel.show();
    if (openRow >= 0) {
        panel.view()->setCurrentRow(openRow);
        panel.view()->setOpen(openRow, true);
        panel.view()->setFocus();
    }
    gallery.save(panel, name);
}

void playFiveHundred(session::Conversation& conversation, test::FakeClock& clock, const QString& run) {
    test::playLongRun(conversation, clock, run, 500);
}

void saveTimelines(const Gallery& gallery) {
    const QSize size(420, 640);
    saveTimeline(gallery, u"timeline-empty"_s, nullptr, -1, size);
    saveTimeline(gallery, u"timeline-running"_s, test::playRunningRun, -1, size);
    saveTimeline(gallery, u"timeline-finished"_s, test::playHealthyRun, -1, size);
    saveTimeline(gallery, u"timeline-finished-wide"_s, test::playHealthyRun, 3, QSize(560, 640));
    saveTimeline(gallery, u"timeline-failed"_s, test::playFailedRun, -1, size);
    saveTimeline(gallery, u"timeline-no-outcome"_s, test::playNoOutcomeRun, -1, QSize(320, 640));
    saveTimeline(gallery, u"timeline-500"_s, playFiveHundred, -1, size);
}

/// The waterfall above the rows, zoomed by `zooms` steps.
void saveWaterfall(const Gallery& gallery, const QString& name, Player play, int row, int zooms) {
    test::FakeClock clock;
    session::Conversation conversation{ThreadId(u"thread-1"_s)};
    play(conversation, clock, u"run_0f3a7f3a"_s);
    models::TimelineModel model(clock);
    model.setToolHistory([](const QString&) { return history::ToolTimes{212, 3000ms, 9000ms}; });
    model.setLiveness([] { return models::LinkLiveness{true, true, 42ms}; });
    model.setConversation(&conversation);
    model.setSupportMode(true);
    ui::TimelinePanel panel(model, gallery.themes);
    panel.setWaterfallShown(true);
    panel.resize(560, 760);
    panel.show();
    QCoreApplication::processEvents();
    panel.view()->setCurrentRow(row);
    for (int i = 0; i < zooms; ++i)
        panel.waterfall()->zoomIn();
    gallery.save(panel, name);
}

void saveWaterfalls(const Gallery& gallery) {
    saveWaterfall(gallery, u"waterfall"_s, test::playHealthyRun, 4, 0);
    saveWaterfall(gallery, u"waterfall-parallel"_s, test::playParallelRun, 4, 0);
    saveWaterfall(gallery, u"waterfall-zoomed"_s, test::playParallelRun, 4, 2);
    saveWaterfall(gallery, u"waterfall-running"_s, test::playRunningRun, 4, 0);
    saveWaterfall(gallery, u"waterfall-failed"_s, test::playFailedRun, 4, 0);
    saveWaterfall(gallery, u"waterfall-500"_s, playFiveHundred, 100, 0);
}

void saveThreads(const Gallery& gallery) {
    test::FakeClock clock;
    models::ThreadListModel model(clock);
    ui::ThreadList list(model, gallery.themes);
    list.resize(264, 480);
    list.show();
    gallery.save(list, u"threads-empty"_s);
    const auto now = clock.wallNow();
    model.setThreads(
        {{ThreadId(u"a"_s), u"Cut GPU cost in eu-west"_s, now - 41s, true, runs::Outcome::None, true},
         {ThreadId(u"b"_s), u"Monthly report"_s, now - 26h, false, runs::Outcome::Completed, true},
         {ThreadId(u"c"_s), u"Quota check"_s, now - 72h, false, runs::Outcome::Failed, true},
         {ThreadId(u"d"_s), u"Idle clusters and what they cost us since spring"_s, now - 12min, false,
          runs::Outcome::None, true},
         {ThreadId(u"e"_s), QString(), now - 900h, false, runs::Outcome::None, false}});
    list.setCurrentThread(ThreadId(u"b"_s));
    gallery.save(list, u"threads"_s);
}

ui::SignInFacts facts(session::AccountSession::SignInState state) {
    ui::SignInFacts f;
    f.state = state;
    f.environmentName = u"Acme staging"_s;
    f.environmentColour = u"#B25E00"_s;
    f.place = u"apex.acme.example"_s;
    return f;
}

void saveSignIn(const Gallery& gallery) {
    using State = session::AccountSession::SignInState;
    ui::SignInPage page(gallery.themes);
    page.resize(900, 640);
    page.QWidget::show();
    page.show(facts(State::SignedOut));
    gallery.save(page, u"signin"_s);
    auto waiting = facts(State::SigningIn);
    waiting.phase = auth::SignIn::Phase::WaitingForBrowser;
    waiting.address = QUrl(u"https://apex.acme.example/authorize"_s);
    page.show(waiting);
    gallery.save(page, u"signin-waiting"_s);
    auto failed = facts(State::SignedOut);
    failed.error = makeError(ErrorKind::Denied, u"The sign-in page says that access was refused."_s,
                             u"Try again, or ask your administrator for access."_s, u"access_denied"_s);
    page.show(failed);
    gallery.save(page, u"signin-failed"_s);
    auto trouble = facts(State::StoreTrouble);
    trouble.error =
        makeError(ErrorKind::Locked, u"Your keychain is locked."_s, u"Unlock it and try again."_s);
    page.show(trouble);
    gallery.save(page, u"signin-keychain"_s);
}

void saveEnvironments(const Gallery& gallery) {
    const auto catalog = environment::ProfileCatalog::load(QString());
    ui::EnvironmentPage page(catalog, gallery.themes);
    page.resize(900, 640);
    page.show();
    gallery.save(page, u"environments"_s);
}

} // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    const QDir folder(app.arguments().value(1, u"."_s));
    ui::ThemeProvider themes(app);
    for (const auto choice : {ui::SchemeChoice::Light, ui::SchemeChoice::Dark}) {
        themes.setChoice(choice);
        const QString scheme = choice == ui::SchemeChoice::Light ? u"-light"_s : u"-dark"_s;
        const Gallery gallery{app, themes, folder, scheme};
        saveTimelines(gallery);
        saveWaterfalls(gallery);
        saveThreads(gallery);
        saveSignIn(gallery);
        saveEnvironments(gallery);
    }
    return 0;
}
