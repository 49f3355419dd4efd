// SPDX-License-Identifier: GPL-3.0-or-later
// An event leads to its place in the answer, and words of the answer lead back.
#include "support/message_rows.h"
#include "ui/theme/theme_provider.h"
#include "ui/transcript/transcript_view.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace apex;
using namespace Qt::StringLiterals;
using models::AnswerPlace;

namespace {

const QString kAnswer = uR"(First words.

| Model | Cost |
|---|--:|
| a | 1 |

Source: `cost_by_model` (`run_1_call_10`).

- One change.
- Another change.

Source: `what_changed` (`run_1_call_1`).

Last words.)"_s;

struct Window {
    ui::ThemeProvider themes{*qobject_cast<QApplication*>(QCoreApplication::instance())};
    test::MessageRows model;
    ui::TranscriptView view{themes};

    /// One answer (local id 1, so run "run-1") and `after` messages behind it.
    explicit Window(int after = 0) {
        model.insert(0, {{1, false, kAnswer}});
        for (int i = 0; i < after; ++i)
            model.insert(i + 1, {{i + 2, i % 2 == 0, u"Message %1. "_s.arg(i).repeated(20)}});
        view.setModel(&model);
        view.resize(700, 500);
        view.show();
        view.setFocus();
        view.placedRows();
    }
    [[nodiscard]] QStringList pointedAt() const {
        const ui::TextSpan span = view.pointedAt(0);
        QStringList texts;
        for (int i = span.from.block; !span.isEmpty() && i <= span.to.block; ++i)
            texts << view.rows().existing(0)->block(static_cast<size_t>(i)).text;
        return texts;
    }
    void scrollToTop() { QTest::keyClick(&view, Qt::Key_Home); }
};

AnswerPlace source(const QString& call) {
    return {RunId(u"run-1"_s), call, -1};
}

AnswerPlace offset(const QString& before) {
    return {RunId(u"run-1"_s), {}, kAnswer.indexOf(before)};
}

} // namespace

class TestTranscriptPlaces : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCallLeadsToWhatNamesIt();
    void aListIsShownWithItsSource();
    void anOffsetLeadsToTheTextThatFollowed();
    void withoutAPlaceTheAnswerIsShown();
    void aPlaceFarAwayComesIntoSight();
    void markingMovesNothing();
    void pointingEndsByItselfAndPaintsTwice();
    void thePlaceFollowsItsMessage();
    void clickedWordsNameTheirSource();
};

void TestTranscriptPlaces::aCallLeadsToWhatNamesIt() {
    Window window;
    window.view.revealPlace(source(u"run_1_call_10"_s));
    const QStringList texts = window.pointedAt();
    QCOMPARE(texts.size(), 2);
    QVERIFY(texts.front().startsWith(u"Model"_s));
    QCOMPARE(texts.back(), u"Source: cost_by_model (run_1_call_10)."_s);
    QCOMPARE(window.view.focusedRow(), 0);
}

void TestTranscriptPlaces::aListIsShownWithItsSource() {
    Window window;
    window.view.revealPlace(source(u"run_1_call_1"_s));
    QCOMPARE(window.pointedAt(), QStringList({u"One change."_s, u"Another change."_s,
                                              u"Source: what_changed (run_1_call_1)."_s}));
}

void TestTranscriptPlaces::anOffsetLeadsToTheTextThatFollowed() {
    Window window;
    window.view.revealPlace(offset(u"Last words"_s));
    QCOMPARE(window.pointedAt(), QStringList(u"Last words."_s));
    // The event came when the blank line before the list had been written already.
    window.view.revealPlace(offset(u"\n- One change"_s));
    QCOMPARE(window.pointedAt(), QStringList(u"One change."_s));
    window.view.revealPlace({RunId(u"run-1"_s), {}, kAnswer.size()});
    QCOMPARE(window.pointedAt(), QStringList(u"Last words."_s));
}

void TestTranscriptPlaces::withoutAPlaceTheAnswerIsShown() {
    Window window(40);
    window.view.revealPlace(source(u"run_1_call_7"_s));
    QVERIFY(window.pointedAt().isEmpty());
    QCOMPARE(window.view.focusedRow(), 0);
    QVERIFY(!window.view.rowRect(0).isEmpty());
}

void TestTranscriptPlaces::aPlaceFarAwayComesIntoSight() {
    Window window(200);
    QVERIFY(window.view.isFollowing());
    QSignalSpy said(&window.view, &ui::TranscriptView::announced);
    window.view.revealPlace(source(u"run_1_call_1"_s));
    QVERIFY(!window.view.isFollowing());
    const QRect row = window.view.rowRect(0);
    const ui::TextSpan span = window.view.pointedAt(0);
    const int line = row.top() + qRound(window.view.rows().existing(0)->topFor({span.from, 0, true}));
    QVERIFY(line >= 0 && line < window.view.viewport()->height());
    QCOMPARE(said.size(), 1);
    QCOMPARE(said.front().front().toString(), u"Place in the answer: One change."_s);
}

void TestTranscriptPlaces::markingMovesNothing() {
    Window window(200);
    window.view.markPlace(source(u"run_1_call_1"_s));
    QVERIFY(window.view.isFollowing());
    window.scrollToTop();
    const int before = window.view.rowRect(0).top();
    window.view.markPlace(source(u"run_1_call_1"_s));
    QCOMPARE(window.view.rowRect(0).top(), before);
    QCOMPARE(window.pointedAt().size(), 3);
    window.view.markPlace({RunId(u"run-1"_s), {}, -1});
    QVERIFY(window.pointedAt().isEmpty());
}

void TestTranscriptPlaces::pointingEndsByItselfAndPaintsTwice() {
    Window window;
    QVERIFY(QTest::qWaitForWindowExposed(&window.view));
    struct Counter : QObject {
        int paints = 0;
        bool eventFilter(QObject*, QEvent* event) override {
            paints += event->type() == QEvent::Paint;
            return false;
        }
    } counter;
    QCoreApplication::processEvents();
    window.view.viewport()->installEventFilter(&counter);
    window.view.markPlace(source(u"run_1_call_10"_s));
    QVERIFY(!window.pointedAt().isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(window.pointedAt().isEmpty(), 10'000);
    QCoreApplication::processEvents();
    QVERIFY2(counter.paints <= 2, qPrintable(QString::number(counter.paints)));
}

void TestTranscriptPlaces::thePlaceFollowsItsMessage() {
    Window window;
    window.view.markPlace(source(u"run_1_call_10"_s));
    window.model.insert(0, {{99, true, u"Earlier"_s}});
    window.view.placedRows();
    QVERIFY(window.view.pointedAt(0).isEmpty());
    QVERIFY(!window.view.pointedAt(1).isEmpty());
}

void TestTranscriptPlaces::clickedWordsNameTheirSource() {
    Window window;
    window.scrollToTop();
    QSignalSpy focused(&window.view, &ui::TranscriptView::wordsFocused);
    const ui::MessageLayout* layout = window.view.rows().existing(0);
    const int line = qRound(layout->topFor({{1, 0}, 0, true}));
    const QPoint onTable(window.view.columnLeft() + 10, window.view.rowRect(0).top() + line + 8);
    QTest::mouseClick(window.view.viewport(), Qt::LeftButton, {}, onTable);
    QCOMPARE(focused.size(), 1);
    QCOMPARE(focused.front().at(0).value<RunId>(), RunId(u"run-1"_s));
    QVERIFY(focused.front().at(1).toString().contains(u"run_1_call_10"_s));
}

QTEST_MAIN(TestTranscriptPlaces)
#include "tst_transcript_places.moc"
