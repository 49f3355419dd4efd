// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/threads/file_store.h"
#include "backend/threads/run_store.h"
#include "backend/threads/thread_store.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

class SteppedClock final : public Clock {
public:
    [[nodiscard]] WallTime wallNow() const override { return m_now; }
    [[nodiscard]] MonoTime monoNow() const override { return m_now.time_since_epoch(); }
    void step(std::chrono::seconds by) { m_now += by; }

private:
    WallTime m_now{std::chrono::microseconds(1'800'000'000'000'000)};
};

const UserId ana(u"user_ana"_s);
const UserId bo(u"user_bo"_s);

// The stores over one fresh database with two accounts.
struct Stores {
    QTemporaryDir folder;
    SteppedClock clock;
    std::unique_ptr<Database> database = std::move(*Database::open(folder.path()));
    ThreadStore threads{*database, clock};
    FileStore files{*database, clock, folder.path()};
    RunStore runs{*database, clock};
    UndeliveredFrames undelivered{*database};

    Stores() {
        for (const UserId& user : {ana, bo}) {
            const auto added =
                database->execute(u"INSERT INTO accounts(id, name, email, created_at) VALUES(?, ?, ?, 0)"_s,
                                  {user.toString(), user.toString(), user.toString()});
            if (!added)
                qFatal("%s", qPrintable(added.error().forSupport()));
        }
    }
    Expected<AttachedFile> store(const UserId& owner, const QString& name, const QByteArray& bytes) {
        auto incoming = files.begin(owner, name, bytes.size());
        if (!incoming)
            return fail(incoming.error());
        if (auto written = incoming->write(bytes.constData(), bytes.size()); !written)
            return fail(written.error());
        return files.finish(std::move(*incoming));
    }
};

} // namespace

class TestBackendThreads : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void titleIsShortAndWhole_data();
    void titleIsShortAndWhole();
    void threadIdsCannotBeTaken();
    void metadataIsMergedAndStatusMoves();
    void listIsByActivity();
    void messagesPageAndKeepOrder();
    void latestMessagesAreTheLast();
    void fileNamesNeverBecomePaths_data();
    void fileNamesNeverBecomePaths();
    void emptyAndUnfinishedFilesLeaveNothing();
    void hugeFileIsRefusedBeforeItStarts();
    void runIdsAreRemembered();
    void interruptedRunsAreTakenOnce();
    void undeliveredFramesAreBounded();
    void failedTransactionChangesNothing();
    void olderDatabaseIsBroughtUp();
};

void TestBackendThreads::titleIsShortAndWhole_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("title");
    QTest::newRow("short") << u"Why is it slow?"_s << u"Why is it slow?"_s;
    QTest::newRow("lines") << u"  two\n lines\t here "_s << u"two lines here"_s;
    QTest::newRow("exactly 50") << QString(50, u'x') << QString(50, u'x');
    QTest::newRow("cut at a word") << u"Please find out which of our models could be replaced"_s
                                   << u"Please find out which of our models could be…"_s;
    QTest::newRow("one long word") << QString(80, u'x') << QString(QString(49, u'x') + u'…');
    QTest::newRow("surrogate pair") << QString(QString(48, u'x') + u"😀😀"_s)
                                    << QString(QString(48, u'x') + u'…');
}

void TestBackendThreads::titleIsShortAndWhole() {
    QFETCH(QString, text);
    QFETCH(QString, title);
    QCOMPARE(titleFromMessage(text), title);
    QVERIFY(titleFromMessage(text).size() <= 50);
}

void TestBackendThreads::threadIdsCannotBeTaken() {
    Stores stores;
    const auto first = stores.threads.create(ana, u"t"_s, {}, ThreadId(u"thread_x"_s));
    QVERIFY(first);
    const auto second = stores.threads.create(bo, u"t"_s, {}, ThreadId(u"thread_x"_s));
    QVERIFY(!second);
    QCOMPARE(second.error().kind, ErrorKind::Conflict);
    QCOMPARE(stores.threads.get(bo, first->id).error().kind, ErrorKind::NotFound);
    QCOMPARE(stores.threads.append(bo, first->id, u"user"_s, u"x"_s, {}).error().kind, ErrorKind::NotFound);
    QCOMPARE(stores.threads.latestMessages(bo, first->id, 5).error().kind, ErrorKind::NotFound);
    QCOMPARE(stores.threads.archive(bo, first->id).error().kind, ErrorKind::NotFound);
}

void TestBackendThreads::metadataIsMergedAndStatusMoves() {
    Stores stores;
    const auto thread = stores.threads.create(ana, {}, {{"a"_L1, 1}, {"b"_L1, 2}});
    const auto changed =
        stores.threads.update(ana, thread->id, u"T"_s, {{"b"_L1, 3}, {"status"_L1, "archived"_L1}});
    QVERIFY(changed->archived);
    QCOMPARE(changed->metadata, (QJsonObject{{"a"_L1, 1}, {"b"_L1, 3}}));
    // A client cannot pose as another owner through metadata.
    const auto posed = stores.threads.update(ana, thread->id, std::nullopt, {{"user_id"_L1, "user_bo"_L1}});
    QCOMPARE(posed->toJson().value("metadata"_L1).toObject().value("user_id"_L1).toString(), ana.toString());
    QVERIFY(posed->archived);
    QVERIFY(!stores.threads.update(ana, thread->id, std::nullopt, {{"status"_L1, "active"_L1}})->archived);
    QCOMPARE(stores.threads.get(ana, thread->id)->title, u"T"_s);
}

void TestBackendThreads::listIsByActivity() {
    Stores stores;
    QStringList ids;
    for (int i = 0; i < 3; ++i) {
        ids.append(stores.threads.create(ana, {}, {})->id.toString());
        stores.clock.step(std::chrono::seconds(1));
    }
    QVERIFY(stores.threads.append(ana, ThreadId(ids.at(0)), u"user"_s, u"x"_s, {}));
    const auto list = stores.threads.list(ana, 2, 0);
    QCOMPARE(list->at(0).id.toString(), ids.at(0));
    QCOMPARE(list->at(0).messageCount, 1);
    QCOMPARE(list->at(1).id.toString(), ids.at(2));
    QCOMPARE(stores.threads.list(ana, 2, 2)->at(0).id.toString(), ids.at(1));
    QVERIFY(stores.threads.list(bo, 10, 0)->empty());
}

void TestBackendThreads::messagesPageAndKeepOrder() {
    Stores stores;
    const ThreadId id = stores.threads.create(ana, {}, {})->id;
    for (int i = 0; i < 5; ++i)
        QVERIFY(stores.threads.append(ana, id, u"user"_s, QString::number(i), {{"i"_L1, i}}));
    const auto page = stores.threads.messages(ana, id, 2, 3);
    QCOMPARE(page->total, 5);
    QCOMPARE(page->messages.size(), size_t(2));
    QCOMPARE(page->messages.at(0).content, u"3"_s);
    QCOMPARE(page->messages.at(1).metadata.value("i"_L1).toInt(), 4);
}

void TestBackendThreads::latestMessagesAreTheLast() {
    Stores stores;
    const ThreadId id = stores.threads.create(ana, {}, {})->id;
    for (int i = 0; i < 5; ++i)
        QVERIFY(stores.threads.append(ana, id, u"user"_s, QString::number(i), {}));
    const auto last = stores.threads.latestMessages(ana, id, 2);
    QCOMPARE(last->at(0).content, u"3"_s);
    QCOMPARE(last->at(1).content, u"4"_s);
}

void TestBackendThreads::fileNamesNeverBecomePaths_data() {
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << u"usage.csv"_s << u"usage.csv"_s;
    QTest::newRow("up") << u"../../etc/passwd"_s << u"passwd"_s;
    QTest::newRow("windows") << u"C:\\Users\\ana\\usage.csv"_s << u"usage.csv"_s;
    QTest::newRow("control") << u"a\nb\tc.csv"_s << u"abc.csv"_s;
    QTest::newRow("only slashes") << u"///"_s << u"file"_s;
    QTest::newRow("in folders") << u"projects/-home-ana-shop/1f.jsonl"_s
                                << u"projects/-home-ana-shop/1f.jsonl"_s;
    QTest::newRow("from a root") << u"/home/ana/shop/1f.jsonl"_s << u"1f.jsonl"_s;
    QTest::newRow("up on the way") << u"projects/../../1f.jsonl"_s << u"1f.jsonl"_s;
    QTest::newRow("folders without end") << u"a/"_s.repeated(600) + u"b"_s << u"b"_s;
    QTest::newRow("long") << QString(400, u'n') << QString(255, u'n');
}

void TestBackendThreads::fileNamesNeverBecomePaths() {
    QFETCH(QString, given);
    QFETCH(QString, shown);
    Stores stores;
    const auto file = stores.store(ana, given, "x");
    QVERIFY(file);
    QCOMPARE(file->name, shown);
    QCOMPARE(QFileInfo(file->path).fileName(), file->id.toString());
    QCOMPARE(QFileInfo(file->path).absolutePath(), stores.folder.filePath(u"files/user_ana"_s));
    QCOMPARE(stores.files.get(bo, file->id).error().kind, ErrorKind::NotFound);
}

void TestBackendThreads::emptyAndUnfinishedFilesLeaveNothing() {
    Stores stores;
    QCOMPARE(stores.store(ana, u"a"_s, {}).error().kind, ErrorKind::InvalidInput);
    {
        auto unfinished = stores.files.begin(ana, u"b"_s, -1);
        QVERIFY(unfinished);
        QVERIFY(unfinished->write("abc", 3));
    }
    const QDir folder(stores.folder.filePath(u"files/user_ana"_s));
    QVERIFY(folder.entryList(QDir::Files).isEmpty());
    // What a killed process left is cleaned up; finished files stay.
    const auto kept = stores.store(ana, u"c"_s, "x");
    QFile leftover(folder.filePath(u"file_0.part"_s));
    QVERIFY(leftover.open(QIODevice::WriteOnly));
    leftover.close();
    QVERIFY(stores.files.removeLeftovers());
    QCOMPARE(folder.entryList(QDir::Files), QStringList{kept->id.toString()});
}

void TestBackendThreads::hugeFileIsRefusedBeforeItStarts() {
    Stores stores;
    const auto refused = stores.files.begin(ana, u"huge"_s, std::numeric_limits<qint64>::max());
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::Storage);
}

void TestBackendThreads::runIdsAreRemembered() {
    Stores stores;
    const ThreadId thread = stores.threads.create(ana, {}, {})->id;
    QVERIFY(stores.runs.begin({RunId(u"r"_s), ana, thread, u"ask"_s}));
    QVERIFY(!stores.runs.begin({RunId(u"r"_s), bo, thread, u"ask"_s}));
    QVERIFY(stores.runs.end(RunId(u"r"_s), u"completed"_s));
    QCOMPARE((*stores.runs.find(RunId(u"r"_s)))->request, u"ask"_s);
    QVERIFY(!*stores.runs.find(RunId(u"other"_s)));
}

void TestBackendThreads::interruptedRunsAreTakenOnce() {
    Stores stores;
    const ThreadId thread = stores.threads.create(ana, {}, {})->id;
    for (const QString& id : {u"done"_s, u"open"_s})
        QVERIFY(stores.runs.begin({RunId(id), ana, thread, u"x"_s}));
    QVERIFY(stores.runs.end(RunId(u"done"_s), u"completed"_s));
    const auto interrupted = stores.runs.takeInterrupted();
    QCOMPARE(interrupted->size(), size_t(1));
    QCOMPARE(interrupted->at(0).id.toString(), u"open"_s);
    QVERIFY(stores.runs.takeInterrupted()->empty());
}

void TestBackendThreads::undeliveredFramesAreBounded() {
    Stores stores;
    std::vector<QByteArray> frames;
    for (int i = 0; i < UndeliveredFrames::mostFrames + 7; ++i)
        frames.push_back(QByteArray::number(i));
    QVERIFY(stores.undelivered.keep(ana, frames));
    QVERIFY(stores.undelivered.keep(bo, {"b"}));
    QVERIFY(stores.undelivered.keep(ana, {"last"}));
    const auto kept = stores.undelivered.take(ana);
    QCOMPARE(kept->lost, 8);
    QCOMPARE(kept->frames.size(), size_t(UndeliveredFrames::mostFrames));
    QCOMPARE(kept->frames.front(), QByteArray("8"));
    QCOMPARE(kept->frames.back(), QByteArray("last"));
    const auto again = stores.undelivered.take(ana);
    QVERIFY(again->frames.empty());
    QCOMPARE(again->lost, 0);
    QCOMPARE(stores.undelivered.take(bo)->frames.size(), size_t(1));
}

void TestBackendThreads::failedTransactionChangesNothing() {
    Stores stores;
    const auto done = stores.database->inTransaction([&]() -> Expected<void> {
        if (auto set = stores.database->setSetting(u"x"_s, "1"); !set)
            return set;
        return fail(ErrorKind::Cancelled, u"no"_s);
    });
    QCOMPARE(done.error().kind, ErrorKind::Cancelled);
    QVERIFY(stores.database->setting(u"x"_s)->isEmpty());
    QVERIFY(stores.database->setSetting(u"x"_s, "2"));
    QCOMPARE(*stores.database->setting(u"x"_s), QByteArray("2"));
}

/// A file that version 1 left on somebody's disk; it stays in the tests for ever.
void TestBackendThreads::olderDatabaseIsBroughtUp() {
    QTemporaryDir folder;
    const QString path = folder.filePath(u"backend.sqlite"_s);
    QVERIFY(QFile::copy(QStringLiteral(APEX_TEST_DATA "/backend/backend-v1.sqlite"), path));
    QVERIFY(QFile::setPermissions(path, QFileDevice::ReadOwner | QFileDevice::WriteOwner));
    const SteppedClock clock;
    for (int start = 0; start < 2; ++start) { // of version 1, then of today's
        const auto database = Database::open(folder.path());
        QVERIFY2(database, qPrintable(database ? QString() : database.error().forSupport()));
        const ThreadStore threads(**database, clock);
        const ThreadId thread(u"thread_1"_s);
        QCOMPARE(threads.list(ana, 10, 0)->front().title, u"Costs in May"_s);
        QCOMPARE(threads.latestMessages(ana, thread, 10)->size(), size_t(1));
        const auto files = FileStore(**database, clock, folder.path()).ofThread(ana, thread);
        QVERIFY2(files, qPrintable(files ? QString() : files.error().forSupport()));
        QCOMPARE(files->front().name, u"may.csv"_s);
        QVERIFY(files->front().columns.empty());
    }
}

QTEST_GUILESS_MAIN(TestBackendThreads)
#include "tst_backend_threads.moc"
