// SPDX-License-Identifier: GPL-3.0-or-later
// The list of chats: putting away with a way back, and names.
#include "support/sample_runs.h"
#include "ui/theme/theme_provider.h"
#include "ui/threads/thread_list.h"

#include <QApplication>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace apex;
using namespace apex::ui;
using namespace Qt::StringLiterals;

class TestUiThreads final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_themes = std::make_unique<ThemeProvider>(*qApp); }
    void threadListArchivesWithUndo();
    void threadListRenames();

private:
    std::unique_ptr<ThemeProvider> m_themes;
};

void TestUiThreads::threadListArchivesWithUndo() {
    test::FakeClock clock;
    models::ThreadListModel model(clock);
    ThreadList list(model, *m_themes);
    model.setThreads({{ThreadId(u"a"_s), u"One"_s, {}, false, runs::Outcome::None, false},
                      {ThreadId(u"b"_s), u"Two"_s, {}, false, runs::Outcome::None, false}});
    list.show();
    list.activateWindow();
    QSignalSpy archived(&list, &ThreadList::archiveRequested);
    list.view()->setFocus();
    list.view()->setCurrentIndex(model.index(0));
    QTRY_VERIFY(list.view()->hasFocus());
    QTest::keyClick(list.view(), Qt::Key_Delete);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(archived.count(), 0);
    list.findChild<QPushButton*>(u"undoArchive"_s)->click();
    QCOMPARE(model.rowCount(), 2);
    list.finishArchive();
    QCOMPARE(archived.count(), 0);
    list.view()->setCurrentIndex(model.index(1));
    QTest::keyClick(list.view(), Qt::Key_Delete);
    list.finishArchive();
    QCOMPARE(archived.count(), 1);
    QCOMPARE(archived.at(0).at(0).value<ThreadId>(), ThreadId(u"b"_s));
}

void TestUiThreads::threadListRenames() {
    test::FakeClock clock;
    models::ThreadListModel model(clock);
    ThreadList list(model, *m_themes);
    model.setThreads({{ThreadId(u"a"_s), u"One"_s, {}, false, runs::Outcome::None, false}});
    list.show();
    QSignalSpy renamed(&list, &ThreadList::renameRequested);
    list.view()->setCurrentIndex(model.index(0));
    list.view()->setFocus();
    QTest::keyClick(list.view(), Qt::Key_F2);
    auto* editor = list.view()->findChild<QLineEdit*>();
    QVERIFY(editor);
    QVERIFY(!editor->accessibleName().isEmpty());
    QCOMPARE(editor->text(), u"One"_s);
    editor->setText(u"Another name"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(renamed.count(), 1);
    QCOMPARE(renamed.at(0).at(1).toString(), u"Another name"_s);
}

QTEST_MAIN(TestUiThreads)
#include "tst_ui_threads.moc"
