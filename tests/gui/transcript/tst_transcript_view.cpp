// SPDX-License-Identifier: GPL-3.0-or-later
#include "transcript_window.h"

#include <QAccessible>
#include <QScrollBar>
#include <QSignalSpy>

using namespace apex;
using namespace Qt::StringLiterals;
using session::AnswerKind;
using Window = test::TranscriptWindow;

class TestTranscriptView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readerDecidesWhetherTheEndIsFollowed();
    void aLongAnswerIsShownFromItsStart();
    void streamedTextIsFollowedUntilItsStartWouldLeave();
    void aShortPromptStaysAboveItsLongAnswer();
    void tablesKeepNumbersWhole();
    void tablesMayBeWiderThanText();
    void pillCountsAndLeadsBack();
    void scrollBarReachesBothEnds();
    void streamingLaysOutOnlyTheOpenBlock();
    void nothingIsPaintedWhenNothingHappens();
    void changesOutOfSightPaintNothing();
    void accessibleTreeIsBoundedAndNamed();
    void announcesStartAndEndOnly();
    void revealRunFocusesItsFirstRow();
    void placeIsRestored();
    void themeAndZoomSwitchLive();
    void hugeTextIsShownInPartAndCopiedWhole();
    void hostileTextIsDrawnInBoundedTime_data();
    void hostileTextIsDrawnInBoundedTime();
};

namespace {

class PaintCounter : public QObject {
public:
    int paints = 0;
    bool eventFilter(QObject*, QEvent* event) override {
        paints += event->type() == QEvent::Paint ? 1 : 0;
        return false;
    }
};

} // namespace

void TestTranscriptView::readerDecidesWhetherTheEndIsFollowed() {
    Window window(30);
    QVERIFY(window.view.isFollowing());
    QSignalSpy following(&window.view, &ui::TranscriptView::followingChanged);
    window.wheel(1);
    QVERIFY(!window.view.isFollowing());
    QCOMPARE(following.size(), 1);
    const std::vector<ui::PlacedRow> before = window.view.placedRows();
    window.add(u"new"_s);
    QVERIFY(window.view.placedRows().front() == before.front());
    window.wheel(-20);
    QVERIFY(window.view.isFollowing());
    window.add(u"newer"_s);
    QCOMPARE(window.view.placedRows().back().row, window.model.rowCount() - 1);
}

void TestTranscriptView::aLongAnswerIsShownFromItsStart() {
    Window window(30);
    window.add(u"A long line of an answer.\n\n"_s.repeated(80));
    QCOMPARE(window.view.placedRows().front().row, 30);
    QCOMPARE(window.view.placedRows().front().top, 0);
    QVERIFY(!window.view.isFollowing());
    QVERIFY(!window.pill()->isVisible());
    window.add(u"something new"_s);
    QCOMPARE(window.view.placedRows().front().row, 30);
    QVERIFY(window.pill()->isVisible());
    window.key(Qt::Key_End);
    QVERIFY(window.view.isFollowing());
    QCOMPARE(window.view.placedRows().back().row, 31);
    QVERIFY(!window.pill()->isVisible());
}

void TestTranscriptView::streamedTextIsFollowedUntilItsStartWouldLeave() {
    Window window(30);
    window.add(QString(), false, AnswerKind::InProgress);
    QSignalSpy following(&window.view, &ui::TranscriptView::followingChanged);
    QString text;
    for (int i = 0; i < 80; ++i) {
        text += u"Line %1 of a streamed answer.\n\n"_s.arg(i);
        window.model.setText(30, text);
        window.view.placedRows();
        if (window.view.isFollowing())
            QVERIFY(window.view.placedRows().back().top >= 0);
    }
    QCOMPARE(following.size(), 1);
    QCOMPARE(window.view.placedRows().front().row, 30);
    QCOMPARE(window.view.placedRows().front().top, 0);
    window.key(Qt::Key_End);
    window.model.setText(30, text + text);
    const ui::PlacedRow last = window.view.placedRows().back();
    QVERIFY(window.view.isFollowing());
    QVERIFY(last.top + last.height <= window.view.viewport()->height());
}

void TestTranscriptView::aShortPromptStaysAboveItsLongAnswer() {
    Window window(31);
    QVERIFY(window.model.at(30).fromUser);
    window.model.setText(30, u"A short question?"_s);
    window.add(u"A long line of an answer.\n\n"_s.repeated(80));
    QCOMPARE(window.view.placedRows().front().row, 30);
    QCOMPARE(window.view.placedRows().front().top, 0);
}

void TestTranscriptView::tablesKeepNumbersWhole() {
    ui::MarkdownBlock block;
    block.kind = ui::MarkdownBlock::Kind::Table;
    block.table.columns = 6;
    const QStringList head{u"Model"_s,         u"Calls"_s, u"Prompt tokens"_s, u"Completion tokens"_s,
                           u"Cost per call"_s, u"Cost"_s};
    const QStringList row{u"claude-3-5-sonnet-20241022"_s,
                          u"1,204"_s,
                          u"12,345,678"_s,
                          u"3,456,789"_s,
                          u"$0.003412"_s,
                          u"$1,234.567890"_s};
    for (const QString& text : head + row) {
        block.table.cells.push_back({static_cast<int>(block.text.size()), static_cast<int>(text.size())});
        block.text += text;
    }
    block.table.alignments.assign(6, Qt::AlignLeading);
    ui::ThemeProvider themes(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    const ui::BlockLayout layout(block, ui::makeTranscriptStyle(themes.theme(), 1), 510);
    QVERIFY2(layout.naturalWidth() <= 511, qPrintable(QString::number(layout.naturalWidth())));
    for (size_t cell = 7; cell < 12; ++cell) {
        const auto& at = block.table.cells[cell];
        const QRectF first = layout.lineRect(at.start);
        QCOMPARE(layout.lineRect(at.start + at.length - 1), first);
    }
}

void TestTranscriptView::tablesMayBeWiderThanText() {
    Window window;
    window.view.resize(1600, 500);
    QString line = u"|"_s;
    for (int i = 0; i < 9; ++i)
        line += u"a column of words %1|"_s.arg(i);
    window.add(line + u"\n|"_s + u"---|"_s.repeated(9) + u"\n"_s + line + u"\n"_s);
    window.view.placedRows();
    const int text = window.view.rows().width();
    const QPoint beyond(window.view.columnLeft() + text + 60, 70);
    QVERIFY(beyond.x() < window.view.viewport()->width());
    const ui::MessageLayout* layout = window.view.rows().existing(0);
    QCOMPARE(layout->hit(QPointF(text + 60, 70)).zone, ui::MessageHit::Zone::Text);
}

void TestTranscriptView::pillCountsAndLeadsBack() {
    Window window(30);
    QVERIFY(!window.pill()->isVisible());
    window.wheel(10);
    QVERIFY(window.pill()->isVisible());
    QCOMPARE(window.pill()->text(), u"Jump to latest"_s);
    window.add(u"one"_s);
    window.add(u"two"_s);
    window.view.placedRows();
    QVERIFY(window.pill()->text().contains(u"2"_s));
    QCOMPARE(window.view.newMessages(), 2);
    window.pill()->click();
    QVERIFY(window.view.isFollowing());
    QVERIFY(!window.pill()->isVisible());
    QCOMPARE(window.view.newMessages(), 0);
}

void TestTranscriptView::scrollBarReachesBothEnds() {
    Window window(200);
    QScrollBar* bar = window.view.verticalScrollBar();
    QCOMPARE(bar->value(), bar->maximum());
    bar->setValue(0);
    QCOMPARE(window.view.placedRows().front().row, 0);
    QCOMPARE(window.view.placedRows().front().top, 0);
    QVERIFY(!window.view.isFollowing());
    bar->setValue(bar->maximum() / 2);
    const int middle = window.view.placedRows().front().row;
    QVERIFY2(middle > 60 && middle < 140, qPrintable(QString::number(middle)));
    bar->setValue(bar->maximum());
    QVERIFY(window.view.isFollowing());
}

void TestTranscriptView::streamingLaysOutOnlyTheOpenBlock() {
    Window window;
    window.add(QString(), false, AnswerKind::InProgress);
    QString text;
    for (int i = 0; i < 60; ++i) {
        text += u"Paragraph %1 is long enough to be a line.\n\n"_s.arg(i);
        window.model.setText(0, text);
        window.view.placedRows();
    }
    const ui::MessageLayout* layout = window.view.rows().existing(0);
    QCOMPARE(layout->blockCount(), size_t(60));
    QCOMPARE(layout->laidOutBlocks(), 60);
    window.model.setText(0, text + u"Open"_s);
    window.view.placedRows();
    window.model.setText(0, text + u"Open end"_s);
    window.view.placedRows();
    QCOMPARE(window.view.rows().existing(0)->laidOutBlocks(), 62);
    QVERIFY(layout->document().parsedCharacters() < 4 * text.size());
}

void TestTranscriptView::nothingIsPaintedWhenNothingHappens() {
    Window window(20);
    QVERIFY(QTest::qWaitForWindowExposed(&window.view));
    QTest::qWait(100);
    PaintCounter counter;
    window.view.viewport()->installEventFilter(&counter);
    QTest::qWait(300);
    QCOMPARE(counter.paints, 0);
    window.add(u"visible"_s);
    QTRY_VERIFY(counter.paints > 0);
}

void TestTranscriptView::changesOutOfSightPaintNothing() {
    Window window(60);
    window.key(Qt::Key_Home);
    QVERIFY(QTest::qWaitForWindowExposed(&window.view));
    QTest::qWait(100);
    PaintCounter counter;
    window.view.viewport()->installEventFilter(&counter);
    window.model.setText(59, u"streamed far below"_s);
    QTest::qWait(100);
    QCOMPARE(counter.paints, 0);
}

void TestTranscriptView::accessibleTreeIsBoundedAndNamed() {
    Window window(1000);
    QAccessibleInterface* list = QAccessible::queryAccessibleInterface(&window.view);
    QVERIFY(list);
    QCOMPARE(list->role(), QAccessible::List);
    QCOMPARE(list->text(QAccessible::Name), u"Transcript"_s);
    QVERIFY2(list->childCount() < 40, qPrintable(QString::number(list->childCount())));
    QVERIFY(list->childCount() > 5);
    for (int i = 0; i < list->childCount(); ++i) {
        QAccessibleInterface* child = list->child(i);
        QVERIFY(child && child->isValid());
        QCOMPARE(child->role(), QAccessible::ListItem);
        QVERIFY(child->text(QAccessible::Name).startsWith(u"Message "_s));
        QCOMPARE(list->indexOfChild(child), i);
        QCOMPARE(child->parent()->object(), &window.view);
    }
    QSignalSpy activated(&window.view, &ui::TranscriptView::messageActivated);
    QAccessibleInterface* last = list->child(list->childCount() - 1);
    last->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated[0][0].value<RunId>().toString(), u"run-1000"_s);
    // The same item is found again after older messages came in before it.
    window.model.insert(0, {{5000, false, u"Message old"_s, AnswerKind::Full}});
    window.view.placedRows();
    QVERIFY(last->isValid());
    QVERIFY(last->text(QAccessible::Name).startsWith(u"Message 999"_s));
}

void TestTranscriptView::announcesStartAndEndOnly() {
    Window window(2);
    QSignalSpy announced(&window.view, &ui::TranscriptView::announced);
    window.add(u"a"_s, false, AnswerKind::InProgress);
    QCOMPARE(announced.size(), 1);
    for (int i = 0; i < 50; ++i)
        window.model.setText(2, u"a"_s.repeated(i + 2));
    QCOMPARE(announced.size(), 1);
    window.model.setKind(2, AnswerKind::Full);
    QCOMPARE(announced.size(), 2);
    QCOMPARE(announced[1][0].toString(), u"Answer complete"_s);
    window.add(u"history"_s);
    QCOMPARE(announced.size(), 2);
}

void TestTranscriptView::revealRunFocusesItsFirstRow() {
    Window window(100);
    window.view.revealRun(RunId(u"run-11"_s));
    QCOMPARE(window.view.focusedRow(), 10);
    QVERIFY(!window.view.rowRect(10).isEmpty());
    QVERIFY(!window.view.isFollowing());
}

void TestTranscriptView::placeIsRestored() {
    Window window(100);
    window.wheel(25);
    const ui::ReadingPlace place = window.view.readingPlace();
    const ui::PlacedRow top = window.view.placedRows().front();
    window.view.jumpToLatest();
    window.view.restore(place);
    QVERIFY(window.view.placedRows().front() == top);
}

void TestTranscriptView::themeAndZoomSwitchLive() {
    Window window(10);
    window.themes.setChoice(ui::SchemeChoice::Light);
    const QColor light = window.view.viewport()->grab().toImage().pixelColor(2, 2);
    window.themes.setChoice(ui::SchemeChoice::Dark);
    const QColor dark = window.view.viewport()->grab().toImage().pixelColor(2, 2);
    QCOMPARE(light, QColor(Qt::white));
    QVERIFY(dark.lightness() < 60);
    window.themes.setChoice(ui::SchemeChoice::Light);
    const int before = window.view.placedRows().back().height;
    window.view.setZoom(2);
    QVERIFY(window.view.placedRows().back().height > before);
    QVERIFY(window.view.isFollowing());
}

void TestTranscriptView::hugeTextIsShownInPartAndCopiedWhole() {
    Window window;
    const QString text = u"A paragraph of words.\n\n"_s.repeated(20'000);
    window.add(text);
    window.key(Qt::Key_Home);
    const ui::MessageLayout* layout = window.view.rows().existing(0);
    QVERIFY(layout->blockCount() < 10'000);
    QCOMPARE(window.view.copyMarkdown(), text);
    QVERIFY(window.view.copyText().size() > 20'000 * 20);
}

void TestTranscriptView::hostileTextIsDrawnInBoundedTime_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("quotes") << QString(20'000, u'>');
    QTest::newRow("brackets") << QString(20'000, u'[');
    QTest::newRow("emphasis") << u"*a **"_s.repeated(10'000);
    QTest::newRow("one line") << QString(200'000, u'x');
    QTest::newRow("columns") << u"|"_s + u"a|"_s.repeated(3'000) + u"\n|"_s + u"---|"_s.repeated(3'000) +
                                    u"\n"_s;
    QTest::newRow("nested list") << [] {
        QString list;
        for (int i = 0; i < 300; ++i)
            list += QString(i * 2, u' ') + u"- x\n"_s;
        return list;
    }();
    QTest::newRow("control characters")
        << QString(u"a\u202eb\u200bc"_s + QChar(0) + QChar(0xd800)).repeated(100);
}

void TestTranscriptView::hostileTextIsDrawnInBoundedTime() {
    QFETCH(QString, text);
    Window window;
    QElapsedTimer timer;
    timer.start();
    window.add(text);
    QVERIFY(!window.view.grab().isNull());
    QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_MAIN(TestTranscriptView)
#include "tst_transcript_view.moc"
