// SPDX-License-Identifier: GPL-3.0-or-later
// What the window costs while nothing happens: a real session with a finished run on show and the caret in
// the composer. Prints paint events and wake-ups; fails if anything was painted. usage: bench_idle [SECONDS]
// run inside tests/support/with-keyring.sh
#include "credentials/keychain_store.h"
#include "e2e/apex_program.h"
#include "environment/local_backend.h"
#include "session/account_session.h"
#include "support/browser_person.h"
#include "ui/shell/main_window.h"

#include <QAbstractButton>
#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QNetworkAccessManager>
#include <QPlainTextEdit>
#include <QTest>

#include <cstdio>
#include <map>

using namespace apex;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatience = 30'000;
// The caret stops blinking a while after the last key; until then the person is not idle.
constexpr int kSettleMs = 12'000;

/// Counts what is painted, by the widget it was painted on.
class PaintCounter final : public QObject {
public:
    int paints = 0;
    std::map<QString, int> where;

    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint && watched->isWidgetType()) {
            ++paints;
            ++where[QString::fromLatin1(watched->metaObject()->className()) + u' ' + watched->objectName()];
        }
        return false;
    }
};

bool waitFor(const std::function<bool()>& reached) {
    return QTest::qWaitFor(reached, kPatience);
}

/// Signs in, asks with the sample and waits for the end of the run.
bool finishOneRun(session::AccountSession& session, ui::MainWindow& window, const QUrl& opened) {
    session.start();
    if (!waitFor([&] { return session.signInState() == session::AccountSession::SignInState::SignedOut; }))
        return false;
    session.signIn();
    if (!waitFor([&] { return opened.isValid(); }) || test::visitAndDecide(opened).status != 200)
        return false;
    if (!waitFor([&] { return session.linkState().phase == connection::LinkPhase::Ready; }))
        return false;
    session.sendMessage(window.conversation(), u"Where is my AI spend going?"_s,
                        {QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv")});
    return waitFor([&] {
        const auto& runs = window.conversation()->ledger().runs();
        return !runs.empty() && runs.back().outcome == runs::Outcome::Completed;
    });
}

int report(const PaintCounter& counter, int wakeUps, int seconds) {
    std::printf("%d paint events in %d s\n%.2f wake-ups a second\n", counter.paints, seconds,
                double(wakeUps) / seconds);
    for (const auto& [widget, paints] : counter.where)
        std::printf("  %d on %s\n", paints, qPrintable(widget));
    return counter.paints == 0 ? 0 : 1;
}

int measure(int seconds) {
    PaintCounter counter;
    int wakeUps = 0;
    qApp->installEventFilter(&counter);
    const auto* dispatcher = QAbstractEventDispatcher::instance();
    QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, &counter, [&wakeUps] { ++wakeUps; });
    // The one timer of the measurement is its end.
    QTimer::singleShot(seconds * 1000, qApp, &QCoreApplication::quit);
    QApplication::exec();
    return report(counter, wakeUps, seconds);
}

} // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    const int seconds = argc > 1 ? std::max(1, QByteArray(argv[1]).toInt()) : 5;
    test::ApexProgram apex;
    if (apex.startServer().isEmpty())
        return 2;
    qputenv("APEX_HOME", apex.home().toUtf8());
    const auto paths = environment::resolvePaths();
    if (!paths)
        return 2;
    const auto profile =
        environment::ProfileCatalog::load(paths->userProfiles()).find(EnvironmentId(u"local"_s));
    environment::LocalBackend backend(test::ApexProgram::binary(), paths->backendData());
    std::optional<environment::Profile> resolved;
    if (profile)
        backend.resolve(*profile, &app, [&resolved](Expected<environment::Profile> result) {
            if (result)
                resolved = *result;
        });
    if (!waitFor([&] { return resolved.has_value(); }))
        return 2;
    SystemClock clock;
    QNetworkAccessManager network;
    credentials::KeychainStore store;
    ui::ThemeProvider themes(app);
    QUrl opened;
    session::AccountSession session(
        session::SessionParts{*resolved, *paths, store, network, clock, [&opened](const QUrl& url) {
                                  opened = url;
                                  return true;
                              }});
    ui::MainWindow window(session, themes, *paths);
    window.show();
    if (!finishOneRun(session, window, opened)) {
        std::fputs("bench_idle: the run did not complete\n", stderr);
        return 2;
    }
    window.activateWindow();
    window.findChild<QPlainTextEdit*>(u"composerEdit"_s)->setFocus();
    QTest::qWait(kSettleMs);
    return measure(seconds);
}
