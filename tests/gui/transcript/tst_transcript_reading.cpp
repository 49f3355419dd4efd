// SPDX-License-Identifier: GPL-3.0-or-later
// Finding words, reading what is long or wide, and reports in place of their text.
#include "support/message_rows.h"
#include "ui/theme/theme_provider.h"
#include "ui/transcript/find_bar.h"
#include "ui/transcript/long_text_view.h"
#include "ui/transcript/report_blocks.h"
#include "ui/transcript/text_viewer.h"
#include "ui/transcript/transcript_view.h"

#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace apex;
using namespace apex::ui;
using namespace Qt::StringLiterals;
using session::AnswerKind;

class TestTranscriptReading : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findCountsAndSteps();
    void findSeesWhatIsRead();
    void findFollowsTheRows();
    void findKeepsUpWithStreams();
    void closingFindGivesTheKeyboardBack();
    void findFitsANarrowWindowOfLargeLetters();
    void findInALongThreadComesInSlices();
    void wideCodeScrollsSideways();
    void wideTablesScrollSideways();
    void longCodeOpensWhole();
    void growingTablesKeepTheirRows();
    void longTextIsLaidOutOnlyInSight();
    void longTextFindsAndCopies();
    void aReportTakesThePlaceOfTextOnRequest();
    void aReportWithoutTextIsShown();
    void reportFiguresAreAsSent();
};

namespace {

struct Window {
    ThemeProvider themes{*qobject_cast<QApplication*>(QCoreApplication::instance())};
    test::MessageRows model;
    TranscriptView view{themes};
    qint64 nextId = 1;

    Window() {
        view.setModel(&model);
        view.resize(700, 500);
        view.show();
        view.setFocus();
    }
    void add(const QString& text, bool fromUser = false, AnswerKind kind = AnswerKind::Full) {
        model.insert(model.rowCount(), {{nextId++, fromUser, text, kind}});
    }
    [[nodiscard]] FindBar* bar() const { return view.findChild<FindBar*>(); }
    [[nodiscard]] QString count() const { return view.findChild<QLabel*>(u"findCount"_s)->text(); }
    void find(const QString& words) {
        view.openFind();
        bar()->setNeedle(words);
        QTRY_VERIFY(!view.finder().isSearching());
    }
    MessageLayout& layout(int row) {
        view.placedRows();
        return const_cast<MessageLayout&>(*view.rows().existing(row));
    }
    /// A point of the window where a row shows the given zone, found the way a hand would: by looking.
    QPoint look(MessageHit::Zone zone) {
        for (const PlacedRow& placed : view.placedRows()) {
            const MessageLayout* layout = view.rows().existing(placed.row);
            for (int y = 0; y < placed.height; y += 3) {
                for (int x = 0; x < view.rows().width(); x += 4) {
                    if (layout->hit(QPointF(x, y)).zone == zone)
                        return {view.columnLeft() + x, placed.top + y};
                }
            }
        }
        return {-1, -1};
    }
    void click(QPoint at) { QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at); }
};

const QByteArray kReport = R"({"final_report":{
  "executive_summary":"Spend is **9 USD**.",
  "cost_analysis":{"currency":"USD","period":"June","total_current":"8.997969225","total_projected":"6.5",
    "current_costs":{"small":"1.5","large":"7.497969225"},"projected_costs":{"small":"1.5","large":"5"},
    "monthly_savings":null,"range":{"low":"2","high":"2.5"}},
  "recommendations":[{"id":"r1","title":"Move *re-ranking* back","description":"It costs less.","impact":"high","effort":"low",
    "category":"model_choice","metrics":{"potential_savings":"2.5"}}],
  "action_plan":[{"step_number":1,"description":"Change the model","expected_outcome":"The bill falls"}],
  "assumptions":["Prices of June"],"agent_metrics":[{"agent_type":"data_agent","duration_ms":1200,"tools_executed":3}]}})";

std::shared_ptr<const models::ReportDocument> report() {
    auto read = models::readReport(kReport);
    return read ? std::make_shared<const models::ReportDocument>(*std::move(read)) : nullptr;
}

} // namespace

void TestTranscriptReading::findCountsAndSteps() {
    Window window;
    for (int i = 0; i < 30; ++i)
        window.add(i % 10 == 0 ? u"A needle and a Needle"_s : u"hay "_s.repeated(60), i % 2 == 0);
    window.view.jumpToLatest();
    window.find(u"needle"_s);
    QCOMPARE(window.view.finder().count(), 6);
    // The first place at or after what is in sight; here there is none, so it goes on from the top.
    QCOMPARE(window.count(), u"1 of 6"_s);
    QCOMPARE(window.view.currentFound(), FoundPlace({0, 0}));
    window.view.findNext();
    QCOMPARE(window.count(), u"2 of 6"_s);
    window.view.findNext();
    QCOMPARE(window.view.currentFound(), FoundPlace({10, 0}));
    QVERIFY(!window.view.rowRect(10).isEmpty());
    window.view.findPrevious();
    window.view.findPrevious();
    window.view.findPrevious();
    QCOMPARE(window.count(), u"6 of 6"_s);
    window.view.findChild<QToolButton*>(u"findCaseButton"_s)->setChecked(true);
    QTRY_VERIFY(!window.view.finder().isSearching());
    QCOMPARE(window.view.finder().count(), 3);
    window.bar()->setNeedle(u"nothing of the kind"_s);
    QCOMPARE(window.count(), u"Nothing found"_s);
}

void TestTranscriptReading::findSeesWhatIsRead() {
    Window window;
    window.add(
        u"Costs **rose** by a lot, see `large-2`.\n\n| Model | Cost |\n|---|--:|\n| large-2 | 12 |\n"_s);
    window.find(u"costs rose by"_s);
    QCOMPARE(window.view.finder().count(), 1);
    window.bar()->setNeedle(u"**"_s);
    QTRY_VERIFY(!window.view.finder().isSearching());
    QCOMPARE(window.view.finder().count(), 0);
    window.bar()->setNeedle(u"large-2"_s);
    QTRY_COMPARE(window.view.finder().count(), 2);
    // The mark is drawn: the same window without it looks different.
    const QImage marked = window.view.viewport()->grab().toImage();
    window.view.closeFind();
    QVERIFY(marked != window.view.viewport()->grab().toImage());
}

void TestTranscriptReading::findFollowsTheRows() {
    Window window;
    for (int i = 0; i < 12; ++i)
        window.add(i == 6 ? u"the needle"_s : u"hay"_s);
    window.find(u"needle"_s);
    QCOMPARE(window.view.currentFound().row, 6);
    window.model.insert(
        0, {{100, false, u"older needle"_s, AnswerKind::Full}, {101, true, u"hay"_s, AnswerKind::Full}});
    QTRY_COMPARE(window.view.finder().count(), 2);
    QCOMPARE(window.view.currentFound().row, 8);
    QTRY_COMPARE(window.count(), u"2 of 2"_s);
    window.model.remove(0, 1);
    QCOMPARE(window.view.finder().count(), 1);
    QCOMPARE(window.view.currentFound().row, 7);
    window.model.setText(7, u"gone"_s);
    QTRY_COMPARE(window.view.finder().count(), 0);
    QCOMPARE(window.count(), u"Nothing found"_s);
}

void TestTranscriptReading::findKeepsUpWithStreams() {
    Window window;
    window.add(u"start"_s, false, AnswerKind::InProgress);
    window.find(u"word"_s);
    QString text;
    for (int i = 1; i <= 20; ++i) {
        text += u"a word more, "_s;
        window.model.setText(0, text);
        QTRY_COMPARE(window.view.finder().count(), i);
    }
}

void TestTranscriptReading::closingFindGivesTheKeyboardBack() {
    Window window;
    window.add(u"needle"_s);
    QTest::keyClick(&window.view, Qt::Key_F, Qt::ControlModifier);
    window.view.openFind();
    QVERIFY(window.bar()->isVisible());
    auto* words = window.view.findChild<QLineEdit*>(u"findWords"_s);
    QTest::keyClicks(words, u"needle"_s);
    QTRY_COMPARE(window.count(), u"1 of 1"_s);
    QTest::keyClick(words, Qt::Key_Return);
    QTest::keyClick(words, Qt::Key_Escape);
    QVERIFY(!window.bar()->isVisible());
    QVERIFY(window.view.hasFocus() || !window.view.isActiveWindow());
    QCOMPARE(window.view.finder().count(), 0);
    for (const QToolButton* button : window.bar()->findChildren<QToolButton*>())
        QVERIFY(!button->accessibleName().isEmpty());
}

void TestTranscriptReading::findFitsANarrowWindowOfLargeLetters() {
    Window window;
    window.themes.setTextScale(2.0);
    window.view.resize(480, 500);
    window.add(u"needle "_s.repeated(250));
    window.find(u"needle"_s);
    window.view.placedRows();
    const QRect inside = window.view.viewport()->rect();
    QVERIFY(inside.contains(window.bar()->geometry()));
    for (QWidget* part : window.bar()->findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
        QVERIFY2(window.bar()->rect().contains(part->geometry()), qPrintable(part->objectName()));
        if (part->objectName() != u"findWords"_s)
            QVERIFY2(part->width() >= part->minimumSizeHint().width(), qPrintable(part->objectName()));
    }
    window.themes.setTextScale(1.0);
}

void TestTranscriptReading::findInALongThreadComesInSlices() {
    Window window;
    const QString hay = u"some hay "_s.repeated(100); // long enough for more than one slice on any machine
    std::vector<test::MessageRow> rows;
    for (int i = 0; i < 40'000; ++i)
        rows.push_back({i + 1000, i % 2 == 0, i % 100 == 0 ? u"a needle"_s : hay, AnswerKind::Full});
    window.model.insert(0, rows);
    window.view.openFind();
    QSignalSpy finished(&window.view.finder(), &TranscriptFinder::finished);
    window.bar()->setNeedle(u"needle"_s);
    QVERIFY(window.view.finder().isSearching());
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 60'000);
    QCOMPARE(window.view.finder().count(), 400);
}

void TestTranscriptReading::wideCodeScrollsSideways() {
    Window window;
    const QString line = u"value "_s.repeated(60) + u"END"_s;
    window.add(u"```\nshort\n"_s + line + u"\n```"_s);
    MessageLayout& layout = window.layout(0);
    const QPoint handle = window.look(MessageHit::Zone::ScrollHandle);
    QVERIFY(handle.x() >= 0);
    // Lines are not broken: two lines are two lines high.
    QVERIFY(layout.height() < 160);
    const QImage before = window.view.viewport()->grab().toImage();
    QWheelEvent wheel(handle - QPoint(0, 20), window.view.viewport()->mapToGlobal(handle), {}, {-240, 0},
                      Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(window.view.viewport(), &wheel);
    QVERIFY(before != window.view.viewport()->grab().toImage());
    // By keys, to the very end and no further.
    window.view.selectAll();
    QTest::keyClick(&window.view, Qt::Key_Down);
    for (int i = 0; i < 200; ++i)
        QTest::keyClick(&window.view, Qt::Key_Right);
    QVERIFY(!layout.scrollSideways(10));
    QVERIFY(layout.scrollSideways(-10));
    // By the handle, back to the start.
    const QPoint grip = window.look(MessageHit::Zone::ScrollHandle);
    QTest::mousePress(window.view.viewport(), Qt::LeftButton, {}, grip);
    QMouseEvent move(QEvent::MouseMove, QPointF(grip - QPoint(2000, 0)),
                     window.view.viewport()->mapToGlobal(QPointF(grip)), Qt::NoButton, Qt::LeftButton,
                     Qt::NoModifier);
    QCoreApplication::sendEvent(window.view.viewport(), &move);
    QTest::mouseRelease(window.view.viewport(), Qt::LeftButton, {}, grip);
    QVERIFY(!layout.scrollSideways(-10));
    // What is found far to the right comes into view.
    window.find(u"END"_s);
    QVERIFY(layout.scrollSideways(-10));
    window.view.closeFind();
    QVERIFY(window.view.copyText().contains(u"END"_s));
}

void TestTranscriptReading::wideTablesScrollSideways() {
    Window window;
    QString head;
    QString rule;
    QString row;
    for (int i = 0; i < 16; ++i) {
        head += u"| Column%1 "_s.arg(i);
        rule += u"|---"_s;
        row += u"| 1234567.%1 "_s.arg(i);
    }
    window.add(head + u"|\n"_s + rule + u"|\n"_s + row + u"|\n"_s);
    QVERIFY(window.layout(0).scrollSideways(50));
    QVERIFY(window.look(MessageHit::Zone::ScrollHandle).x() >= 0);
}

void TestTranscriptReading::longCodeOpensWhole() {
    Window window;
    QString code;
    for (int i = 0; i < 2000; ++i)
        code += u"line %1\n"_s.arg(i);
    window.add(u"```\n"_s + code + u"```"_s);
    window.view.jumpToLatest();
    QVERIFY(window.layout(0).height() < 6000);
    const QPoint button = window.look(MessageHit::Zone::ShowAll);
    QVERIFY(button.x() >= 0);
    window.click(button);
    auto* viewer = window.view.findChild<TextViewer*>();
    QVERIFY(viewer);
    QCOMPARE(viewer->view()->text(), code.chopped(1));
    // The short form loses nothing: copying takes all of it.
    window.view.selectAll();
    QCOMPARE(window.view.copyText(), code.chopped(1));
    viewer->close();
}

void TestTranscriptReading::growingTablesKeepTheirRows() {
    ThemeProvider themes(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    const TranscriptStyle style = makeTranscriptStyle(themes.theme(), 1);
    MessageContent content;
    content.speaker = session::Speaker::Agent;
    content.text = u"| Model | Cost |\n|---|--:|\n"_s;
    MessageLayout grown;
    for (int i = 0; i < 60; ++i) {
        content.text += u"| model number %1 | %2.50 |\n"_s.arg(100 + i).arg(1000 + i);
        grown.update(content, style, 600, 600);
    }
    MessageLayout once;
    once.update(content, style, 600, 600);
    QCOMPARE(grown.height(), once.height());
    QVERIFY(grown.block(0) == once.block(0));
    // One layout for the table and at most a few for its first rows, which change what it is.
    QVERIFY2(grown.laidOutBlocks() <= 4, qPrintable(QString::number(grown.laidOutBlocks())));
    for (int y = 20; y < once.height(); y += 7)
        QVERIFY(grown.positionAt(QPointF(40, y)) == once.positionAt(QPointF(40, y)));
}

void TestTranscriptReading::longTextIsLaidOutOnlyInSight() {
    ThemeProvider themes(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    LongTextView view(themes.theme());
    view.resize(600, 400);
    view.show();
    view.setText(QString(4'000'000, u'x') + u"\nshort\n\tlast 😀"_s);
    QTRY_VERIFY_WITH_TIMEOUT(view.isCounted(), 60'000);
    QVERIFY(view.countedLines() > 10'000);
    const auto [first, end] = view.shownRange();
    QCOMPARE(first, 0);
    QVERIFY(end < 20'000);
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(view.shownRange().second, view.text().size());
    // The place being read stays where it is when lines break anew.
    QVERIFY(view.find(u"short"_s, false));
    view.resize(300, 400);
    QTRY_VERIFY_WITH_TIMEOUT(view.isCounted(), 60'000);
    view.grab();
}

void TestTranscriptReading::longTextFindsAndCopies() {
    ThemeProvider themes(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    LongTextView view(themes.theme());
    view.resize(600, 400);
    view.show();
    QString text;
    for (int i = 0; i < 5000; ++i)
        text += u"line %1\n"_s.arg(i);
    view.setText(text);
    QVERIFY(view.find(u"LINE 4321"_s, false));
    QCOMPARE(view.selectedText(), u"line 4321"_s);
    const auto [first, end] = view.shownRange();
    const auto at = text.indexOf(u"line 4321"_s);
    QVERIFY(first <= at && at < end);
    QVERIFY(!view.find(u"nowhere"_s, false));
    QVERIFY(view.find(u"line 12"_s, true));
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"line 12"_s);
    view.selectAll();
    QCOMPARE(view.selectedText(), text);
}

void TestTranscriptReading::aReportTakesThePlaceOfTextOnRequest() {
    Window window;
    window.model.insert(0, {{1, false, u"The answer in words"_s, AnswerKind::Full, report()}});
    QCOMPARE(window.layout(0).blockCount(), size_t(1));
    const QPoint toggle = window.look(MessageHit::Zone::Toggle);
    QVERIFY(toggle.x() >= 0);
    window.click(toggle);
    QVERIFY(window.layout(0).blockCount() > 8);
    window.view.selectAll();
    QVERIFY(window.view.copyText().contains(u"large\t"_s));
    window.find(u"re-ranking"_s);
    QCOMPARE(window.view.finder().count(), 1);
    window.view.closeFind();
    window.click(window.look(MessageHit::Zone::Toggle));
    QCOMPARE(window.layout(0).blockCount(), size_t(1));
    QCOMPARE(window.layout(0).block(0).text, u"The answer in words"_s);
}

void TestTranscriptReading::aReportWithoutTextIsShown() {
    Window window;
    window.model.insert(0, {{1, false, QString(), AnswerKind::Full, report()}});
    QVERIFY(window.layout(0).blockCount() > 8);
    QCOMPARE(window.look(MessageHit::Zone::Toggle), QPoint(-1, -1));
}

void TestTranscriptReading::reportFiguresAreAsSent() {
    const MarkdownBlocks blocks = reportBlocks(*report());
    const auto table = std::find_if(blocks.begin(), blocks.end(), [](const MarkdownBlock& block) {
        return block.kind == MarkdownBlock::Kind::Table;
    });
    QVERIFY(table != blocks.end());
    QCOMPARE(table->table.columns, 5);
    QVERIFY(table->table.alignments[1].testFlag(Qt::AlignRight));
    // The dearest first, to the last digit, all with as many decimals.
    QVERIFY(table->text.contains(u"large\t7.497969225\t83.3 %\t5\t"_s) ||
            table->text.contains(u"7.497969225\t83.3 %\t5.00"_s));
    QVERIFY(table->text.contains(u"1.500000000"_s));
    QVERIFY(table->text.contains(u"8.997969225"_s));
    QVERIFY(table->lastRowIsTotal);
    QCOMPARE(table->table.bars.size(), size_t(table->table.rows()));
    QVERIFY(qAbs(table->table.bars[1] - 0.8333) < 0.001);
    QString all;
    for (const MarkdownBlock& block : blocks)
        all += block.text + u'\n';
    for (const QString& words :
         {u"Spend is 9 USD."_s, u"Move *re-ranking* back"_s, u"Impact: high"_s, u"Potential savings: 2.5"_s,
          u"Kind: Model choice"_s, u"Done when: The bill falls"_s, u"Prices of June"_s,
          u"Data agent\t1.2 s\t3"_s})
        QVERIFY2(all.contains(words), qPrintable(words + u"\n"_s + all));
    // What was not sent is not shown.
    QVERIFY(!all.contains(u"month"_s));
    QVERIFY(!models::readReport("[1]").has_value());
    QVERIFY(!models::readReport("{}").has_value());
}

QTEST_MAIN(TestTranscriptReading)
#include "tst_transcript_reading.moc"
