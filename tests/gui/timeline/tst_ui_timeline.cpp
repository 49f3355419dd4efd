// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/sample_runs.h"
#include "ui/theme/elided_button.h"
#include "ui/theme/glyph.h"
#include "ui/timeline/row_geometry.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace apex;
using namespace apex::ui;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Counts paint events of a widget and everything in it.
class PaintCounter final : public QObject {
public:
    explicit PaintCounter(QWidget& root) {
        root.installEventFilter(this);
        for (QWidget* child : root.findChildren<QWidget*>())
            child->installEventFilter(this);
    }
    int count = 0;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint)
            ++count;
        return QObject::eventFilter(watched, event);
    }
};

void processFor(int milliseconds) {
    QElapsedTimer time;
    time.start();
    while (time.elapsed() < milliseconds)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 50);
}

struct Scene {
    explicit Scene(const ThemeProvider& themes)
        : chat(ThreadId(u"thread-1"_s)), model(clock), panel(model, themes) {
        model.setConversation(&chat);
        panel.resize(460, 640);
    }
    void show() {
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QCoreApplication::processEvents();
    }
    TimelineView& view() { return *panel.view(); }

    test::FakeClock clock;
    session::Conversation chat;
    models::TimelineModel model;
    TimelinePanel panel;
};

} // namespace

class TestUiTimeline final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_themes = std::make_unique<ThemeProvider>(*qApp); }
    void cleanup() {
        m_themes->setTextScale(1.0);
        m_themes->setChoice(SchemeChoice::Light);
    }
    void geometryAgreesWithCountingPixels();
    void emptyPanelExplainsTheFiveKinds();
    void keyboardReachesEverything();
    void mouseOpensARow();
    void nothingIsPaintedWhenNothingChanges();
    void aRunningStepRepaintsItsRowOnly();
    void newRowsAreFollowedOnlyAtTheEnd();
    void manyRowsCostWhatIsVisible();
    void resizingKeepsDetailsInside();
    void doubleTextSizeClipsNothing();
    void wordsOfOutcomeAndVerdict();
    void stopIsOfferedWhileRunning();
    void findingLeadsToItsRow();
    void noLineOfARemarkIsCut();
    void assistiveTechnologySeesVisibleRowsOnly();
    void copyTakesTheSentence();

private:
    std::unique_ptr<ThemeProvider> m_themes;
};

void TestUiTimeline::geometryAgreesWithCountingPixels() {
    RowGeometry geometry;
    geometry.setRowHeight(28);
    geometry.setRowCount(50);
    geometry.open(3, 100);
    geometry.open(4, 17);
    geometry.open(49, 60);
    int y = 0;
    for (int row = 0; row < 50; ++row) {
        QCOMPARE(geometry.top(row), y);
        for (int inside = 0; inside < geometry.height(row); ++inside)
            QCOMPARE(geometry.rowAt(y + inside), row);
        y += geometry.height(row);
    }
    QCOMPARE(geometry.totalHeight(), y);
    QCOMPARE(geometry.rowAt(y + 500), 49);
    geometry.setRowCount(4);
    QVERIFY(!geometry.isOpen(4));
    geometry.setRowCount(0);
    QCOMPARE(geometry.rowAt(0), -1);
}

void TestUiTimeline::emptyPanelExplainsTheFiveKinds() {
    Scene scene(*m_themes);
    scene.show();
    auto* legend = scene.panel.findChild<QWidget*>(u"timelineLegend"_s);
    QVERIFY(legend->isVisible());
    QVERIFY(!scene.view().isVisible());
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s);
    QVERIFY(!legend->isVisible());
    QVERIFY(scene.view().isVisible());
}

void TestUiTimeline::keyboardReachesEverything() {
    Scene scene(*m_themes);
    test::playNoOutcomeRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    auto& view = scene.view();
    view.setFocus(Qt::TabFocusReason);
    QCOMPARE(view.currentRow(), 0);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.currentRow(), 2);
    QTest::keyClick(&view, Qt::Key_Right);
    QVERIFY(view.isOpen(2));
    const int openHeight = view.rowRect(2).height();
    QTest::keyClick(&view, Qt::Key_Left);
    QVERIFY(!view.isOpen(2));
    QVERIFY(view.rowRect(2).height() < openHeight);
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(view.currentRow(), scene.model.rowCount() - 1);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.currentRow(), scene.model.rowCount() - 1);
    QTest::keyClick(&view, Qt::Key_Home);
    QTest::keyClick(&view, Qt::Key_J);
    QVERIFY(scene.model.row(view.currentRow()).problem);
    const int problem = view.currentRow();
    QTest::keyClick(&view, Qt::Key_J);
    QVERIFY(view.currentRow() > problem);
    QTest::keyClick(&view, Qt::Key_K);
    QCOMPARE(view.currentRow(), problem);
    QSignalSpy shown(&scene.panel, &TimelinePanel::showInTranscript);
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(shown.count(), 1);
    QCOMPARE(shown.at(0).at(0).value<models::AnswerPlace>().run, RunId(u"run-1"_s));
}

void TestUiTimeline::mouseOpensARow() {
    Scene scene(*m_themes);
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    auto& view = scene.view();
    const QPoint at = view.rowRect(1).center();
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(view.currentRow(), 1);
    QVERIFY(view.isOpen(1));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at);
    QVERIFY(!view.isOpen(1));
}

void TestUiTimeline::nothingIsPaintedWhenNothingChanges() {
    Scene scene(*m_themes);
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    scene.view().setFocus();
    processFor(300);
    PaintCounter paints(scene.panel);
    processFor(3000);
    QCOMPARE(paints.count, 0);
    QVERIFY(!scene.model.isTicking());
    // The counter itself must be able to count.
    scene.view().setCurrentRow(3);
    processFor(100);
    QVERIFY(paints.count > 0);
}

void TestUiTimeline::aRunningStepRepaintsItsRowOnly() {
    Scene scene(*m_themes);
    test::RunScript script(scene.chat, scene.clock, u"run-1"_s);
    script.start(u"supervisor"_s);
    for (int i = 0; i < 12; ++i)
        script.wait(10ms)
            .tool(u"supervisor"_s, u"t%1"_s.arg(i), "{}")
            .wait(10ms)
            .toolDone(u"supervisor"_s, u"t%1"_s.arg(i), "{}");
    script.wait(10ms).tool(u"supervisor"_s, u"slow"_s, "{}");
    scene.show();
    processFor(200);
    QVERIFY(scene.model.isTicking());
    QSignalSpy changed(&scene.model, &QAbstractItemModel::dataChanged);
    const int before = scene.view().paintCount();
    processFor(2300);
    const int paints = scene.view().paintCount() - before;
    QVERIFY2(paints >= 1 && paints <= 3, qPrintable(QString::number(paints))); // 1 Hz, not more
    for (const auto& arguments : changed) {
        const auto state = scene.model.row(arguments.at(0).toModelIndex().row()).state;
        QCOMPARE(state, runs::StepState::Running);
    }
    scene.panel.hide();
    QVERIFY(!scene.model.isTicking());
}

void TestUiTimeline::newRowsAreFollowedOnlyAtTheEnd() {
    Scene scene(*m_themes);
    test::playLongRun(scene.chat, scene.clock, u"run-1"_s, 100);
    scene.show();
    auto* bar = scene.view().verticalScrollBar();
    test::RunScript script(scene.chat, scene.clock, u"run-2"_s);
    script.start(u"supervisor"_s);
    for (int i = 0; i < 60; ++i)
        script.tool(u"supervisor"_s, u"a%1"_s.arg(i), "{}");
    bar->setValue(bar->maximum());
    script.tool(u"supervisor"_s, u"followed"_s, "{}");
    QCOMPARE(bar->value(), bar->maximum());
    bar->setValue(40);
    script.tool(u"supervisor"_s, u"not-followed"_s, "{}");
    QCOMPARE(bar->value(), 40);
}

void TestUiTimeline::manyRowsCostWhatIsVisible() {
    Scene scene(*m_themes);
    test::playLongRun(scene.chat, scene.clock, u"run-1"_s, 3000);
    scene.show();
    QVERIFY(scene.model.rowCount() > 3000);
    const auto [first, last] = scene.view().visibleRows();
    QCOMPARE(first, 0);
    QVERIFY(last < 40);
    QTest::keyClick(&scene.view(), Qt::Key_End);
    QCOMPARE(scene.view().visibleRows().second, scene.model.rowCount() - 1);
}

void TestUiTimeline::resizingKeepsDetailsInside() {
    Scene scene(*m_themes);
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    auto& view = scene.view();
    int thinking = 0;
    while (scene.model.row(thinking).kind != runs::StepKind::Thinking)
        ++thinking;
    view.setOpen(thinking, true);
    const int wide = view.rowRect(thinking).height();
    for (const int width : {300, 360, 460, 900, 320}) {
        scene.panel.resize(width, 500);
        QCoreApplication::processEvents();
        QCOMPARE(view.rowRect(thinking).width(), view.viewport()->width());
        QCOMPARE(view.rowRect(thinking + 1).top(), view.rowRect(thinking).bottom() + 1);
    }
    QVERIFY(view.rowRect(thinking).height() > wide); // narrower text is higher
}

void TestUiTimeline::doubleTextSizeClipsNothing() {
    Scene scene(*m_themes);
    test::playNoOutcomeRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    const int normal = scene.view().rowRect(0).height();
    m_themes->setTextScale(2.0);
    scene.panel.resize(420, 900);
    processFor(100);
    QVERIFY(scene.view().rowRect(0).height() > normal * 3 / 2);
    for (QLabel* label : scene.panel.findChildren<QLabel*>()) {
        if (!label->isVisible() || !label->wordWrap())
            continue;
        QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
}

void TestUiTimeline::wordsOfOutcomeAndVerdict() {
    Scene scene(*m_themes);
    scene.show();
    auto* outcome = scene.panel.findChild<GlyphLabel*>(u"runOutcome"_s);
    auto* verdict = scene.panel.findChild<QLabel*>(u"runVerdict"_s);
    auto* time = scene.panel.findChild<QLabel*>(u"runTimeShare"_s);
    test::playRunningRun(scene.chat, scene.clock, u"run-1"_s);
    QVERIFY(outcome->text().startsWith(u"running"_s));
    scene.chat.endOfInput(scene.clock.monoNow());
    QVERIFY(outcome->text().startsWith(u"outcome unknown"_s));
    QVERIFY(verdict->text().contains(u"ended before the agent said how it went"_s));
    test::playHealthyRun(scene.chat, scene.clock, u"run-2"_s);
    QCOMPARE(outcome->text(), u"completed · events OK"_s);
    QVERIFY(time->text().startsWith(u"38.9 s = "_s));
    scene.panel.revealRun(RunId(u"run-1"_s));
    QVERIFY(outcome->text().startsWith(u"outcome unknown"_s));
    QCOMPARE(scene.panel.findChild<QComboBox*>(u"runSelector"_s)->count(), 3);
}

void TestUiTimeline::stopIsOfferedWhileRunning() {
    Scene scene(*m_themes);
    test::playRunningRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    auto* stop = scene.panel.findChild<QPushButton*>(u"stopRun"_s);
    QVERIFY(stop->isVisible());
    QSignalSpy asked(&scene.panel, &TimelinePanel::stopRequested);
    stop->click();
    QCOMPARE(asked.count(), 1);
    scene.chat.stopRequested(RunId(u"run-1"_s), {99, scene.clock.wallNow(), scene.clock.monoNow()});
    QVERIFY(!stop->isVisible());
    QVERIFY(scene.panel.findChild<GlyphLabel*>(u"runOutcome"_s)->text().startsWith(u"stop requested"_s));
}

void TestUiTimeline::findingLeadsToItsRow() {
    Scene scene(*m_themes);
    test::playNoOutcomeRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    QPushButton* first = nullptr;
    for (auto* button : scene.panel.findChild<QWidget*>(u"findingList"_s)->findChildren<QPushButton*>())
        if (!first && button->isEnabled())
            first = button;
    QVERIFY(first);
    first->click();
    QVERIFY(scene.view().currentRow() >= 0);
    QVERIFY(scene.view().isOpen(scene.view().currentRow()));
    QVERIFY(scene.model.row(scene.view().currentRow()).problem);
}

void TestUiTimeline::noLineOfARemarkIsCut() {
    for (const bool support : {false, true}) {
        Scene scene(*m_themes);
        scene.model.setSupportMode(support);
        test::playNoOutcomeRun(scene.chat, scene.clock, u"run-1"_s);
        scene.show();
        const auto remarks = scene.panel.findChild<QWidget*>(u"findingList"_s)->findChildren<ElidedButton*>();
        QVERIFY(!remarks.isEmpty());
        for (const ElidedButton* remark : remarks)
            QTRY_VERIFY2(remark->height() >= remark->sizeHint().height(),
                         qPrintable(u"%1 of %2 pixels: %3"_s.arg(remark->height())
                                        .arg(remark->sizeHint().height())
                                        .arg(remark->text())));
    }
}

void TestUiTimeline::assistiveTechnologySeesVisibleRowsOnly() {
    Scene scene(*m_themes);
    test::playLongRun(scene.chat, scene.clock, u"run-1"_s, 1000);
    scene.show();
    QAccessibleInterface* list = QAccessible::queryAccessibleInterface(&scene.view());
    QVERIFY(list);
    QCOMPARE(list->role(), QAccessible::List);
    const auto [first, last] = scene.view().visibleRows();
    QCOMPARE(list->childCount(), last - first + 1);
    for (int i = 0; i < list->childCount(); ++i) {
        QAccessibleInterface* row = list->child(i);
        QVERIFY(row);
        QCOMPARE(row->role(), QAccessible::ListItem);
        QCOMPARE(row->text(QAccessible::Name), scene.model.row(first + i).sentence);
        QCOMPARE(list->indexOfChild(row), i);
        QVERIFY(row->rect().isValid());
    }
    QAccessibleInterface* second = list->child(1);
    QVERIFY(second->actionInterface());
    second->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QVERIFY(scene.view().isOpen(1));
    QVERIFY(second->state().expanded);
    for (int i = 0; i < 20; ++i)
        QTest::keyClick(&scene.view(), Qt::Key_PageDown);
    QVERIFY(list->child(0)->text(QAccessible::Name) != scene.model.row(0).sentence);
}

void TestUiTimeline::copyTakesTheSentence() {
    Scene scene(*m_themes);
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    scene.view().setFocus();
    scene.view().setCurrentRow(1);
    QTest::keyClick(&scene.view(), Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QApplication::clipboard()->text().startsWith(scene.model.row(1).sentence));
}

QTEST_MAIN(TestUiTimeline)
#include "tst_ui_timeline.moc"
