// SPDX-License-Identifier: GPL-3.0-or-later
// The window of the connection check over a real doctor: what a person sees, copies, and hears of it.
#include "credentials/memory_store.h"
#include "diagnosis/doctor.h"
#include "diagnosis/sign_in_journal.h"
#include "environment/profile_network.h"
#include "ui/doctor/doctor_window.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>

using namespace apex;
using namespace Qt::StringLiterals;
using diagnosis::CheckState;

class UiDoctorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void tellsTheProblemAndItsFix();
    void runsAgain();
    void everyRowIsASentenceForReaders();
    void proxyPasswordGoesToTheKeeperOnly();
    void everyFaultHasWords();
    void journalIsShortAndPrivate();
    void pictures();

private:
    [[nodiscard]] std::unique_ptr<ui::DoctorWindow> window(const Error& profileError);
    [[nodiscard]] std::unique_ptr<ui::DoctorWindow> windowOfUnreachable();

    QTemporaryDir m_home;
    credentials::MemoryStore m_store;
    environment::ProfileNetwork m_network;
    SystemClock m_clock;
    std::unique_ptr<ui::ThemeProvider> m_themes;
};

void UiDoctorTest::initTestCase() {
    qputenv("APEX_HOME", m_home.path().toUtf8());
    m_themes = std::make_unique<ui::ThemeProvider>(*qApp);
}

std::unique_ptr<ui::DoctorWindow> UiDoctorTest::window(const Error& profileError) {
    diagnosis::DoctorParts parts{.store = m_store, .network = m_network, .clock = m_clock};
    parts.profileError = profileError;
    return std::make_unique<ui::DoctorWindow>(std::make_unique<diagnosis::Doctor>(std::move(parts)),
                                              *m_themes);
}

std::unique_ptr<ui::DoctorWindow> UiDoctorTest::windowOfUnreachable() {
    diagnosis::DoctorParts parts{.store = m_store, .network = m_network, .clock = m_clock};
    environment::Profile profile;
    profile.id = EnvironmentId(u"acme"_s);
    profile.name = u"Acme"_s;
    profile.source = u"/home/ana/.config/apex-desktop/environments/acme.json"_s;
    profile.apiUrl = profile.issuer = QUrl(u"http://127.0.0.1:1"_s);
    profile.socketUrl = QUrl(u"ws://127.0.0.1:1/ws"_s);
    parts.profile = profile;
    return std::make_unique<ui::DoctorWindow>(std::make_unique<diagnosis::Doctor>(std::move(parts)),
                                              *m_themes);
}

void UiDoctorTest::tellsTheProblemAndItsFix() {
    const auto shown = windowOfUnreachable();
    QSignalSpy finished(&shown->doctor(), &diagnosis::Doctor::finished);
    shown->show();
    auto* again = shown->findChildren<QPushButton*>().front();
    QVERIFY(!again->isEnabled());
    QVERIFY(finished.wait(30'000));
    QVERIFY(again->isEnabled());
    QCOMPARE(shown->findChild<QLabel*>(u"doctorSummary"_s)->text(), u"1 problem found."_s);
    auto* list = shown->findChild<QTreeWidget*>(u"doctorChecks"_s);
    QCOMPARE(list->currentItem()->text(0), u"Way to the servers"_s);
    QCOMPARE(list->currentItem()->text(1), u"problem"_s);
    QStringList words;
    for (const QLabel* label : shown->findChild<QWidget*>(u"checkDetails"_s)->findChildren<QLabel*>())
        words.append(label->text());
    const auto fault = diagnosis::faultWords(diagnosis::Fault::ConnectionRefused);
    QVERIFY(words.contains(fault.means));
    QVERIFY(words.contains(fault.fix));

    QTest::mouseClick(shown->findChildren<QPushButton*>().at(1), Qt::LeftButton);
    const QString report = QApplication::clipboard()->text();
    QVERIFY(report.contains(u"fault: connection_refused"_s));
    QVERIFY(report.contains(fault.fix));
}

void UiDoctorTest::runsAgain() {
    const QString advice = u"Known environments: local."_s;
    const auto shown =
        window(makeError(ErrorKind::NotFound, u"There is no environment named \"x\"."_s, advice));
    QSignalSpy finished(&shown->doctor(), &diagnosis::Doctor::finished);
    shown->show();
    QVERIFY(finished.wait(30'000));
    auto* again = shown->findChildren<QPushButton*>().front();
    again->setFocus();
    QTest::keyClick(again, Qt::Key_Space);
    QVERIFY(shown->doctor().isRunning());
    QVERIFY(shown->findChild<QLabel*>(u"doctorSummary"_s)->text().contains(u"0 of 18"));
    QVERIFY(finished.wait(30'000));
    const auto& checks = shown->doctor().checks();
    QCOMPARE(checks.at(4).fault, diagnosis::Fault::ProfileUnusable);
    QCOMPARE(checks.at(4).fix, advice); // no file is named that could be corrected
    for (size_t i = 5; i < checks.size(); ++i)
        QCOMPARE(checks.at(i).state, CheckState::Skipped);
}

void UiDoctorTest::everyRowIsASentenceForReaders() {
    const auto shown = windowOfUnreachable();
    QSignalSpy finished(&shown->doctor(), &diagnosis::Doctor::finished);
    shown->show();
    QVERIFY(finished.wait(30'000));
    auto* list = shown->findChild<QTreeWidget*>(u"doctorChecks"_s);
    QVERIFY(list->hasFocus() || list->focusPolicy() != Qt::NoFocus);
    for (int i = 0; i < list->topLevelItemCount(); ++i) {
        const auto& check = shown->doctor().checks()[static_cast<size_t>(i)];
        const QString said = list->topLevelItem(i)->data(0, Qt::AccessibleTextRole).toString();
        QVERIFY(said.startsWith(check.title + u": "_s));
        QVERIFY(said.endsWith(check.found));
        for (int column = 0; column < 2; ++column) // names and states are read whole
            QVERIFY(list->columnWidth(column) >=
                    list->fontMetrics().horizontalAdvance(list->topLevelItem(i)->text(column)));
    }
    // By keyboard alone: down the list, then to the buttons.
    list->setCurrentItem(list->topLevelItem(0));
    QTest::keyClick(list, Qt::Key_End);
    QCOMPARE(list->indexOfTopLevelItem(list->currentItem()), list->topLevelItemCount() - 1);
    for (const QPushButton* button : shown->findChildren<QPushButton*>())
        QVERIFY(button->focusPolicy() & Qt::TabFocus);
}

void UiDoctorTest::proxyPasswordGoesToTheKeeperOnly() {
    // A proxy that asks for a sign-in, as HTTP puts it.
    QTcpServer proxy;
    QVERIFY(proxy.listen(QHostAddress::LocalHost, 0));
    connect(&proxy, &QTcpServer::newConnection, this, [&proxy] {
        QTcpSocket* client = proxy.nextPendingConnection();
        connect(client, &QTcpSocket::readyRead, client, [client] {
            client->write(
                "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
            client->disconnectFromHost();
        });
    });
    diagnosis::DoctorParts parts{.store = m_store, .network = m_network, .clock = m_clock};
    environment::Profile profile;
    profile.id = EnvironmentId(u"acme"_s);
    profile.apiUrl = profile.issuer = QUrl(u"https://apex.test"_s);
    profile.socketUrl = QUrl(u"wss://apex.test/ws"_s);
    profile.proxy = *environment::parseProxy(u"http://127.0.0.1:%1"_s.arg(proxy.serverPort()));
    parts.profile = profile;
    ui::DoctorWindow shown(std::make_unique<diagnosis::Doctor>(std::move(parts)), *m_themes);
    QString user;
    QByteArray password;
    shown.setProxySignIn([&](const QString& name, const Secret& secret, const auto& done) {
        user = name;
        password = secret.reveal();
        done(profile);
    });
    QSignalSpy finished(&shown.doctor(), &diagnosis::Doctor::finished);
    shown.show();
    QVERIFY(finished.wait(30'000));
    QCOMPARE(shown.doctor().checks().at(6).fault, diagnosis::Fault::ProxySignIn);
    auto* button = shown.findChildren<QPushButton*>().at(2);
    QVERIFY(button->isVisible());
    button->click();
    auto* question = shown.findChild<QDialog*>(u"proxySignIn"_s);
    QVERIFY(question != nullptr);
    const auto fields = question->findChildren<QLineEdit*>();
    QCOMPARE(fields.at(1)->echoMode(), QLineEdit::Password);
    QTest::keyClicks(fields.at(0), u"ana"_s);
    QTest::keyClicks(fields.at(1), u"s3cret"_s);
    if (const QString folder = qEnvironmentVariable("APEX_PICTURES"); !folder.isEmpty())
        QVERIFY(question->grab().save(folder + u"/proxy-sign-in.png"_s));
    QTest::keyClick(fields.at(1), Qt::Key_Return);
    QCOMPARE(user, u"ana"_s);
    QCOMPARE(password, QByteArray("s3cret"));
    QVERIFY(shown.doctor().isRunning());
    QVERIFY(finished.wait(30'000));
    QVERIFY(!shown.doctor().report().contains(u"s3cret"));
}

void UiDoctorTest::everyFaultHasWords() {
    QSet<QString> codes;
    for (const diagnosis::Fault fault : diagnosis::allFaults()) {
        const auto words = diagnosis::faultWords(fault);
        QVERIFY2(words.means.endsWith(u'.') || words.means.endsWith(u')'), qPrintable(words.means));
        QVERIFY(words.fix.size() > 20);
        codes.insert(diagnosis::faultCode(fault));
    }
    QCOMPARE(codes.size(), static_cast<qsizetype>(diagnosis::allFaults().size()));
    QCOMPARE(static_cast<int>(diagnosis::allFaults().back()), static_cast<int>(codes.size()));
}

void UiDoctorTest::journalIsShortAndPrivate() {
    using namespace diagnosis;
    SignInJournal journal(m_home.path(), EnvironmentId(u"acme"_s));
    QVERIFY(journal.last(5).empty());
    const WallTime start = m_clock.wallNow();
    for (int i = 0; i < 2000; ++i)
        QVERIFY(journal.add({start + std::chrono::seconds(i),
                             i % 2 == 0 ? SignInEvent::Renewed : SignInEvent::Ended,
                             i % 2 == 0 ? QString() : u"authentication"_s}));
    const auto last = journal.last(3);
    QCOMPARE(last.size(), size_t{3});
    QCOMPARE(last.back().event, SignInEvent::Ended);
    QVERIFY(entryWords(last.back()).endsWith(u"UTC: ended by the server (authentication)"_s));
    QVERIFY(QFileInfo(journal.file()).size() < 70'000);
    QCOMPARE(QFile::permissions(journal.file()) & (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
    QFile file(journal.file());
    QVERIFY(file.open(QIODevice::Append));
    QVERIFY(file.write("not json\n{\"at\":1}\n") > 0);
    file.close();
    QCOMPARE(journal.last(3).back().event, SignInEvent::Ended);
}

void UiDoctorTest::pictures() {
    // For the eye: APEX_PICTURES=FOLDER writes the window in every look; without it only the drawing is run.
    const QString folder = qEnvironmentVariable("APEX_PICTURES");
    for (const bool dark : {false, true}) {
        for (const qreal scale : {1.0, 2.0}) {
            m_themes->setChoice(dark ? ui::SchemeChoice::Dark : ui::SchemeChoice::Light);
            m_themes->setTextScale(scale);
            const auto shown = windowOfUnreachable();
            QSignalSpy finished(&shown->doctor(), &diagnosis::Doctor::finished);
            shown->show();
            QVERIFY(finished.wait(30'000));
            QCoreApplication::processEvents();
            const QPixmap picture = shown->grab();
            QVERIFY(!picture.isNull());
            const QString name = u"/doctor-%1-%2.png"_s.arg(dark ? u"dark"_s : u"light"_s).arg(scale * 100);
            if (!folder.isEmpty())
                QVERIFY(picture.save(folder + name));
        }
    }
    m_themes->setTextScale(1.0);
}

QTEST_MAIN(UiDoctorTest)
#include "tst_ui_doctor.moc"
