// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/archive.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace apex::history;
using namespace Qt::StringLiterals;

namespace {

const ThreadId First(u"thread_1"_s);
const ThreadId Second(u"thread_2"_s);

WallTime at(qint64 seconds) {
    return WallTime(std::chrono::seconds(1'795'000'000 + seconds));
}

protocol::StoredMessage message(const QString& id, const QString& run, bool fromUser, const QString& text) {
    protocol::StoredMessage made;
    made.id = MessageId(id);
    made.run = RunId(run);
    made.fromUser = fromUser;
    made.text = text;
    made.createdAt = at(1);
    return made;
}

} // namespace

class TstArchive : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void threadsSurviveARestart();
    void framesSurviveARestartInOrder();
    void pendingFramesAreReadToo();
    void messagesAreUpdatedNotDoubled_data();
    void messagesAreUpdatedNotDoubled();
    void runsSetTheThreadsOutcome();
    void renamedThreadKeepsEverything();
    void removedThreadLeavesNothing();
    void draftsAndPrompts();
    void outgoingIsRemovedBeforeItIsSent();
    void findsWords_data();
    void findsWords();
    void onlyTheOwnerMayRead();
    void newerSchemaIsLeftAlone();
    void olderFilesAreBroughtUp_data();
    void olderFilesAreBroughtUp();
    void damagedFileIsAnError();
    void failureIsSignalled();

private:
    void reopen() {
        m_archive.reset();
        auto opened = Archive::open(m_folder->path());
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().forSupport()));
        m_archive = std::move(*opened);
        m_failures = std::make_unique<QSignalSpy>(m_archive.get(), &Archive::failed);
    }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Archive> m_archive;
    std::unique_ptr<QSignalSpy> m_failures;
};

void TstArchive::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    reopen();
}

void TstArchive::cleanup() {
    if (m_failures && QByteArray(QTest::currentTestFunction()) != "failureIsSignalled")
        QCOMPARE(m_failures->count(), 0);
    m_failures.reset();
    m_archive.reset();
}

void TstArchive::threadsSurviveARestart() {
    m_archive->saveThread(First, u"One"_s, at(10));
    m_archive->saveThread(Second, {}, at(20));
    m_archive->saveThread(First, {}, at(30)); // an unknown title does not wipe a known one
    reopen();
    const auto threads = m_archive->threads();
    QCOMPARE(threads.size(), size_t{2});
    QCOMPARE(threads[0].id, First);
    QCOMPARE(threads[0].title, u"One"_s);
    QCOMPARE(threads[0].updatedAt, std::optional(at(30)));
    QVERIFY(!threads[0].lastOutcome);
    QCOMPARE(threads[1].id, Second);
}

void TstArchive::framesSurviveARestartInOrder() {
    const qint64 session = m_archive->session();
    for (int i = 0; i < 500; ++i)
        m_archive->addFrame(i % 2 ? First : Second, R"({"n":)" + QByteArray::number(i) + "}",
                            {i, at(i), MonoTime(i * 1000)});
    reopen();
    QCOMPARE(m_archive->session(), session + 1);
    const auto frames = m_archive->frames(First);
    QCOMPARE(frames.size(), size_t{250});
    QCOMPARE(frames[3].bytes, QByteArray(R"({"n":7})"));
    QCOMPARE(frames[3].wall, at(7));
    QCOMPARE(frames[3].mono, MonoTime(7000));
    QCOMPARE(frames[3].session, session);
}

void TstArchive::pendingFramesAreReadToo() {
    m_archive->addFrame(First, "{}", {});
    QCOMPARE(m_archive->frames(First).size(), size_t{1});
    m_archive->addFrame(First, "[]", {});
    QCOMPARE(m_archive->frames(First).size(), size_t{2});
}

void TstArchive::messagesAreUpdatedNotDoubled_data() {
    QTest::addColumn<QString>("id1");
    QTest::addColumn<QString>("run1");
    QTest::addColumn<QString>("id2");
    QTest::addColumn<QString>("run2");
    QTest::addColumn<int>("rows");
    QTest::newRow("same id") << u"m1"_s << u""_s << u"m1"_s << u"r1"_s << 1;
    QTest::newRow("id learnt later") << u""_s << u"r1"_s << u"m1"_s << u"r1"_s << 1;
    QTest::newRow("other ids") << u"m1"_s << u""_s << u"m2"_s << u""_s << 2;
    QTest::newRow("other ids, same run") << u"m1"_s << u"r1"_s << u"m2"_s << u"r1"_s << 2;
    QTest::newRow("nothing known") << u""_s << u""_s << u""_s << u""_s << 2;
}

void TstArchive::messagesAreUpdatedNotDoubled() {
    QFETCH(QString, id1);
    QFETCH(QString, run1);
    QFETCH(QString, id2);
    QFETCH(QString, run2);
    QFETCH(int, rows);
    m_archive->saveMessages(
        First, {message(id1, run1, true, u"hello"_s), message(u"other"_s, u"r9"_s, false, u"x"_s)});
    m_archive->saveMessages(First, {message(id2, run2, true, u"hello again"_s)});
    reopen();
    const auto messages = m_archive->messages(First);
    QCOMPARE(static_cast<int>(messages.size()), rows + 1);
    QCOMPARE(messages[rows == 1 ? 0 : 2].text, u"hello again"_s);
    QCOMPARE(messages[rows == 1 ? 0 : 2].createdAt, std::optional(at(1)));
}

void TstArchive::runsSetTheThreadsOutcome() {
    m_archive->saveThread(First, u"One"_s, at(1));
    ArchivedRun run{RunId(u"r1"_s), First, runs::Outcome::None, runs::Verdict::Running, u"supervisor"_s,
                    at(1),          {}};
    m_archive->saveRun(run);
    run.outcome = runs::Outcome::Failed;
    run.duration = std::chrono::milliseconds(41'200);
    m_archive->saveRun(run);
    reopen();
    const auto runs = m_archive->runs(First);
    QCOMPARE(runs.size(), size_t{1});
    QCOMPARE(runs[0].outcome, runs::Outcome::Failed);
    QCOMPARE(runs[0].duration, run.duration);
    QCOMPARE(m_archive->threads()[0].lastOutcome, std::optional(runs::Outcome::Failed));
}

void TstArchive::renamedThreadKeepsEverything() {
    m_archive->saveThread(First, u"One"_s, at(1));
    m_archive->saveMessages(First, {message(u"m1"_s, {}, true, u"hello"_s)});
    m_archive->addFrame(First, "{}", {});
    m_archive->saveDraft(First, u"half a thought"_s);
    m_archive->renameThread(First, Second);
    QCOMPARE(m_archive->threads().front().id, Second);
    QCOMPARE(m_archive->messages(Second).size(), size_t{1});
    QCOMPARE(m_archive->frames(Second).size(), size_t{1});
    QCOMPARE(m_archive->draft(Second), u"half a thought"_s);
    QVERIFY(m_archive->messages(First).empty());
}

void TstArchive::removedThreadLeavesNothing() {
    m_archive->saveThread(First, u"One"_s, at(1));
    m_archive->saveMessages(First, {message(u"m1"_s, {}, true, u"hello"_s)});
    m_archive->addFrame(First, "{}", {});
    m_archive->removeThread(First);
    QVERIFY(m_archive->threads().empty());
    QVERIFY(m_archive->messages(First).empty());
    QVERIFY(m_archive->frames(First).empty());
    QVERIFY(m_archive->search(u"hello"_s, 10).empty());
}

void TstArchive::draftsAndPrompts() {
    m_archive->saveDraft({}, u"new thread"_s);
    m_archive->saveDraft(First, u"old thread"_s);
    m_archive->addPrompt(u"first"_s);
    m_archive->addPrompt(u"second"_s);
    m_archive->addPrompt(u"first"_s);
    m_archive->addPrompt(u"  "_s);
    reopen();
    QCOMPARE(m_archive->draft({}), u"new thread"_s);
    QCOMPARE(m_archive->draft(First), u"old thread"_s);
    m_archive->saveDraft(First, {});
    QVERIFY(m_archive->draft(First).isEmpty());
    QCOMPARE(m_archive->prompts(10), (QStringList{u"second"_s, u"first"_s}));
    QCOMPARE(m_archive->prompts(1), QStringList{u"first"_s});
}

void TstArchive::outgoingIsRemovedBeforeItIsSent() {
    m_archive->saveOutgoing({RunId(u"r1"_s), First, u"one"_s, {u"/tmp/a b.csv"_s, u"/tmp/c.csv"_s}, at(1)});
    m_archive->saveOutgoing({RunId(u"r2"_s), {}, u"two"_s, {}, at(2)});
    reopen();
    auto waiting = m_archive->outgoing();
    QCOMPARE(waiting.size(), size_t{2});
    QCOMPARE(waiting[0].files, (QStringList{u"/tmp/a b.csv"_s, u"/tmp/c.csv"_s}));
    QVERIFY(waiting[1].thread.isEmpty());
    QVERIFY(m_archive->removeOutgoing(RunId(u"r1"_s)));
    reopen();
    waiting = m_archive->outgoing();
    QCOMPARE(waiting.size(), size_t{1});
    QCOMPARE(waiting[0].text, u"two"_s);
}

void TstArchive::findsWords_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<int>("hits");
    QTest::newRow("a word") << u"costs"_s << 2;
    QTest::newRow("the beginning of a word") << u"cos"_s << 2;
    QTest::newRow("two words") << u"costs rising"_s << 1;
    QTest::newRow("nothing") << u"weather"_s << 0;
    QTest::newRow("an edited message's old words") << u"original"_s << 0;
    QTest::newRow("query syntax is text") << u"costs\" OR \"x NEAR("_s << 0;
    QTest::newRow("blank") << u"  "_s << 0;
}

void TstArchive::findsWords() {
    QFETCH(QString, words);
    QFETCH(int, hits);
    m_archive->saveMessages(First, {message(u"m1"_s, {}, true, u"Why are costs rising?"_s),
                                    message(u"m2"_s, {}, false, u"original words"_s)});
    m_archive->saveMessages(First, {message(u"m2"_s, {}, false, u"Costs went up by 12 %."_s)});
    const auto found = m_archive->search(words, 10);
    QCOMPARE(static_cast<int>(found.size()), hits);
    if (hits > 0)
        QVERIFY(found[0].excerpt.contains(QChar(0x2068)));
}

void TstArchive::onlyTheOwnerMayRead() {
    constexpr auto others =
        QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    m_archive->saveThread(First, u"x"_s, {});
    QVERIFY(!(QFile::permissions(m_folder->path()) & others));
    for (const QFileInfo& file : QDir(m_folder->path()).entryInfoList(QDir::Files))
        QVERIFY2(!(file.permissions() & others), qPrintable(file.fileName()));
}

void TstArchive::newerSchemaIsLeftAlone() {
    m_archive.reset();
    {
        QSqlDatabase raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
        raw.setDatabaseName(m_folder->filePath(u"history.sqlite"_s));
        QVERIFY(raw.open());
        QSqlQuery query(raw);
        QVERIFY(query.exec(u"PRAGMA user_version=999"_s));
    }
    QSqlDatabase::removeDatabase(u"raw"_s);
    const auto opened = Archive::open(m_folder->path());
    QVERIFY(!opened);
    QVERIFY(opened.error().happened.contains(u"newer"_s));
}

void TstArchive::olderFilesAreBroughtUp_data() {
    QTest::addColumn<QString>("file");
    QTest::newRow("version 1") << u"archive-v1.sqlite"_s;
    QTest::newRow("version 2") << u"archive-v2.sqlite"_s;
}

/// Files that programs of these versions left on people's disks; they stay in the tests for ever.
void TstArchive::olderFilesAreBroughtUp() {
    QFETCH(QString, file);
    m_archive.reset();
    QVERIFY(QDir(m_folder->path()).removeRecursively() && QDir().mkpath(m_folder->path()));
    const QString path = m_folder->filePath(u"history.sqlite"_s);
    QVERIFY(QFile::copy(QStringLiteral(APEX_TEST_DATA "/history/") + file, path));
    QVERIFY(QFile::setPermissions(path, QFileDevice::ReadOwner | QFileDevice::WriteOwner));
    reopen();
    QCOMPARE(m_archive->threads().front().title, u"Costs in May"_s);
    const auto messages = m_archive->messages(First);
    QCOMPARE(messages.size(), size_t{2});
    QCOMPARE(messages[1].text, u"Most of it to embeddings."_s);
    QCOMPARE(m_archive->search(u"embeddings"_s, 10).size(), size_t{1});
    QCOMPARE(m_archive->runs(First).size(), size_t{1});
    QCOMPARE(m_archive->frames(First).front().bytes, QByteArray(R"({"type":"agent_started"})"));
    QCOMPARE(m_archive->draft(First), u"half a thought"_s);
    const auto waiting = m_archive->outgoing();
    QCOMPARE(waiting.front().text, u"And in June?"_s);
    QCOMPARE(waiting.front().files, QStringList{u"/tmp/a b.csv"_s});
    QVERIFY(waiting.front().columns.isEmpty());
    m_archive->saveToolTimes(First, RunId(u"run_1"_s), {{u"usage_query"_s, std::chrono::milliseconds(3)}});
    m_archive->saveOutgoing({RunId(u"r3"_s), First, u"three"_s, {}, at(3)});
    reopen(); // of the newest version now
    QCOMPARE(m_archive->outgoing().size(), size_t{2});
}

void TstArchive::damagedFileIsAnError() {
    m_archive.reset();
    QFile file(m_folder->filePath(u"history.sqlite"_s));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(QByteArray(10'000, 'x'));
    file.close();
    const auto opened = Archive::open(m_folder->path());
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, ErrorKind::Storage);
}

void TstArchive::failureIsSignalled() {
    QSqlDatabase raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
    raw.setDatabaseName(m_folder->filePath(u"history.sqlite"_s));
    QVERIFY(raw.open());
    QVERIFY(QSqlQuery(raw).exec(u"DROP TABLE drafts"_s));
    m_archive->saveDraft(First, u"x"_s);
    QCOMPARE(m_failures->count(), 1);
    QCOMPARE(m_failures->front().front().value<Error>().kind, ErrorKind::Storage);
    raw.close();
    raw = {};
    QSqlDatabase::removeDatabase(u"raw"_s);
}

QTEST_GUILESS_MAIN(TstArchive)
#include "tst_archive.moc"
