// SPDX-License-Identifier: GPL-3.0-or-later
// The window of the product with its real session, keychain and sockets, against a backend process of its
// own. The test plays the person: at the window with keys and clicks, in the browser with the consent page.
#include "credentials/keychain_store.h"
#include "e2e/apex_program.h"
#include "environment/local_backend.h"
#include "models/timeline_model.h"
#include "session/account_session.h"
#include "support/browser_person.h"
#include "ui/composer/composer.h"
#include "ui/shell/main_window.h"
#include "ui/timeline/timeline_view.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QLabel>
#include <QMimeData>
#include <QNetworkAccessManager>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTest>

using namespace apex;
using namespace Qt::StringLiterals;
using runs::StepKind;
using runs::StepState;

namespace {

const QString kSample = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");
constexpr int kPatience = 30'000;

/// Sum of the cost column in nano-dollars, by integers on the raw text: independent of the product's
/// arithmetic.
qint64 costOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    const qsizetype column = file.readLine().trimmed().split(',').indexOf("cost_usd");
    qint64 sum = 0;
    while (!file.atEnd()) {
        const QByteArrayList parts = file.readLine().trimmed().split(',').value(column).split('.');
        sum +=
            parts.value(0).toLongLong() * 1'000'000'000 + parts.value(1).leftJustified(9, '0').toLongLong();
    }
    return sum;
}

QString dollars(qint64 nano) {
    return QString::number(nano / 1'000'000'000) + u'.' +
           QString::number(nano % 1'000'000'000).rightJustified(9, u'0');
}

/// A valid export that takes the backend long enough to be stopped on the way.
bool writeLargeExport(const QString& path, qint64 bytes) {
    QFile sample(kSample);
    QFile file(path);
    if (!sample.open(QIODevice::ReadOnly) || !file.open(QIODevice::WriteOnly))
        return false;
    const QByteArray header = sample.readLine();
    const QByteArray rows = sample.readAll();
    file.write(header);
    while (file.size() < bytes)
        if (file.write(rows) != rows.size())
            return false;
    return true;
}

} // namespace

class TestWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void startsOnTheSignInPage();
    void theButtonSignsInAndConnects();
    void aFilePastedIntoTheComposerIsAttached();
    void enterAsksAndTheAnswerHoldsTheTotal();
    void theTimelineHasAllFiveEventsInOrderAndPaired();
    void stopEndsARunInWords();
    void aKilledBackendIsSaidInWordsAndOffersRetry();
    void aRestartedBackendIsReconnected();
    void signOutLeadsBackToTheSignInPage();

private:
    template <typename Widget>
    Widget* shown(const QString& name) const {
        for (auto* widget : m_window->findChildren<Widget*>(name))
            if (widget->isVisible())
                return widget;
        return nullptr;
    }
    [[nodiscard]] QString chip() const {
        const auto* button = m_window->findChild<QAbstractButton*>(u"connectionChip"_s);
        return button ? button->text() : QString();
    }
    [[nodiscard]] QPlainTextEdit* edit() const { return shown<QPlainTextEdit>(u"composerEdit"_s); }
    [[nodiscard]] models::TimelineModel* timeline() const {
        return m_window->findChild<ui::TimelineView*>()->model();
    }
    [[nodiscard]] QString lastAnswer() const {
        const auto& messages = m_window->conversation()->messages();
        return messages.empty() ? QString() : messages.back().text;
    }
    void pasteFile(const QString& path);
    void startBackend();

    test::ApexProgram m_apex;
    QString m_port = u"0"_s;
    SystemClock m_clock;
    QNetworkAccessManager m_network;
    credentials::KeychainStore m_store;
    ui::ThemeProvider m_themes{*qobject_cast<QApplication*>(QCoreApplication::instance())};
    std::unique_ptr<environment::LocalBackend> m_backend;
    std::unique_ptr<session::AccountSession> m_session;
    std::unique_ptr<ui::MainWindow> m_window;
    QUrl m_opened;
};

void TestWindow::startBackend() {
    const QJsonObject line = m_apex.startServer({u"--port"_s, m_port});
    m_port = QString::number(QUrl(line.value(u"base_url"_s).toString()).port());
    QVERIFY(m_port != u"-1"_s);
}

void TestWindow::pasteFile(const QString& path) {
    auto* data = new QMimeData;
    data->setUrls({QUrl::fromLocalFile(path)});
    QApplication::clipboard()->setMimeData(data);
    edit()->setFocus();
    QTest::keyClick(edit(), Qt::Key_V, Qt::ControlModifier);
}

void TestWindow::initTestCase() {
    startBackend();
    qputenv("APEX_HOME", m_apex.home().toUtf8());
    const auto paths = environment::resolvePaths();
    QVERIFY(paths);
    const auto profile =
        environment::ProfileCatalog::load(paths->userProfiles()).find(EnvironmentId(u"local"_s));
    QVERIFY(profile);
    m_backend =
        std::make_unique<environment::LocalBackend>(test::ApexProgram::binary(), paths->backendData());
    std::optional<environment::Profile> resolved;
    m_backend->resolve(*profile, this, [&resolved](Expected<environment::Profile> result) {
        if (result)
            resolved = *result;
    });
    QTRY_VERIFY_WITH_TIMEOUT(resolved, kPatience);
    QVERIFY(!m_backend->isOurs());
    m_session = std::make_unique<session::AccountSession>(
        session::SessionParts{*resolved, *paths, m_store, m_network, m_clock, [this](const QUrl& url) {
                                  m_opened = url;
                                  return true;
                              }});
    m_window = std::make_unique<ui::MainWindow>(*m_session, m_themes, *paths);
    m_window->show();
    m_session->start();
}

void TestWindow::cleanupTestCase() {
    m_window.reset();
    m_session.reset();
    m_backend.reset();
}

void TestWindow::startsOnTheSignInPage() {
    QTRY_VERIFY_WITH_TIMEOUT(shown<QAbstractButton>(u"signIn"_s), kPatience);
    QCOMPARE(m_session->signInState(), session::AccountSession::SignInState::SignedOut);
    QCOMPARE(chip(), u"Signed out"_s);
}

void TestWindow::theButtonSignsInAndConnects() {
    QTest::mouseClick(shown<QAbstractButton>(u"signIn"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(m_opened.isValid(), kPatience);
    QTRY_VERIFY(shown<QAbstractButton>(u"copyAddress"_s));
    QCOMPARE(test::visitAndDecide(m_opened).status, 200);
    QTRY_VERIFY_WITH_TIMEOUT(chip().startsWith(u"Connected"_s), kPatience);
    // The first sign-in of an account says what works before it lets the person start.
    QTRY_VERIFY(shown<QLabel>(u"arrivalLink"_s));
    QTRY_VERIFY(shown<QLabel>(u"arrivalLink"_s)->text().contains(u"is up"_s));
    QTest::keyClick(shown<QAbstractButton>(u"startChatting"_s), Qt::Key_Space);
    QTRY_VERIFY(shown<QWidget>(u"workspace"_s));
}

void TestWindow::aFilePastedIntoTheComposerIsAttached() {
    pasteFile(kSample);
    auto* composer = m_window->findChild<ui::Composer*>();
    QCOMPARE(composer->files(), QStringList{kSample});
    QTRY_VERIFY(shown<QWidget>(u"attachmentChip"_s));
}

void TestWindow::enterAsksAndTheAnswerHoldsTheTotal() {
    QTest::keyClicks(edit(), u"Where is my AI spend going?"_s);
    QTest::keyClick(edit(), Qt::Key_Return);
    QVERIFY(edit()->toPlainText().isEmpty());
    const auto completed = [this] {
        const auto summary = timeline()->summary();
        return summary && summary->mark == models::RunMark::Completed;
    };
    QTRY_VERIFY_WITH_TIMEOUT(completed(), kPatience);
    QCOMPARE(timeline()->summary()->verdict, runs::Verdict::Ok);
    const qint64 total = costOf(kSample);
    QVERIFY(total > 0);
    QTRY_VERIFY2(lastAnswer().contains(dollars(total)), qPrintable(lastAnswer().left(500)));
    QCOMPARE(m_window->conversation()->messages().back().kind, session::AnswerKind::Full);
}

void TestWindow::theTimelineHasAllFiveEventsInOrderAndPaired() {
    const auto& run = m_window->conversation()->ledger().runs().back();
    QVERIFY(run.findings.empty());
    QCOMPARE(run.counts.agentStarted, run.counts.agentCompleted);
    QCOMPARE(run.counts.toolExecuting, run.counts.toolCompleted);
    QVERIFY(run.counts.agentStarted > 0 && run.counts.agentThinking > 0 && run.counts.toolExecuting > 0);
    QCOMPARE(timeline()->rowCount(), static_cast<int>(run.steps.size()));
    QCOMPARE(timeline()->row(0).kind, StepKind::Agent);
    QCOMPARE(timeline()->row(0).title, u"Supervisor"_s);
    QStringList agents;
    int thoughts = 0;
    int tools = 0;
    std::chrono::milliseconds before{};
    for (int i = 0; i < timeline()->rowCount(); ++i) {
        const models::TimelineRow row = timeline()->row(i);
        QVERIFY2(row.started >= before, qPrintable(row.sentence));
        before = row.started;
        if (row.kind == StepKind::Agent)
            agents << row.title;
        thoughts += row.kind == StepKind::Thinking ? 1 : 0;
        tools += row.kind == StepKind::Tool ? 1 : 0;
        // Each start found its end: nothing runs on or stays unfinished.
        QVERIFY2(row.state == StepState::Done || row.state == StepState::Instant, qPrintable(row.sentence));
    }
    QCOMPARE(agents, (QStringList{u"Supervisor"_s, u"triage"_s, u"data"_s, u"optimization"_s, u"actions"_s,
                                  u"reporting"_s}));
    QCOMPARE(tools, run.counts.toolExecuting);
    QCOMPARE(thoughts, run.counts.agentThinking);
}

void TestWindow::stopEndsARunInWords() {
    const QString large = m_apex.home() + u"/large.csv"_s;
    QVERIFY(writeLargeExport(large, 60'000'000));
    const auto runsBefore = m_window->conversation()->ledger().runs().size();
    pasteFile(large);
    QTest::keyClicks(edit(), u"Where is my AI spend going?"_s);
    QTest::keyClick(edit(), Qt::Key_Return);
    const auto& runs = m_window->conversation()->ledger().runs();
    QTRY_VERIFY_WITH_TIMEOUT(runs.size() > runsBefore && shown<QAbstractButton>(u"stopButton"_s), kPatience);
    QTest::mouseClick(shown<QAbstractButton>(u"stopButton"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(runs.back().ended, kPatience);
    QCOMPARE(runs.back().outcome, runs::Outcome::Cancelled);
    QTRY_COMPARE(timeline()->summary()->mark, models::RunMark::Cancelled);
    const auto* verdict = m_window->findChild<QLabel*>(u"runVerdict"_s);
    QTRY_VERIFY2(verdict->text().contains(u"stopped"_s), qPrintable(verdict->text()));
    QCOMPARE(m_window->conversation()->messages().back().kind, session::AnswerKind::Stopped);
    QTRY_VERIFY(!shown<QAbstractButton>(u"stopButton"_s));
}

void TestWindow::aKilledBackendIsSaidInWordsAndOffersRetry() {
    m_apex.server()->kill();
    m_apex.stopServer();
    QTRY_VERIFY2_WITH_TIMEOUT(chip().startsWith(u"Offline"_s), qPrintable(chip()), kPatience);
    auto* button = m_window->findChild<QAbstractButton*>(u"connectionChip"_s);
    QTest::mouseClick(button, Qt::LeftButton);
    auto* popover = m_window->findChild<QWidget*>(u"connectionPopover"_s);
    QTRY_VERIFY(popover->isVisible());
    const auto buttons = popover->findChildren<QAbstractButton*>();
    const auto retry = std::find_if(buttons.begin(), buttons.end(), [](const QAbstractButton* candidate) {
        return candidate->text().startsWith(u"Retry"_s) && candidate->isVisible();
    });
    QVERIFY(retry != buttons.end());
    popover->hide();
    // What is written now waits, and the button says so.
    QTRY_COMPARE(shown<QAbstractButton>(u"sendButton"_s)->text(), u"Queue"_s);
}

void TestWindow::aRestartedBackendIsReconnected() {
    startBackend();
    m_session->retryConnection();
    QTRY_VERIFY2_WITH_TIMEOUT(chip().startsWith(u"Connected"_s), qPrintable(chip()), kPatience);
    QCOMPARE(shown<QAbstractButton>(u"sendButton"_s)->text(), u"Send"_s);
    QTest::keyClicks(edit(), u"What was the total?"_s);
    QTest::keyClick(edit(), Qt::Key_Return);
    const auto answered = [this] {
        const auto& last = m_window->conversation()->messages().back();
        return last.speaker == session::Speaker::Agent && last.kind == session::AnswerKind::Full;
    };
    QTRY_VERIFY_WITH_TIMEOUT(answered(), kPatience);
}

void TestWindow::signOutLeadsBackToTheSignInPage() {
    for (auto* action : m_window->findChildren<QAction*>())
        if (action->text() == u"Sign &out"_s)
            action->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(shown<QAbstractButton>(u"signIn"_s), kPatience);
    QCOMPARE(m_window->conversation(), nullptr);
    QCOMPARE(m_session->signInState(), session::AccountSession::SignInState::SignedOut);
}

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
