// SPDX-License-Identifier: GPL-3.0-or-later
// Nobody loses anything by a key too many: what removes something is pressed on purpose.
#include "ui/theme/button_keys.h"
#include "ui/theme/removal_question.h"

#include <QApplication>
#include <QMessageBox>
#include <QPushButton>
#include <QtTest>

using namespace apex::ui;
using namespace Qt::StringLiterals;

class TestRemovalQuestion : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qApp->installEventFilter(new ButtonKeys(qApp)); }
    void aKeyRemovesNothing_data();
    void aKeyRemovesNothing();
    void theButtonRemoves();

private:
    QMessageBox* open(QWidget& window, int& removed);
};

QMessageBox* TestRemovalQuestion::open(QWidget& window, int& removed) {
    window.show();
    QMessageBox* box =
        askBeforeRemoval(&window, u"question"_s, {u"Remove it?"_s, u"Remove this?"_s, u"It is gone then."_s},
                         [&removed] { ++removed; });
    if (!QTest::qWaitForWindowActive(box))
        qFatal("the question did not become active");
    return box;
}

void TestRemovalQuestion::aKeyRemovesNothing_data() {
    QTest::addColumn<int>("key");
    QTest::newRow("Return") << int(Qt::Key_Return);
    QTest::newRow("Enter") << int(Qt::Key_Enter);
    QTest::newRow("Space") << int(Qt::Key_Space);
    QTest::newRow("Escape") << int(Qt::Key_Escape);
}

void TestRemovalQuestion::aKeyRemovesNothing() {
    QFETCH(int, key);
    QWidget window;
    int removed = 0;
    const QPointer<QMessageBox> box = open(window, removed);
    QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : box.data(),
                    static_cast<Qt::Key>(key));
    QTRY_VERIFY(!box); // answered with Cancel
    QCOMPARE(removed, 0);
}

void TestRemovalQuestion::theButtonRemoves() {
    QWidget window;
    int removed = 0;
    const QPointer<QMessageBox> box = open(window, removed);
    for (QAbstractButton* button : box->buttons())
        if (box->buttonRole(button) == QMessageBox::DestructiveRole)
            QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(!box);
    QCOMPARE(removed, 1);
}

QTEST_MAIN(TestRemovalQuestion)
#include "tst_removal_question.moc"
