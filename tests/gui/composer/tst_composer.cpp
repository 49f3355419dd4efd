// SPDX-License-Identifier: GPL-3.0-or-later
#include "composer_desk.h"
#include "ui/composer/attachment_chip.h"
#include "ui/composer/attachment_probe.h"
#include "ui/composer/composer.h"
#include "ui/composer/composer_edit.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QPaintEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QStyleHints>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace apex::ui;
using namespace Qt::StringLiterals;

class TestComposer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void enterSendsAndShiftEnterBreaksTheLine();
    void emptyTextIsNotSent();
    void historyComesBackOnlyIntoAnEmptyBox();
    void growsToACap();
    void stopIsOfferedWhileRunning();
    void modesChangeTheVerb();
    void newWordsInTheEmptyBoxAreDrawn();
    void theCaretRestsAndWakes();
    void disabledKeepsTheText();
    void filesArePickedDroppedAndPasted();
    void aFileThatCannotBeSentBlocksSending();
    void chipsAreRemovedByKey();
    void sizeIsSaidNearTheLimit();
    void escapeLeavesAndNeverStops();
    void everythingHasANameAndAPlaceInTheTabOrder();
    void probeSaysWhatIsWrong_data();
    void probeSaysWhatIsWrong();
    void previewsShowColumnsAndARow();
    void probeReadsABoundedPart();
    void aFolderIsOneChip();
    void rowsAreCountedOrEstimated();
    void filesMayBeDroppedAnywhereOnTheWindow();
};

void TestComposer::enterSendsAndShiftEnterBreaksTheLine() {
    Desk desk;
    QSignalSpy sent(&desk.composer, &Composer::sendRequested);
    desk.type(u"one"_s);
    desk.key(Qt::Key_Return, Qt::ShiftModifier);
    desk.type(u"two"_s);
    QCOMPARE(sent.size(), 0);
    QCOMPARE(desk.composer.draft(), u"one\ntwo"_s);
    desk.key(Qt::Key_Return);
    QCOMPARE(sent.size(), 1);
    QCOMPARE(sent[0][0].toString(), u"one\ntwo"_s);
    QVERIFY(desk.composer.draft().isEmpty());
}

void TestComposer::emptyTextIsNotSent() {
    Desk desk;
    QSignalSpy sent(&desk.composer, &Composer::sendRequested);
    desk.type(u"  "_s);
    desk.key(Qt::Key_Return);
    QCOMPARE(sent.size(), 0);
    QVERIFY(!desk.send()->isEnabled());
    QCOMPARE(desk.composer.draft(), u"  "_s);
}

void TestComposer::historyComesBackOnlyIntoAnEmptyBox() {
    Desk desk;
    desk.composer.setHistory({u"first"_s, u"second"_s});
    desk.key(Qt::Key_Up);
    QCOMPARE(desk.composer.draft(), u"second"_s);
    desk.key(Qt::Key_Up);
    QCOMPARE(desk.composer.draft(), u"first"_s);
    desk.key(Qt::Key_Up);
    QCOMPARE(desk.composer.draft(), u"first"_s);
    desk.key(Qt::Key_Down);
    desk.key(Qt::Key_Down);
    QCOMPARE(desk.composer.draft(), QString());
    desk.type(u"own words"_s);
    desk.key(Qt::Key_Up);
    QCOMPARE(desk.composer.draft(), u"own words"_s);
    desk.key(Qt::Key_Return);
    desk.key(Qt::Key_Up);
    QCOMPARE(desk.composer.draft(), u"own words"_s);
}

void TestComposer::growsToACap() {
    Desk desk;
    const int one = desk.edit()->height();
    desk.composer.setDraft(u"a\nb\nc"_s);
    const int three = desk.edit()->height();
    QVERIFY(three > one);
    desk.composer.setDraft(u"a\n"_s.repeated(7) + u"a"_s);
    const int eight = desk.edit()->height();
    desk.composer.setDraft(u"a\n"_s.repeated(60));
    QCOMPARE(desk.edit()->height(), eight);
    desk.composer.setDraft({});
    QCOMPARE(desk.edit()->height(), one);
}

void TestComposer::stopIsOfferedWhileRunning() {
    Desk desk;
    QVERIFY(!desk.stop()->isVisible());
    QSignalSpy stopped(&desk.composer, &Composer::stopRequested);
    desk.composer.setRunning(true);
    QVERIFY(desk.stop()->isVisible());
    desk.composer.setDraft(u"half a thought"_s); // so that there is a button to which the focus could go
    desk.stop()->setFocus();
    desk.stop()->click();
    QCOMPARE(stopped.size(), 1);
    desk.composer.setStopping(true);
    QVERIFY(desk.edit()->hasFocus()); // what is typed next is not lost
    QVERIFY(!desk.stop()->isEnabled());
    QCOMPARE(desk.stop()->text(), u"Stop requested"_s);
    desk.composer.setRunning(false);
    QVERIFY(!desk.stop()->isVisible());
    desk.composer.setRunning(true);
    QVERIFY(desk.stop()->isEnabled());
}

void TestComposer::modesChangeTheVerb() {
    Desk desk;
    QSet<QString> placeholders{desk.edit()->placeholderText()};
    desk.composer.setRunning(true);
    placeholders << desk.edit()->placeholderText();
    desk.composer.setMode(ComposerMode::Queue);
    QCOMPARE(desk.send()->text(), u"Queue"_s);
    QCOMPARE(desk.send()->accessibleName(), u"Queue message"_s);
    placeholders << desk.edit()->placeholderText();
    desk.composer.setRunning(false);
    placeholders << desk.edit()->placeholderText();
    desk.composer.setMode(ComposerMode::Disabled);
    placeholders << desk.edit()->placeholderText();
    QCOMPARE(placeholders.size(), 5);
}

void TestComposer::newWordsInTheEmptyBoxAreDrawn() {
    /// Counts paintings of the whole box; those of the caret alone are smaller.
    class WholePaints : public QObject {
    public:
        int count = 0;
        bool eventFilter(QObject* watched, QEvent* event) override {
            if (event->type() == QEvent::Paint) {
                const QRect all = static_cast<QWidget*>(watched)->rect();
                count += static_cast<QPaintEvent*>(event)->rect() == all ? 1 : 0;
            }
            return false;
        }
    };
    Desk desk;
    QTest::qWait(50);
    WholePaints paints;
    desk.edit()->viewport()->installEventFilter(&paints);
    desk.composer.setMode(ComposerMode::Queue);
    QTRY_VERIFY(paints.count > 0);
    QTest::qWait(50);
    const int drawn = paints.count;
    desk.composer.setMode(ComposerMode::Queue);
    QTest::qWait(50);
    QCOMPARE(paints.count, drawn);
}

void TestComposer::theCaretRestsAndWakes() {
    Desk desk;
    desk.type(u"a"_s);
    const auto* hints = QGuiApplication::styleHints();
    const int system = hints->cursorFlashTime();
    QVERIFY(system > 0);
    QTRY_COMPARE_WITH_TIMEOUT(hints->cursorFlashTime(), 0, 12'000);
    desk.type(u"b"_s);
    QCOMPARE(hints->cursorFlashTime(), system);
}

void TestComposer::disabledKeepsTheText() {
    Desk desk;
    desk.type(u"keep me"_s);
    desk.composer.setMode(ComposerMode::Disabled);
    QSignalSpy sent(&desk.composer, &Composer::sendRequested);
    desk.key(Qt::Key_Return);
    QCOMPARE(sent.size(), 0);
    desk.composer.setMode(ComposerMode::Send);
    QCOMPARE(desk.composer.draft(), u"keep me"_s);
}

void TestComposer::filesArePickedDroppedAndPasted() {
    Desk desk;
    const QString a = desk.file(u"a.csv"_s, "x,y\n1,2\n");
    const QString b = desk.file(u"b.csv"_s, "x\n1\n");
    const QString c = desk.file(u"c.csv"_s, "x\n1\n");
    desk.picker.answer = {a};
    QTest::keyClick(&desk.composer, Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(desk.picker.asked, 1);
    QCOMPARE(desk.composer.files(), QStringList{a});
    QMimeData dropped;
    dropped.setUrls({QUrl::fromLocalFile(b), QUrl(u"https://example.com/no.csv"_s)});
    QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&desk.composer, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(20, 20), Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&desk.composer, &drop);
    QCOMPARE(desk.composer.files(), QStringList({a, b}));
    auto* pasted = new QMimeData;
    pasted->setUrls({QUrl::fromLocalFile(c)});
    QApplication::clipboard()->setMimeData(pasted);
    desk.edit()->paste();
    QCOMPARE(desk.composer.files(), QStringList({a, b, c}));
    QVERIFY(desk.composer.draft().isEmpty());
    desk.composer.addFiles({a});
    QCOMPARE(desk.composer.files().size(), 3);
    desk.type(u"look"_s);
    QSignalSpy sent(&desk.composer, &Composer::sendRequested);
    desk.key(Qt::Key_Return);
    QCOMPARE(sent[0][1].toStringList(), QStringList({a, b, c}));
    QVERIFY(desk.composer.files().isEmpty());
}

void TestComposer::aFileThatCannotBeSentBlocksSending() {
    Desk desk;
    desk.type(u"look"_s);
    desk.composer.addFiles({desk.file(u"empty.csv"_s, {})});
    QVERIFY(!desk.send()->isEnabled());
    QVERIFY(desk.note().contains(u"Remove"_s));
    QSignalSpy sent(&desk.composer, &Composer::sendRequested);
    desk.key(Qt::Key_Return);
    QCOMPARE(sent.size(), 0);
    desk.composer.findChild<QToolButton*>(u"removeAttachmentButton"_s)->click();
    QVERIFY(desk.send()->isEnabled());
}

void TestComposer::chipsAreRemovedByKey() {
    Desk desk;
    desk.composer.addFiles({desk.file(u"a.csv"_s, "x\n1\n")});
    auto* button = desk.composer.findChild<QToolButton*>(u"removeAttachmentButton"_s);
    button->setFocus();
    QTest::keyClick(button, Qt::Key_Delete);
    QVERIFY(desk.composer.files().isEmpty());
}

void TestComposer::sizeIsSaidNearTheLimit() {
    Desk desk;
    desk.composer.setLimits(1000, 1000);
    desk.composer.setDraft(QString(500, u'x'));
    QCOMPARE(desk.note(), QString());
    desk.composer.setDraft(QString(450, u'ä'));
    QVERIFY2(desk.note().contains(u" of "_s), qPrintable(desk.note()));
    QVERIFY(desk.send()->isEnabled());
    desk.composer.setDraft(QString(501, u'ä'));
    QVERIFY(desk.note().contains(u"too large"_s));
    QVERIFY(!desk.send()->isEnabled());
}

void TestComposer::escapeLeavesAndNeverStops() {
    Desk desk;
    desk.composer.setRunning(true);
    QSignalSpy left(&desk.composer, &Composer::leaveRequested);
    QSignalSpy stopped(&desk.composer, &Composer::stopRequested);
    desk.key(Qt::Key_Escape);
    QCOMPARE(left.size(), 1);
    QCOMPARE(stopped.size(), 0);
}

void TestComposer::everythingHasANameAndAPlaceInTheTabOrder() {
    Desk desk;
    desk.composer.setRunning(true);
    desk.type(u"x"_s);
    desk.composer.addFiles({desk.file(u"a.csv"_s, "x\n1\n")});
    auto* remove = desk.composer.findChild<QToolButton*>(u"removeAttachmentButton"_s);
    QTRY_VERIFY(remove->isVisible());
    for (QWidget* widget : desk.composer.findChildren<QWidget*>()) {
        if (widget->focusPolicy() & Qt::TabFocus)
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
    }
    QStringList order;
    for (QWidget* widget = desk.edit()->nextInFocusChain(); widget != desk.edit();
         widget = widget->nextInFocusChain()) {
        if ((widget->focusPolicy() & Qt::TabFocus) && widget->isVisible())
            order << widget->objectName();
    }
    QCOMPARE(order, QStringList({u"attachButton"_s, u"attachFolderButton"_s, u"removeAttachmentButton"_s,
                                 u"stopButton"_s, u"sendButton"_s}));
}

void TestComposer::probeSaysWhatIsWrong_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("word");
    QTest::newRow("empty") << u"a.csv"_s << QByteArray() << u"empty"_s;
    QTest::newRow("binary") << u"a.csv"_s << QByteArray("\x7f\x45LF\0\0\0", 7) << u"not a text file"_s;
    QTest::newRow("archive") << u"a.csv"_s << QByteArray("PK\3\4\0\0\0", 7) << u"ZIP archive"_s;
    QTest::newRow("too large") << u"a.csv"_s << QByteArray(5000, 'x') << u"too large"_s;
    QTest::newRow("text") << u"a.txt"_s << QByteArray("hello") << QString();
    QTest::newRow("UTF-16") << u"a.csv"_s
                            << QByteArray("\xff\xfe"
                                          "a\0,\0b\0\n\0",
                                          10)
                            << QString();
}

void TestComposer::probeSaysWhatIsWrong() {
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, word);
    Desk desk;
    const AttachmentFacts facts = probeAttachment(desk.file(name, bytes), 4000);
    QCOMPARE(facts.bytes, bytes.size());
    if (word.isEmpty())
        QCOMPARE(facts.problem, QString());
    else
        QVERIFY2(facts.problem.contains(word), qPrintable(facts.problem));
    QVERIFY(!probeAttachment(desk.folder.filePath(u"gone"_s), 0).problem.isEmpty());
}

void TestComposer::previewsShowColumnsAndARow() {
    const auto csv = previewDelimited(u"day,\"cost, usd\",note\r\n2026-06-01,1.5,\"say \"\"hi\"\"\"\r\n"_s);
    QVERIFY(csv.has_value());
    QCOMPARE(csv->columns, QStringList({u"day"_s, u"cost, usd"_s, u"note"_s}));
    QCOMPARE(csv->sample, QStringList({u"2026-06-01"_s, u"1.5"_s, u"say \"hi\""_s}));
    const auto semicolons = previewDelimited(u"a;b;c\n1,5;2;3"_s);
    QCOMPARE(semicolons->columns.size(), 3);
    const auto wide = previewDelimited(u"a,b,c,d,e,f,g,h\n"_s);
    QCOMPARE(wide->columns.size(), 6);
    QCOMPARE(wide->moreColumns, 2);
    const auto lines = previewJsonLines(u"{\"a\": 1, \"b\":{\"c\":[1,2]}, \"d\":\"x, }y\"}\n{\"a\":2}"_s);
    QVERIFY(lines.has_value());
    QCOMPARE(lines->columns, QStringList({u"a"_s, u"b"_s, u"d"_s}));
    QCOMPARE(lines->sample, QStringList({u"1"_s, u"{\"c\":[1,2]}"_s, u"x, }y"_s}));
    QVERIFY(!previewJsonLines(u"[1,2]"_s).has_value());
    const auto array = previewJson(u" [\n {\"model\": \"large\", \"cost\": 1.5},\n {\"model\": \"sm"_s);
    QVERIFY(array.has_value());
    QCOMPARE(array->columns, QStringList({u"model"_s, u"cost"_s}));
    QCOMPARE(array->sample, QStringList({u"large"_s, u"1.5"_s}));
    QCOMPARE(previewJson(u"{\"a\": [1, 2]}"_s)->columns, QStringList({u"a"_s}));
    QVERIFY(!previewJson(u"[1, 2]"_s).has_value());
    QVERIFY(!previewDelimited(QString()).has_value());
}

void TestComposer::rowsAreCountedOrEstimated() {
    Desk desk;
    const AttachmentFacts small = probeAttachment(desk.file(u"s.csv"_s, "a,b\n1,\"x\ny\"\n2,z"), 0);
    QCOMPARE(small.rows, std::optional<qint64>(2));
    QVERIFY(!small.rowsEstimated);
    const AttachmentFacts lines = probeAttachment(desk.file(u"l.jsonl"_s, "{\"a\":1}\n{\"a\":2}\n"), 0);
    QCOMPARE(lines.rows, std::optional<qint64>(2));
    const AttachmentFacts large =
        probeAttachment(desk.file(u"large.csv"_s, "a,b\n" + QByteArray("1,2\n").repeated(50'000)), 0);
    QVERIFY(large.rowsEstimated);
    QVERIFY(qAbs(*large.rows - 50'000) < 500);
    QVERIFY(!probeAttachment(desk.file(u"t.txt"_s, "a\nb\n"), 0).rows.has_value());
}

void TestComposer::filesMayBeDroppedAnywhereOnTheWindow() {
    QWidget window;
    window.resize(600, 400);
    Desk desk;
    desk.composer.setParent(&window);
    desk.composer.setGeometry(0, 300, 600, 100);
    window.show();
    desk.composer.show();
    const QString path = desk.file(u"a.csv"_s, "a,b\n1,2\n");
    QMimeData files;
    files.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({300, 50}, Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QVERIFY(window.findChild<QWidget*>(u"dropHint"_s));
    QDropEvent drop({300, 50}, Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &drop);
    QCOMPARE(desk.composer.files(), QStringList({path}));
    QTRY_VERIFY(!window.findChild<QWidget*>(u"dropHint"_s));
    // Words are not files, and nothing is taken where nothing can be sent.
    QMimeData words;
    words.setText(u"words"_s);
    QDragEnterEvent other({300, 50}, Qt::CopyAction, &words, Qt::LeftButton, Qt::NoModifier);
    other.ignore();
    QCoreApplication::sendEvent(&window, &other);
    QVERIFY(!other.isAccepted());
    desk.composer.setMode(ComposerMode::Disabled);
    QDragEnterEvent late({300, 50}, Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
    late.ignore();
    QCoreApplication::sendEvent(&window, &late);
    QVERIFY(!late.isAccepted());
    desk.composer.setParent(nullptr);
}

void TestComposer::aFolderIsOneChip() {
    Desk desk;
    const QDir top(desk.folder.path());
    QVERIFY(top.mkpath(u"logs/projects/-home-ana-shop"_s) && top.mkpath(u"empty/deeper"_s));
    desk.file(u"logs/projects/-home-ana-shop/1.jsonl"_s, QByteArray(1000, 'x'));
    desk.file(u"logs/projects/2.jsonl"_s, QByteArray(500, 'x'));
    desk.file(u"logs/readme.md"_s, "no usage");
    QVERIFY(QFile::link(top.filePath(u"logs"_s), top.filePath(u"logs/projects/loop"_s)));
    desk.picker.folder = {top.filePath(u"logs"_s)};
    desk.composer.findChild<QToolButton*>(u"attachFolderButton"_s)->click();
    QCOMPARE(desk.composer.files(), desk.picker.folder);
    // Dropped once more it is the same folder.
    QMimeData dropped;
    dropped.setUrls({QUrl::fromLocalFile(desk.picker.folder.first() + u'/')});
    QDropEvent drop(QPointF(20, 20), Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&desk.composer, &drop);
    QCOMPARE(desk.composer.files(), desk.picker.folder);
    const auto* chip = desk.composer.findChild<AttachmentChip*>();
    QCOMPARE(chip->facts().files.value_or(-1), 2);
    QCOMPARE(chip->facts().bytes, 1500);
    const QString words = chip->accessibleName();
    QVERIFY2(words.contains(u"logs/"_s) && words.contains(u"2 files"_s), qPrintable(words));
    desk.type(u"look"_s);
    QVERIFY(desk.send()->isEnabled());
    // One file in it beyond the limit stops the message, by name.
    const AttachmentFacts large = probeAttachment(top.filePath(u"logs"_s), 800);
    QVERIFY2(large.problem.contains(u"logs/projects/-home-ana-shop/1.jsonl"_s), qPrintable(large.problem));
    desk.composer.addFiles({top.filePath(u"empty"_s)});
    QVERIFY(!desk.send()->isEnabled());
    QVERIFY(probeAttachment(top.filePath(u"empty"_s), 0).problem.contains(u"no usage data"_s));
}

void TestComposer::probeReadsABoundedPart() {
    Desk desk;
    QByteArray bytes("a,b\n1,2\n");
    bytes += QByteArray(200 * 1024, 'x');
    bytes += '\0'; // Beyond what is read: not seen, so not judged.
    const AttachmentFacts facts = probeAttachment(desk.file(u"big.csv"_s, bytes), 0);
    QCOMPARE(facts.problem, QString());
    QCOMPARE(facts.bytes, bytes.size());
    QCOMPARE(facts.preview->columns, QStringList({u"a"_s, u"b"_s}));
}

QTEST_MAIN(TestComposer)
#include "tst_composer.moc"
