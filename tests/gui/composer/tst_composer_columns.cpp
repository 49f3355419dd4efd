// SPDX-License-Identifier: GPL-3.0-or-later
#include "composer_desk.h"
#include "ui/composer/attachment_chip.h"
#include "ui/composer/column_dialog.h"

#include <QComboBox>
#include <QSignalSpy>

using namespace apex::ui;
using namespace Qt::StringLiterals;

namespace {

/// What a server could say of "Amount,KI,Notes".
apex::protocol::FilePreview previewOfAmounts() {
    apex::protocol::FilePreview preview;
    preview.format = u"CSV, separated by commas"_s;
    preview.columns = {
        {u"Amount"_s, {}, u"0.5"_s}, {u"KI"_s, u"service"_s, u"gpt-4o"_s}, {u"Notes"_s, {}, u"none"_s}};
    preview.fields = {
        {u"model"_s, u"model"_s}, {u"cost_usd"_s, u"cost in US dollars"_s}, {u"service"_s, u"service"_s}};
    preview.usable = false;
    return preview;
}

/// The boxes of the open dialog for columns, from the top.
QList<QComboBox*> boxesOf(const Composer& composer) {
    const auto* dialog = composer.findChild<ColumnDialog*>();
    if (!dialog || !dialog->isVisible())
        qFatal("the dialog for columns is not open");
    return dialog->findChildren<QComboBox*>();
}

} // namespace

class TestComposerColumns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void columnsAreShownAndCorrected();
    void columnsOfALogLeaveNothingToChoose();
    void otherLimitsKeepWhatWasChosen();
};

void TestComposerColumns::columnsAreShownAndCorrected() {
    Desk desk;
    QSignalSpy wanted(&desk.composer, &Composer::columnsWanted);
    QSignalSpy sent(&desk.composer, &Composer::sendRequested);
    const QString path = desk.file(u"a.csv"_s, "Amount,KI,Notes\n0.5,gpt-4o,none\n");
    desk.composer.addFiles({path});
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted[0][0].toString(), path);
    auto* chip = desk.composer.findChild<AttachmentChip*>();
    auto* choose = chip->findChild<QToolButton*>(u"chooseColumnsButton"_s);
    QVERIFY(choose->isHidden());
    desk.composer.setColumns(path, previewOfAmounts());
    QVERIFY(!choose->isHidden());
    QVERIFY2(chip->accessibleName().contains(u"KI → service"_s), qPrintable(chip->accessibleName()));
    QVERIFY(chip->accessibleName().contains(u"Not used: Amount · Notes"_s));
    QVERIFY(chip->accessibleName().contains(u"No column tells the model, the tokens or the cost."_s));

    choose->click();
    QList<QComboBox*> boxes = boxesOf(desk.composer);
    QCOMPARE(boxes.size(), 3);
    QCOMPARE(boxes[1]->currentText(), u"service"_s);
    boxes[0]->setCurrentIndex(boxes[0]->findData(u"cost_usd"_s));
    boxes[2]->setCurrentIndex(boxes[2]->findData(u"service"_s));
    // What another column had is given up in plain sight.
    QCOMPARE(boxes[1]->currentText(), u"not used"_s);
    boxes[1]->setCurrentIndex(boxes[1]->findData(u"model"_s));
    desk.composer.findChild<ColumnDialog*>()->accept();
    QVERIFY2(chip->accessibleName().contains(u"Amount → cost in US dollars · KI → model · Notes → service"_s),
             qPrintable(chip->accessibleName()));
    QVERIFY(!chip->accessibleName().contains(u"No column tells"_s));

    desk.type(u"what did it cost?"_s);
    desk.key(Qt::Key_Return);
    const auto columns = sent[0][2].value<apex::protocol::FileColumns>();
    const apex::protocol::ColumnMap expected{
        {u"Amount"_s, u"cost_usd"_s}, {u"KI"_s, u"model"_s}, {u"Notes"_s, u"service"_s}};
    QCOMPARE(columns, (apex::protocol::FileColumns{{path, expected}}));
}

void TestComposerColumns::columnsOfALogLeaveNothingToChoose() {
    Desk desk;
    QSignalSpy wanted(&desk.composer, &Composer::columnsWanted);
    QSignalSpy sent(&desk.composer, &Composer::sendRequested);
    const QString path = desk.file(u"a.jsonl"_s, "{\"a\":1}\n");
    desk.composer.addFiles({path});
    desk.composer.columnsUnknown(path);
    desk.composer.askForColumns();
    QCOMPARE(wanted.size(), 2);
    desk.composer.setColumns(path, {u"Claude Code session log"_s, {}, {}, true, {}});
    desk.composer.askForColumns();
    QCOMPARE(wanted.size(), 2);
    QVERIFY(!desk.composer.findChild<QToolButton*>(u"chooseColumnsButton"_s)->isVisible());
    desk.type(u"go"_s);
    desk.key(Qt::Key_Return);
    QVERIFY(sent[0][2].value<apex::protocol::FileColumns>().isEmpty());
}

void TestComposerColumns::otherLimitsKeepWhatWasChosen() {
    Desk desk;
    QSignalSpy sent(&desk.composer, &Composer::sendRequested);
    const QString path = desk.file(u"a.csv"_s, "Amount,KI,Notes\n0.5,gpt-4o,none\n");
    desk.composer.addFiles({path});
    desk.composer.setColumns(path, previewOfAmounts());
    desk.composer.findChild<QToolButton*>(u"chooseColumnsButton"_s)->click();
    boxesOf(desk.composer)[0]->setCurrentIndex(2);
    desk.composer.findChild<ColumnDialog*>()->accept();
    desk.composer.setLimits(0, 5);
    QVERIFY(desk.note().contains(u"cannot be sent"_s));
    desk.composer.setLimits(0, 5'000);
    desk.type(u"go"_s);
    desk.key(Qt::Key_Return);
    QCOMPARE(sent[0][2].value<apex::protocol::FileColumns>().value(path),
             (apex::protocol::ColumnMap{{u"Amount"_s, u"cost_usd"_s}}));
}

QTEST_MAIN(TestComposerColumns)
#include "tst_composer_columns.moc"
