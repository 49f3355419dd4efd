// SPDX-License-Identifier: GPL-3.0-or-later
// The dialog of the language model: what it emits, what it shows meanwhile, and that no key stays in it.
#include "gui/shell/named_widgets.h"
#include "ui/settings/language_model_dialog.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace apex;
using namespace apex::ui;
using namespace Qt::StringLiterals;

class TestUiLanguageModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_dialog.reset(); }
    void nothingIsOnAtFirst();
    void setsWhatWasTyped();
    void theKeyLeavesTheField();
    void waitsUntilAnswered();
    void aFailureKeepsWhatWasTyped();
    void aModelThatIsOnCanBeTriedAndSwitchedOff();
    void whatSomebodyTypesSurvivesAChangeElsewhere();
    void noWordIsCutHoweverLong();
    void picture();

private:
    [[nodiscard]] QLineEdit* field(const QString& name) const {
        return m_dialog->findChild<QLineEdit*>(name);
    }
    [[nodiscard]] QPushButton* button(const QString& name) const {
        return m_dialog->findChild<QPushButton*>(name);
    }
    [[nodiscard]] QString labelText(const QString& name) const {
        return m_dialog->findChild<QLabel*>(name)->text();
    }
    void type(const QString& name, const QString& words) const { QTest::keyClicks(field(name), words); }

    const LanguageModelChoice m_local{u"http://127.0.0.1:11434/v1"_s, u"qwen2.5"_s, false};
    std::unique_ptr<ThemeProvider> m_themes;
    std::unique_ptr<LanguageModelDialog> m_dialog;
};

void TestUiLanguageModel::initTestCase() {
    m_themes = std::make_unique<ThemeProvider>(*qApp);
}

void TestUiLanguageModel::init() {
    m_dialog = std::make_unique<LanguageModelDialog>(*m_themes);
    m_dialog->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
}

void TestUiLanguageModel::nothingIsOnAtFirst() {
    QVERIFY(labelText(u"modelState"_s).startsWith(u"No language model is on."_s));
    QVERIFY(!button(u"modelSet"_s)->isEnabled());
    QVERIFY(!button(u"modelOff"_s)->isVisible() && !button(u"modelTry"_s)->isVisible());
    COMPARE_NAMES(*m_dialog);
}

void TestUiLanguageModel::setsWhatWasTyped() {
    QSignalSpy wanted(m_dialog.get(), &LanguageModelDialog::setRequested);
    type(u"modelAddress"_s, u" http://127.0.0.1:11434/v1 "_s);
    QVERIFY(!button(u"modelSet"_s)->isEnabled());
    type(u"modelName"_s, u"qwen2.5"_s);
    QTest::keyClick(field(u"modelName"_s), Qt::Key_Return);
    QCOMPARE(wanted.count(), 1);
    const auto choice = wanted.front().front().value<LanguageModelChoice>();
    QCOMPARE(choice.address, m_local.address);
    QCOMPARE(choice.model, m_local.model);
    QVERIFY(m_dialog->takeKey().isEmpty());
}

void TestUiLanguageModel::theKeyLeavesTheField() {
    type(u"modelKey"_s, u"sk-test-4711"_s);
    QCOMPARE(field(u"modelKey"_s)->echoMode(), QLineEdit::Password);
    QCOMPARE(m_dialog->takeKey().reveal(), QByteArray("sk-test-4711"));
    QVERIFY(field(u"modelKey"_s)->text().isEmpty());
}

void TestUiLanguageModel::waitsUntilAnswered() {
    m_dialog->showState(m_local, u"qwen2.5 is on."_s);
    QSignalSpy wanted(m_dialog.get(), &LanguageModelDialog::trialRequested);
    button(u"modelTry"_s)->click();
    QCOMPARE(wanted.count(), 1);
    QVERIFY(!button(u"modelTry"_s)->isEnabled() && !button(u"modelOff"_s)->isEnabled() &&
            !field(u"modelAddress"_s)->isEnabled());
    QVERIFY(!labelText(u"modelProgress"_s).isEmpty());
    m_dialog->showTrial({u"It answers."_s, u"It calls tools."_s});
    QCOMPARE(labelText(u"modelProgress"_s), u"It answers.\nIt calls tools."_s);
    QVERIFY(button(u"modelTry"_s)->isEnabled());
}

void TestUiLanguageModel::aFailureKeepsWhatWasTyped() {
    type(u"modelAddress"_s, u"http://example.com/v1"_s);
    type(u"modelName"_s, u"m"_s);
    button(u"modelSet"_s)->click();
    m_dialog->showError(
        makeError(ErrorKind::Configuration, u"Only https."_s, u"Give it like https://host/v1."_s));
    QVERIFY(m_dialog->findChild<QWidget*>(u"errorBox"_s)->isVisible());
    QCOMPARE(field(u"modelAddress"_s)->text(), u"http://example.com/v1"_s);
    QVERIFY(button(u"modelSet"_s)->isEnabled());
    QVERIFY(!m_dialog->findChild<QLabel*>(u"modelProgress"_s)->isVisible());
}

void TestUiLanguageModel::aModelThatIsOnCanBeTriedAndSwitchedOff() {
    QSignalSpy off(m_dialog.get(), &LanguageModelDialog::offRequested);
    m_dialog->showState(m_local, u"qwen2.5 is on."_s);
    QCOMPARE(labelText(u"modelState"_s), u"qwen2.5 is on."_s);
    QCOMPARE(field(u"modelName"_s)->text(), m_local.model);
    QVERIFY(!button(u"modelSet"_s)->isEnabled()); // it is this one already
    type(u"modelName"_s, u"-coder"_s);
    QVERIFY(button(u"modelSet"_s)->isEnabled() && !button(u"modelTry"_s)->isEnabled());
    button(u"modelOff"_s)->click();
    QCOMPARE(off.count(), 1);
}

void TestUiLanguageModel::whatSomebodyTypesSurvivesAChangeElsewhere() {
    type(u"modelAddress"_s, u"https://api.example.com/v1"_s);
    m_dialog->showState(m_local, u"qwen2.5 is on."_s);
    QCOMPARE(field(u"modelAddress"_s)->text(), u"https://api.example.com/v1"_s);
}

/// What is said grows while the dialog is open; on a low screen it scrolls, and the buttons stay.
void TestUiLanguageModel::noWordIsCutHoweverLong() {
    m_themes->setTextScale(2.0);
    m_dialog->showError(makeError(ErrorKind::Unavailable,
                                  QString(u"The endpoint did not answer. "_s).repeated(6),
                                  u"Start it, then try again."_s));
    QCoreApplication::sendPostedEvents();
    for (const QLabel* label : m_dialog->findChildren<QLabel*>()) {
        if (!label->isVisible() || label->text().isEmpty())
            continue;
        const int needed =
            label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height();
        QVERIFY2(label->height() >= needed,
                 qPrintable(u"%1 has %2 of %3 pixels"_s.arg(label->text()).arg(label->height()).arg(needed)));
    }
    for (const QPushButton* each : m_dialog->findChildren<QPushButton*>()) {
        if (each->isVisible() && each->window() == m_dialog.get())
            QVERIFY2(each->height() >= each->sizeHint().height(), qPrintable(each->text()));
    }
    m_themes->setTextScale(1.0);
}

void TestUiLanguageModel::picture() {
    // For the eye: APEX_PICTURES=FOLDER writes the picture; without it only the drawing is run.
    const QString folder = qEnvironmentVariable("APEX_PICTURES");
    m_dialog->showState(
        LanguageModelChoice{u"https://api.example.com/v1"_s, u"gpt-4o-mini"_s, true},
        u"gpt-4o-mini at api.example.com is on. Your questions and the tools' results (names and figures "
        u"of your usage) leave this computer for api.example.com; files do not."_s);
    m_dialog->showTrial({u"✓ api.example.com answers."_s, u"✓ It streams its answer."_s,
                         u"✗ It does not call tools: it can only word what the rules found."_s});
    m_dialog->adjustSize();
    const QPixmap drawn = m_dialog->grab();
    QVERIFY(!drawn.isNull());
    QVERIFY(folder.isEmpty() || drawn.save(folder + u"/language-model.png"_s));
}

QTEST_MAIN(TestUiLanguageModel)
#include "tst_ui_language_model.moc"
