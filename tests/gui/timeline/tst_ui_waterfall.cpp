// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/sample_runs.h"
#include "ui/inspector/value_viewer.h"
#include "ui/timeline/filter_bar.h"
#include "ui/timeline/run_announcer.h"
#include "ui/timeline/time_axis.h"
#include "ui/timeline/time_bar.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"
#include "ui/timeline/waterfall_view.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <QWheelEvent>

using namespace apex;
using namespace apex::ui;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Scene {
    explicit Scene(const ThemeProvider& themes)
        : chat(ThreadId(u"thread-1"_s)), model(clock), panel(model, themes) {
        model.setConversation(&chat);
        panel.resize(560, 760);
        panel.setWaterfallShown(true);
    }
    void show() {
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        settle();
    }
    /// Pictures are made at most 30 times a second.
    void settle() { QTest::qWait(80); }
    TimelineView& rows() { return *panel.view(); }
    WaterfallView& waterfall() { return *panel.waterfall(); }
    int rowOf(const QString& title) const {
        for (int row = 0; row < model.rowCount(); ++row)
            if (model.row(row).title == title)
                return row;
        return -1;
    }

    test::FakeClock clock;
    session::Conversation chat;
    models::TimelineModel model;
    TimelinePanel panel;
};

void turnWheel(QWidget& target, QPoint at, int delta, Qt::KeyboardModifiers modifiers) {
    QWheelEvent event(QPointF(at), target.mapToGlobal(QPointF(at)), {}, {0, delta}, Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&target, &event);
}

} // namespace

class TestUiWaterfall final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_themes = std::make_unique<ThemeProvider>(*qApp); }
    void axisKeepsWhatIsUnderThePointer();
    void axisTicksAreRoundAndApart();
    void selectionAndHoverAreOne();
    void wheelAndKeysZoomAndPan();
    void parallelToolsAreSideBySide();
    void hundredThousandStepsCostWhatIsVisible();
    void nothingIsPaintedWhileNothingHappens();
    void hiddenWaterfallDoesNoWork();
    void aBurstIsOnePicture();
    void partsOfTheBarSumToItsWidth();
    void filterNarrowsAndLetsGo();
    void remarkLeadsToRowAndFrame();
    void valuesAreForSupportOnly();
    void severalRunsAreKeptApart();
    void evidenceIsShownWhileItLasts();
    void eventsAreAnnouncedTicksAreNot();
    void aRunOfOneEventIsAnnounced();
    void valueViewerCopiesWhole();

private:
    std::unique_ptr<ThemeProvider> m_themes;
};

void TestUiWaterfall::axisKeepsWhatIsUnderThePointer() {
    TimeAxis axis;
    axis.setWidth(400);
    axis.setTotal(40s);
    QVERIFY(axis.isFitted());
    QCOMPARE(axis.xOf(20s), 200.0);
    for (const double factor : {1.5, 3.0, 1.2, 0.7}) {
        const MonoTime before = axis.timeAt(130);
        axis.zoom(factor, 130);
        QVERIFY(std::abs((axis.timeAt(130) - before).count()) <= 2 * axis.perPixel().count());
    }
    axis.pan(1e9);
    QVERIFY(axis.to() <= 40s + axis.perPixel());
    axis.pan(-1e9);
    QCOMPARE(axis.from(), MonoTime{0});
    axis.setTotal(80s); // grows: what is zoomed keeps its place
    QVERIFY(!axis.isFitted());
    axis.fit();
    QCOMPARE(axis.xOf(80s), 400.0);
    axis.setTotal(100s);
    QCOMPARE(axis.xOf(100s), 400.0); // and what is fitted stays so
    for (int i = 0; i < 200; ++i)
        axis.zoom(2.0, 10);
    QVERIFY(axis.contentWidth() <= 100'000'001);
}

void TestUiWaterfall::axisTicksAreRoundAndApart() {
    for (const MonoTime total : {MonoTime{3'000}, MonoTime{900'000}, MonoTime{12'000'000},
                                 MonoTime{41'200'000}, MonoTime{700'000'000}, MonoTime{86'400'000'000}}) {
        TimeAxis axis;
        axis.setWidth(520);
        axis.setTotal(total);
        const auto ticks = axis.ticks(96);
        QVERIFY(ticks.size() >= 2 && ticks.size() <= 6);
        QSet<QString> labels;
        for (size_t i = 0; i < ticks.size(); ++i) {
            labels.insert(ticks[i].label);
            QVERIFY(i == 0 || ticks[i].x - ticks[i - 1].x >= 95.0);
        }
        QCOMPARE(labels.size(), static_cast<qsizetype>(ticks.size())); // no two read the same
    }
}

void TestUiWaterfall::selectionAndHoverAreOne() {
    Scene scene(*m_themes);
    test::playParallelRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    const int row = scene.rowOf(u"invoice_search"_s);
    scene.rows().setCurrentRow(row);
    QCOMPARE(scene.waterfall().currentStep(), scene.model.stepOf(row));
    const int other = scene.model.stepOf(scene.rowOf(u"usage_query"_s));
    const QPoint bar = scene.waterfall().barOf(other).center().toPoint();
    QCOMPARE(scene.waterfall().stepAt(bar), other);
    QTest::mouseClick(scene.waterfall().viewport(), Qt::LeftButton, {}, bar);
    QCOMPARE(scene.rows().currentRow(), scene.model.rowOf(other));
    QSignalSpy hovered(&scene.waterfall(), &WaterfallView::hoveredStepChanged);
    QTest::mouseMove(scene.waterfall().viewport(), bar + QPoint(1, 0));
    QTRY_VERIFY(!hovered.isEmpty());
    QCOMPARE(hovered.back().front().toInt(), other);
    QTest::keyClick(&scene.waterfall(), Qt::Key_Down);
    QCOMPARE(scene.rows().currentRow(), scene.model.rowOf(other) + 1);
    QSignalSpy inTranscript(&scene.panel, &TimelinePanel::showInTranscript);
    QTest::keyClick(&scene.waterfall(), Qt::Key_Return);
    QCOMPARE(inTranscript.count(), 1);
}

void TestUiWaterfall::wheelAndKeysZoomAndPan() {
    Scene scene(*m_themes);
    test::playParallelRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    auto& view = scene.waterfall();
    QVERIFY(view.axis().isFitted());
    const QPoint at(200, 60);
    const MonoTime under = view.axis().timeAt(at.x());
    turnWheel(*view.viewport(), at, 240, Qt::ControlModifier);
    QVERIFY(!view.axis().isFitted());
    QVERIFY(std::abs((view.axis().timeAt(at.x()) - under).count()) <= 2 * view.axis().perPixel().count());
    QVERIFY(view.horizontalScrollBar()->maximum() > 0);
    const MonoTime from = view.axis().from();
    QTest::keyClick(&view, Qt::Key_D);
    QVERIFY(view.axis().from() > from);
    QTest::keyClick(&view, Qt::Key_A);
    QCOMPARE(view.axis().offset(), view.horizontalScrollBar()->value());
    const MonoTime pixel = view.axis().perPixel();
    QTest::keyClick(&view, Qt::Key_Plus);
    QVERIFY(view.axis().perPixel() < pixel);
    QTest::keyClick(&view, Qt::Key_0);
    QVERIFY(view.axis().isFitted());
    QTest::keyClick(&view, Qt::Key_C);
    QVERIFY(!scene.panel.findChild<QToolButton*>(u"showPath"_s)->isChecked());
}

void TestUiWaterfall::parallelToolsAreSideBySide() {
    Scene scene(*m_themes);
    test::playParallelRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    std::vector<QRectF> bars;
    for (const QString& tool : {u"usage_query"_s, u"price_table"_s, u"invoice_search"_s})
        bars.push_back(scene.waterfall().barOf(scene.model.stepOf(scene.rowOf(tool))));
    for (size_t a = 0; a < bars.size(); ++a)
        for (size_t b = 0; b < a; ++b) {
            QVERIFY(!bars[a].intersects(bars[b]));
            QVERIFY(bars[a].left() < bars[b].right() && bars[b].left() < bars[a].right()); // at one time
        }
    const QString words = scene.panel.findChild<QLabel*>(u"pathSentence"_s)->text();
    QVERIFY2(words.contains(u"8.0 s usage_query"_s), qPrintable(words));
    QVERIFY(!words.contains(u"price_table"_s)); // it ran beside, nobody waited for it
}

void TestUiWaterfall::hundredThousandStepsCostWhatIsVisible() {
    Scene scene(*m_themes);
    test::playLongRun(scene.chat, scene.clock, u"run-1"_s, 50'000); // 100,000 events
    scene.show();
    QVERIFY(scene.model.rowCount() > 50'000);
    auto& view = scene.waterfall();
    view.viewport()->repaint();
    const int bound = view.lanes().laneCount() * (view.axis().width() + 3);
    QVERIFY2(view.painted() <= bound, qPrintable(QString::number(view.painted())));
    for (int i = 0; i < 12; ++i)
        view.zoomIn();
    view.viewport()->repaint();
    QVERIFY(view.painted() <= bound);
    QVERIFY(view.painted() >= 2);
    view.setCurrentStep(49'000);
    QVERIFY(!view.barOf(49'000).isEmpty()); // brought into sight
    QCOMPARE(scene.rows().currentRow(), 49'000);
}

void TestUiWaterfall::nothingIsPaintedWhileNothingHappens() {
    Scene scene(*m_themes);
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    QTest::qWait(300);
    const int before = scene.waterfall().paintCount();
    QTest::qWait(1300);
    QCOMPARE(scene.waterfall().paintCount(), before);
    QVERIFY(!scene.model.isTicking());
}

void TestUiWaterfall::hiddenWaterfallDoesNoWork() {
    Scene scene(*m_themes);
    scene.panel.setWaterfallShown(false);
    scene.show();
    test::playLongRun(scene.chat, scene.clock, u"run-1"_s, 500);
    QCOMPARE(scene.waterfall().lanes().stepCount(), 0);
    scene.panel.setWaterfallShown(true);
    scene.settle();
    QCOMPARE(scene.waterfall().lanes().stepCount(), scene.model.rowCount());
}

void TestUiWaterfall::aBurstIsOnePicture() {
    Scene scene(*m_themes);
    test::RunScript script(scene.chat, scene.clock, u"run-1"_s);
    script.start(u"supervisor"_s);
    scene.show();
    const int before = scene.waterfall().paintCount();
    for (int i = 0; i < 2'000; ++i) {
        script.wait(1ms)
            .tool(u"supervisor"_s, u"t%1"_s.arg(i), "{}")
            .toolDone(u"supervisor"_s, u"t%1"_s.arg(i), "{}");
        if (i % 100 == 0)
            QCoreApplication::processEvents();
    }
    scene.settle();
    QCOMPARE(scene.waterfall().lanes().stepCount(), 2'001);
    const int pictures = scene.waterfall().paintCount() - before;
    QVERIFY2(pictures < 400, qPrintable(QString::number(pictures))); // far from one an event
}

void TestUiWaterfall::partsOfTheBarSumToItsWidth() {
    Scene scene(*m_themes);
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    const auto summary = scene.model.summary();
    std::chrono::milliseconds sum{};
    for (const auto& part : summary->timeParts)
        sum += part.time;
    QCOMPARE(sum, 38'900ms); // as shown: tenths of a second
    auto* bar = scene.panel.findChild<TimeBar*>();
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->accessibleName(), summary->timeSentence);
}

void TestUiWaterfall::filterNarrowsAndLetsGo() {
    Scene scene(*m_themes);
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    const int all = scene.model.rowCount();
    scene.rows().setFocus();
    QTest::keyClick(&scene.rows(), Qt::Key_Slash);
    auto* line = scene.panel.findChild<QLineEdit*>(u"rowFilter"_s);
    QVERIFY(line->isVisible());
    QTest::keyClicks(line, u"tool:price"_s);
    QCOMPARE(scene.model.rowCount(), 1);
    QVERIFY(scene.panel.findChild<QLabel*>(u"filterCount"_s)->text().startsWith(u"1 of "_s));
    // A bar without a row is still there; choosing it does not select a wrong row.
    scene.waterfall().setCurrentStep(0);
    QVERIFY(scene.rows().currentRow() <= 0);
    QTest::keyClick(line, Qt::Key_Escape);
    QCOMPARE(scene.model.rowCount(), all);
    QVERIFY(!line->isVisible());
    QTest::keyClick(&scene.rows(), Qt::Key_2);
    for (int row = 0; row < scene.model.rowCount(); ++row)
        QCOMPARE(scene.model.row(row).kind, runs::StepKind::Thinking);
    QTest::keyClick(&scene.rows(), Qt::Key_0);
    QCOMPARE(scene.model.rowCount(), all);
    scene.panel.setFilterShown(true);
    line->setText(u"nothing-has-this-name"_s);
    QTRY_VERIFY(!scene.rows().isVisible()); // the page says that no row passes
}

void TestUiWaterfall::remarkLeadsToRowAndFrame() {
    Scene scene(*m_themes);
    scene.model.setSupportMode(true);
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s); // one value was cut by the server
    scene.show();
    QSignalSpy frames(&scene.panel, &TimelinePanel::frameRequested);
    QPushButton* link = nullptr;
    for (auto* button : scene.panel.findChild<QWidget*>(u"findingList"_s)->findChildren<QPushButton*>())
        if (button->text().startsWith(u"Frame"_s))
            link = button;
    QVERIFY(link);
    link->click();
    QCOMPARE(frames.count(), 1);
    const auto ref = frames.front().front().value<models::FrameRef>();
    QCOMPARE(ref.thread, scene.chat.thread());
    const runs::Run& run = scene.chat.ledger().runs().front();
    QCOMPARE(ref.frame, run.findings.front().frame);
    const int row = scene.rowOf(u"usage_query"_s);
    QCOMPARE(ref.at, *run.steps[static_cast<size_t>(row)].ended); // the end was cut, not the start
    scene.rows().setCurrentRow(row);
    QTest::keyClick(&scene.rows(), Qt::Key_R);
    QCOMPARE(frames.count(), 2);
    QCOMPARE(frames.back().front().value<models::FrameRef>().at, run.steps[static_cast<size_t>(row)].started);
}

void TestUiWaterfall::valuesAreForSupportOnly() {
    Scene scene(*m_themes);
    test::playHealthyRun(scene.chat, scene.clock, u"run-1"_s);
    scene.show();
    QSignalSpy values(&scene.panel, &TimelinePanel::valuesRequested);
    QSignalSpy frames(&scene.panel, &TimelinePanel::frameRequested);
    scene.rows().setCurrentRow(scene.rowOf(u"price_table"_s));
    QTest::keyClick(&scene.rows(), Qt::Key_V);
    QTest::keyClick(&scene.rows(), Qt::Key_R);
    QCOMPARE(values.count() + frames.count(), 0);
    scene.model.setSupportMode(true);
    QTest::keyClick(&scene.rows(), Qt::Key_V);
    QCOMPARE(values.count(), 1);
    QCOMPARE(values.front().at(1).toByteArray(), QByteArray(R"({"provider":"any"})"));
    QVERIFY(values.front().at(2).toByteArray().contains("usd_per_1k"));
}

void TestUiWaterfall::severalRunsAreKeptApart() {
    Scene scene(*m_themes);
    test::RunScript first(scene.chat, scene.clock, u"run-1"_s);
    test::RunScript second(scene.chat, scene.clock, u"run-2"_s);
    first.start(u"supervisor"_s).wait(10ms).tool(u"supervisor"_s, u"of_first"_s, "{}");
    second.start(u"supervisor"_s).wait(10ms).tool(u"supervisor"_s, u"of_second"_s, "{}");
    scene.show();
    QVERIFY(scene.rowOf(u"of_second"_s) >= 0);
    QVERIFY(scene.rowOf(u"of_first"_s) < 0);
    scene.panel.revealRun(RunId(u"run-1"_s));
    QVERIFY(scene.rowOf(u"of_first"_s) >= 0);
    second.tool(u"supervisor"_s, u"later_of_second"_s, "{}");
    QVERIFY(scene.rowOf(u"later_of_second"_s) < 0);
    scene.settle();
    QCOMPARE(scene.waterfall().lanes().stepCount(), 2);
    const QStringList titles = scene.model.runTitles();
    QVERIFY(titles.front().endsWith(u"running"_s));
    first.toolDone(u"supervisor"_s, u"of_first"_s, "{}").complete(u"supervisor"_s, u"one"_s);
    QVERIFY(!scene.model.runTitles().front().contains(u"running"_s));
    QVERIFY(scene.model.runTitles().back().endsWith(u"running"_s));
}

void TestUiWaterfall::evidenceIsShownWhileItLasts() {
    Scene scene(*m_themes);
    scene.model.setLiveness([] { return models::LinkLiveness{true, true, 42ms}; });
    test::playRunningRun(scene.chat, scene.clock, u"run-1"_s); // 12.4 s of silence
    scene.show();
    auto* evidence = scene.panel.findChild<QLabel*>(u"stallEvidence"_s);
    QVERIFY(evidence->isVisible());
    QVERIFY2(evidence->text().contains(u"answered in 42 ms"_s), qPrintable(evidence->text()));
    test::RunScript(scene.chat, scene.clock, u"run-1"_s).toolDone(u"data"_s, u"usage_query"_s, "{}");
    QTRY_VERIFY(!evidence->isVisible());
}

void TestUiWaterfall::eventsAreAnnouncedTicksAreNot() {
    test::FakeClock clock;
    session::Conversation chat{ThreadId(u"t"_s)};
    models::TimelineModel model(clock);
    RunAnnouncer announcer(model);
    QSignalSpy said(&announcer, &RunAnnouncer::announced);
    model.setConversation(&chat);
    test::RunScript script(chat, clock, u"run-1"_s);
    script.start(u"supervisor"_s);
    script.tool(u"supervisor"_s, u"usage_query"_s, "{}");
    QVERIFY(said.count() <= 1); // one in three seconds
    const auto before = said.count();
    for (int i = 0; i < 5; ++i)
        Q_EMIT model.ticked();
    QCOMPARE(said.count(), before);
    script.toolDone(u"supervisor"_s, u"usage_query"_s, "{}").complete(u"supervisor"_s, u"x"_s);
    QVERIFY(said.back().front().toString().contains(u"completed"_s)); // the end is said at once
}

void TestUiWaterfall::aRunOfOneEventIsAnnounced() {
    test::FakeClock clock;
    session::Conversation chat{ThreadId(u"t"_s)};
    models::TimelineModel model(clock);
    RunAnnouncer announcer(model);
    QSignalSpy said(&announcer, &RunAnnouncer::announced);
    model.setConversation(&chat);
    test::RunScript(chat, clock, u"run-1"_s).complete(u"supervisor"_s, u"x"_s);
    QCOMPARE(said.count(), 1);
    QVERIFY(said.back().front().toString().contains(u"completed"_s));
    test::RunScript(chat, clock, u"run-2"_s).complete(u"supervisor"_s, u"y"_s);
    QCOMPARE(said.count(), 2);
    model.showRun(0); // looking at a past run is no event
    QCOMPARE(said.count(), 2);
}

void TestUiWaterfall::valueViewerCopiesWhole() {
    const QByteArray large = "{\"text\":\"" + QByteArray(2'000'000, 'x') + "\"}";
    auto* viewer = new ValueViewer(
        u"query"_s, {{u"Parameters"_s, R"({"a":[1,2]})"}, {u"Result"_s, large}, {u"Nothing"_s, {}}},
        *m_themes);
    viewer->show();
    auto* tabs = viewer->findChild<QTabWidget*>();
    QCOMPARE(tabs->count(), 2);
    QVERIFY(tabs->widget(0)->findChild<QTreeView*>()->model()->rowCount() == 1);
    tabs->setCurrentIndex(1);
    viewer->findChild<QPushButton*>(u"copyValue"_s)->click();
    QCOMPARE(QApplication::clipboard()->text().size(), large.size());
    QPointer<ValueViewer> gone(viewer);
    viewer->close();
    QTRY_VERIFY(!gone);
}

QTEST_MAIN(TestUiWaterfall)
#include "tst_ui_waterfall.moc"
