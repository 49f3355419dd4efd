// SPDX-License-Identifier: GPL-3.0-or-later
// A sign-in ends while somebody reads far up, a run goes on, a draft is half written and a message waits:
// after signing in again everything is where it was. Real sockets, the real window.
#include "support/sample_runs.h"
#include "support/session_home.h"
#include "ui/composer/composer.h"
#include "ui/shell/connection_popover.h"
#include "ui/shell/main_window.h"
#include "ui/shell/workspace.h"
#include "ui/signin/sign_in_page.h"
#include "ui/transcript/transcript_view.h"

#include <QPushButton>
#include <QScrollBar>
#include <QTest>

using namespace apex;
using namespace apex::test;
using namespace apex::ui;
using connection::LinkPhase;
using State = session::AccountSession::SignInState;

namespace {

/// Where the reader is: a row, and the pixel line of it at the top of the window.
using Place = std::pair<int, int>;

Place placeOf(TranscriptView& transcript) {
    const auto& rows = transcript.placedRows();
    return rows.empty() ? Place(-1, 0) : Place(rows.front().row, rows.front().top);
}

} // namespace

class TestUiSignInAgain final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everythingIsWhereItWas();
};

void TestUiSignInAgain::everythingIsWhereItWas() {
    Platform platform;
    platform.server.onHttp("/auth/login", 200, pairFor("ann"));
    platform.server.onHttp("/auth/refresh", 401, R"({"detail":"Invalid refresh token"})");
    Home home;
    const session::SessionParts parts = platformParts(home, platform);
    session::AccountSession session(parts);
    ThemeProvider themes(*qApp);
    MainWindow window(session, themes, parts.paths);
    window.resize(1000, 700);
    window.show();
    session.signInWithPassword(u"ann@example.com"_s, Secret("right"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    if (auto* start = window.findChild<QPushButton*>(u"startChatting"_s); start && start->isVisible())
        start->click();
    auto* workspace = window.findChild<Workspace*>();
    QTRY_VERIFY(workspace->isVisible());
    session::Conversation* chat = window.conversation();
    FakeClock clock;
    for (int i = 0; i < 12; ++i)
        playHealthyRun(*chat, clock, u"past-%1"_s.arg(i));
    session.sendMessage(chat, u"the question"_s, {});
    QTRY_COMPARE(platform.prompts(), 1);
    const QByteArray run = platform.prompt(0)["run_id"_L1].toString().toUtf8();
    const QByteArray thread = chat->thread().toString().toUtf8();
    platform.event("agent_started", run, thread);
    QTRY_VERIFY(chat->isRunning());

    auto* transcript = window.findChild<TranscriptView*>();
    auto* composer = window.findChild<Composer*>();
    composer->setDraft(u"half a thought"_s);
    transcript->placedRows();
    transcript->verticalScrollBar()->setValue(transcript->verticalScrollBar()->maximum() / 3);
    QVERIFY(!transcript->isFollowing());
    const Place place = placeOf(*transcript);
    QVERIFY(place.first > 0);

    platform.server.refuseUpgrades(401);
    platform.server.closeAll(4401, u"expired"_s);
    QTRY_COMPARE_WITH_TIMEOUT(session.signInState(), State::NeedsSignIn, 20'000);
    QVERIFY(workspace->isVisible()); // nobody is thrown out of the chat
    QCOMPARE(placeOf(*transcript), place);
    session.sendMessage(chat, u"written meanwhile"_s, {});
    QCOMPARE(chat->messages().back().delivery, session::Delivery::Queued);
    QCOMPARE(placeOf(*transcript), place);

    Q_EMIT window.findChild<ConnectionPopover*>()->signInRequested();
    QTRY_VERIFY(window.findChild<SignInPage*>()->isVisible());
    platform.server.refuseUpgrades(0);
    session.signInWithPassword(u"ann@example.com"_s, Secret("right"));
    QTRY_COMPARE_WITH_TIMEOUT(session.linkState().phase, LinkPhase::Ready, 20'000);
    QTRY_VERIFY(workspace->isVisible());
    QCOMPARE(window.conversation(), chat);
    QCOMPARE(placeOf(*transcript), place);
    QVERIFY(!transcript->isFollowing());
    QCOMPARE(composer->draft(), u"half a thought"_s);
    QTRY_COMPARE(platform.prompts(), 2);

    QVERIFY(chat->isRunning());
    platform.event("agent_completed", run, thread, R"(,"payload":{"result":{"summary":"the answer"}})");
    QTRY_VERIFY(std::any_of(chat->messages().begin(), chat->messages().end(),
                            [](const auto& message) { return message.text == u"the answer"; }));
    QCOMPARE(placeOf(*transcript), place);
}

QTEST_MAIN(TestUiSignInAgain)
#include "tst_ui_sign_in_again.moc"
