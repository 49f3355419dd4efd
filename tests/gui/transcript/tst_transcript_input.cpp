// SPDX-License-Identifier: GPL-3.0-or-later
// Keys, mouse, copying, links and buttons of the transcript.
#include "support/sample_runs.h"
#include "transcript_window.h"

#include <QSignalSpy>

using namespace apex;
using namespace Qt::StringLiterals;
using session::AnswerKind;
using Window = test::TranscriptWindow;

class TestTranscriptInput : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keysMoveFocusAndActivate();
    void promptsAreStepsOfAltArrows();
    void copyWithoutSelectionTakesTheFocusedMessage();
    void mouseSelectsAcrossMessages();
    void doubleAndTripleClickSelect();
    void keyboardSelectsRowsAndAll();
    void menuCopiesTablesAndCode();
    void copyButtonCopiesCode();
    void linksAreShownAndOnlySafeOnesHandedOn();
    void retryIsOfferedOnlyWhereItHelps();
    void emptyThreadOffersPrompts();
    void aLowWindowKeepsWholePrompts();
};

namespace {

const QString kRich = uR"(Text with [safe](https://example.com/x) and [bad](javascript:alert(1)).

| a | b |
|---|--:|
| x | 1 |

```sql
SELECT 1;
```)"_s;

} // namespace

void TestTranscriptInput::keysMoveFocusAndActivate() {
    Window window(30);
    QSignalSpy activated(&window.view, &ui::TranscriptView::messageActivated);
    window.key(Qt::Key_Home);
    QCOMPARE(window.view.focusedRow(), 0);
    window.key(Qt::Key_Down);
    QCOMPARE(window.view.focusedRow(), 1);
    window.key(Qt::Key_Return);
    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated[0][0].value<RunId>().toString(), u"run-2"_s);
    const int top = window.view.placedRows().front().row;
    window.key(Qt::Key_PageDown);
    QVERIFY(window.view.placedRows().front().row > top);
    window.key(Qt::Key_End);
    QVERIFY(window.view.isFollowing());
    QCOMPARE(window.view.focusedRow(), 29);
    window.key(Qt::Key_PageUp);
    QVERIFY(!window.view.isFollowing());
}

void TestTranscriptInput::promptsAreStepsOfAltArrows() {
    Window window(30);
    window.key(Qt::Key_Home);
    window.key(Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(window.view.focusedRow(), 2);
    QCOMPARE(window.view.placedRows().front().row, 2);
    window.key(Qt::Key_Down, Qt::AltModifier);
    window.key(Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(window.view.focusedRow(), 2);
}

void TestTranscriptInput::copyWithoutSelectionTakesTheFocusedMessage() {
    Window window;
    window.add(kRich);
    window.key(Qt::Key_Home);
    window.key(Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(Window::clipboard(), u"Text with safe and bad.\n\na\tb\nx\t1\n\nSELECT 1;"_s);
    window.key(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(Window::clipboard(), kRich);
}

void TestTranscriptInput::mouseSelectsAcrossMessages() {
    Window window;
    window.add(u"first prompt"_s, true);
    window.add(u"second **answer**"_s);
    const auto& placed = window.view.placedRows();
    QWidget* page = window.view.viewport();
    const QPoint from(window.view.columnLeft() + 1, placed[0].top + placed[0].height - 30);
    const QPoint to(window.view.columnLeft() + 500, placed[1].top + placed[1].height - 30);
    QTest::mousePress(page, Qt::LeftButton, {}, from);
    QTest::mouseMove(page, to);
    QMouseEvent move(QEvent::MouseMove, to, page->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
    QCoreApplication::sendEvent(page, &move);
    QTest::mouseRelease(page, Qt::LeftButton, {}, to);
    QCOMPARE(window.view.copyText(), u"You\nfirst prompt\n\nAgent\nsecond answer"_s);
    QCOMPARE(window.view.copyMarkdown(), u"**You**\n\nfirst prompt\n\n**Agent**\n\nsecond **answer**"_s);
    window.key(Qt::Key_Escape);
    window.key(Qt::Key_Home);
    QCOMPARE(window.view.copyText(), u"first prompt"_s);
}

void TestTranscriptInput::doubleAndTripleClickSelect() {
    Window window;
    window.add(u"alpha beta gamma"_s);
    const QPoint at = window.find(ui::MessageHit::Zone::Text) + QPoint(12, 4);
    QTest::mouseDClick(window.view.viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(window.view.copyText(), u"alpha"_s);
    QTest::mousePress(window.view.viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(window.view.copyText(), u"alpha beta gamma"_s);
}

void TestTranscriptInput::keyboardSelectsRowsAndAll() {
    Window window;
    for (const QString& text : {u"one"_s, u"two"_s, u"three"_s})
        window.add(text);
    window.key(Qt::Key_Home);
    window.key(Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(window.view.copyText(), u"Agent\none\n\nAgent\ntwo"_s);
    window.key(Qt::Key_A, Qt::ControlModifier);
    QVERIFY(window.view.copyText().contains(u"three"_s));
    // Rows that come before the selection do not change it.
    window.model.insert(0, {{77, false, u"zero"_s, AnswerKind::Full}});
    QVERIFY(!window.view.copyText().contains(u"zero"_s));
}

void TestTranscriptInput::menuCopiesTablesAndCode() {
    Window window;
    window.add(kRich);
    window.key(Qt::Key_Home);
    window.openMenuByKeyboard();
    QVERIFY(window.action(u"Copy table as CSV"_s));
    window.action(u"Copy table as CSV"_s)->trigger();
    QCOMPARE(Window::clipboard(), u"a,b\nx,1\n"_s);
    window.action(u"Copy table as TSV"_s)->trigger();
    QCOMPARE(Window::clipboard(), u"a\tb\nx\t1\n"_s);
    window.action(u"Copy code"_s)->trigger();
    QCOMPARE(Window::clipboard(), u"SELECT 1;"_s);
    QVERIFY(window.action(u"Open https://example.com/x"_s));
    QVERIFY(!window.action(u"Open javascript"_s));
    QVERIFY(window.action(u"Copy address javascript"_s));
}

void TestTranscriptInput::copyButtonCopiesCode() {
    Window window;
    window.add(kRich);
    QGuiApplication::clipboard()->clear();
    window.click(window.find(ui::MessageHit::Zone::CopyCode));
    QCOMPARE(Window::clipboard(), u"SELECT 1;"_s);
}

void TestTranscriptInput::linksAreShownAndOnlySafeOnesHandedOn() {
    Window window;
    window.add(kRich);
    QSignalSpy opened(&window.view, &ui::TranscriptView::linkActivated);
    QSignalSpy refused(&window.view, &ui::TranscriptView::linkRefused);
    QSignalSpy hovered(&window.view, &ui::TranscriptView::linkHovered);
    const QPoint safe = window.find(ui::MessageHit::Zone::Link, u"https://example.com/x"_s);
    QTest::mouseMove(window.view.viewport(), safe);
    QTRY_COMPARE(hovered.size(), 1);
    QCOMPARE(hovered[0][0].toString(), u"https://example.com/x"_s);
    window.click(safe);
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened[0][0].toUrl(), QUrl(u"https://example.com/x"_s));
    window.click(window.find(ui::MessageHit::Zone::Link, u"javascript:alert(1)"_s));
    QCOMPARE(opened.size(), 1);
    QCOMPARE(refused.size(), 1);
}

void TestTranscriptInput::retryIsOfferedOnlyWhereItHelps() {
    ui::ThemeProvider themes(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    test::FakeClock clock;
    session::Conversation conversation{ThreadId(u"t"_s)};
    models::TranscriptModel model;
    model.setConversation(&conversation);
    ui::TranscriptView view(themes);
    view.setModel(&model);
    view.resize(700, 400);
    view.show();
    QSignalSpy retried(&view, &ui::TranscriptView::retryRequested);
    const qint64 id =
        conversation.appendPrompt(u"hello"_s, {}, RunId(u"r"_s), session::Delivery::Sending, clock.wallNow());
    view.placedRows();
    view.retryRow(0);
    QCOMPARE(retried.size(), 0);
    conversation.setDelivery(id, session::Delivery::Failed, makeError(ErrorKind::Network, u"Broken."_s));
    model.flush();
    view.placedRows();
    const ui::MessageLayout* layout = view.rows().existing(0);
    QPoint at(-1, -1);
    for (int y = 0; y < layout->height() && at.x() < 0; y += 3) {
        if (layout->hit(QPointF(30, y)).zone == ui::MessageHit::Zone::Retry)
            at = {view.columnLeft() + 30, view.placedRows()[0].top + y};
    }
    QVERIFY(at.x() >= 0);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(retried.size(), 1);
    QCOMPARE(retried[0][0].toLongLong(), id);
}

void TestTranscriptInput::emptyThreadOffersPrompts() {
    Window window;
    const QList<QPushButton*> buttons = window.view.findChildren<QPushButton*>(u"examplePromptButton"_s);
    QCOMPARE(buttons.size(), 3);
    QSignalSpy chosen(&window.view, &ui::TranscriptView::examplePromptChosen);
    for (QPushButton* button : buttons) {
        QVERIFY(button->isVisible());
        QVERIFY(button->focusPolicy() & Qt::TabFocus);
        QVERIFY(button->accessibleName().contains(button->text()));
    }
    QTest::keyClick(buttons[1], Qt::Key_Space);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen[0][0].toString(), buttons[1]->text());
    window.add(u"hello"_s);
    window.view.placedRows();
    QVERIFY(!buttons[0]->isVisible());
}

void TestTranscriptInput::aLowWindowKeepsWholePrompts() {
    Window window;
    const QList<QPushButton*> buttons = window.view.findChildren<QPushButton*>(u"examplePromptButton"_s);
    int fewest = 3;
    for (int height = 500; height >= 100; height -= 40) {
        window.view.resize(480, height);
        QCoreApplication::sendPostedEvents();
        int shown = 0;
        for (const QPushButton* button : buttons) {
            shown += button->isVisible() ? 1 : 0;
            QVERIFY2(!button->isVisible() || button->height() >= button->sizeHint().height(),
                     qPrintable(u"%1 of %2 pixels in a window of %3"_s.arg(button->height())
                                    .arg(button->sizeHint().height())
                                    .arg(height)));
        }
        fewest = std::min(fewest, shown);
    }
    QVERIFY(fewest < 3); // it was low enough to matter
    window.view.resize(480, 500);
    QCoreApplication::sendPostedEvents();
    QVERIFY(buttons[2]->isVisible());
}

QTEST_MAIN(TestTranscriptInput)
#include "tst_transcript_input.moc"
