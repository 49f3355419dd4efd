// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/random.h"
#include "history/recorder.h"
#include "support/stepped_clock.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#endif

using namespace apex;
using namespace apex::history;
using namespace Qt::StringLiterals;

namespace {

QList<QByteArray> linesOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().split('\n');
}

QJsonObject object(const QByteArray& line) {
    return QJsonDocument::fromJson(line).object();
}

QString onlyRecording(const QString& folder) {
    const QStringList found = QDir(folder).entryList({u"*.apexrec"_s}, QDir::Files);
    return found.size() == 1 ? QDir(folder).filePath(found.front()) : QString();
}

protocol::Receipt receiptAt(const Clock& clock, qint64 frame) {
    return {frame, clock.wallNow(), clock.monoNow()};
}

QByteArray numberedFrame(qint64 number) {
    return R"({"type":"agent_thinking","n":)" + QByteArray::number(number) + R"(,"text":")" +
           QByteArray(200, 'x') + "\"}";
}

} // namespace

class TstRecorder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void writesTheFormat();
    void framesThatAreNotJsonAreKeptAsText_data();
    void framesThatAreNotJsonAreKeptAsText();
    void checksumCoversAllBytesBefore();
    void everyLineIsOnDiskAtOnce();
    void onlyTheOwnerMayRead();
    void longRecordingsGoOnInANewFile();
    void oldestFinishedRecordingsMakeRoom();
    void recordingsInUseAreNeverRemoved();
#ifdef Q_OS_UNIX
    void killedProcessLosesNothing();
    void fullDiskStopsTheRecorderOnly();
#endif
    void folderThatCannotBeMadeIsSaid();

private:
    [[nodiscard]] RecorderOptions options() const {
        RecorderOptions made;
        made.folder = m_folder->filePath(u"recordings"_s);
        made.environment = u"test"_s;
        made.client = u"tst/1"_s;
        return made;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TstRecorder::init() {
    m_folder = std::make_unique<QTemporaryDir>();
}

void TstRecorder::writesTheFormat() {
    test::SteppedClock clock;
    Recorder recorder(options(), clock);
    QVERIFY(recorder.start());
    recorder.link(u"opened"_s, R"({"host":"h"})", receiptAt(clock, 0));
    recorder.frame(R"({"type": "ping"})", receiptAt(clock, 0), false);
    recorder.frame(R"({"type":"pong"})", receiptAt(clock, 1), true);
    const QString path = recorder.filePath();
    recorder.finish();
    QVERIFY(!recorder.isRecording());
    const QList<QByteArray> lines = linesOf(path);
    QCOMPARE(lines.size(), 6); // header, link, 2 frames, end, nothing after the last line end
    QVERIFY(lines.back().isEmpty());
    const QJsonObject header = object(lines[0]);
    QCOMPARE(header["schema"_L1].toString(), u"apex/recording/1"_s);
    QCOMPARE(header["protocol"_L1].toString(), u"platform"_s);
    QCOMPARE(header["environment"_L1].toString(), u"test"_s);
    QCOMPARE(header["redacted"_L1].toBool(true), false);
    QCOMPARE(object(lines[1])["link"_L1].toString(), u"opened"_s);
    QCOMPARE(object(lines[1])["facts"_L1].toObject()["host"_L1].toString(), u"h"_s);
    const QJsonObject in = object(lines[2]);
    QCOMPARE(in["dir"_L1].toString(), u"in"_s);
    QCOMPARE(in["seq"_L1].toInt(), 1);
    QCOMPARE(in["frame"_L1].toObject()["type"_L1].toString(), u"ping"_s);
    QCOMPARE(in["at"_L1].toString(), toRfc3339(clock.wallNow()));
    QCOMPARE(in["mono_us"_L1].toInteger(), clock.monoNow().count());
    QCOMPARE(object(lines[3])["dir"_L1].toString(), u"out"_s);
    QCOMPARE(object(lines[4])["end"_L1].toBool(), true);
    QCOMPARE(object(lines[4])["frames"_L1].toInt(), 2);
}

void TstRecorder::framesThatAreNotJsonAreKeptAsText_data() {
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QString>("text");
    QTest::newRow("words") << QByteArray("not json") << u"not json"_s;
    QTest::newRow("half an object") << QByteArray("{\"a\":") << u"{\"a\":"_s;
    QTest::newRow("line ends") << QByteArray("a\nb\r\nc") << u"a\nb\r\nc"_s;
    QTest::newRow("JSON on two lines") << QByteArray("{\"a\":\n1}") << u"{\"a\":\n1}"_s;
    QTest::newRow("a bare number") << QByteArray("42") << u"42"_s;
    QTest::newRow("invalid UTF-8") << QByteArray("a\xFF z") << QString(u"a\uFFFD z"_s);
    QTest::newRow("two values") << QByteArray("{}{}") << u"{}{}"_s;
    QTest::newRow("empty") << QByteArray("") << u""_s;
}

void TstRecorder::framesThatAreNotJsonAreKeptAsText() {
    QFETCH(QByteArray, frame);
    QFETCH(QString, text);
    const QByteArray line = recordingFrameLine(0, false, frame, WallTime{}, MonoTime{});
    QCOMPARE(line.count('\n'), 1);
    QVERIFY(!object(line).contains("frame"_L1));
    QVERIFY(object(line).contains("text"_L1));
    QCOMPARE(object(line)["text"_L1].toString(), text);
}

void TstRecorder::checksumCoversAllBytesBefore() {
    test::SteppedClock clock;
    Recorder recorder(options(), clock);
    QVERIFY(recorder.start());
    for (int i = 0; i < 50; ++i)
        recorder.frame(numberedFrame(i), receiptAt(clock, i), false);
    const QString path = recorder.filePath();
    recorder.finish();
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray all = file.readAll();
    const qsizetype last = all.lastIndexOf('\n', all.size() - 2) + 1;
    const QByteArray expected = QCryptographicHash::hash(all.left(last), QCryptographicHash::Sha256).toHex();
    QCOMPARE(object(all.mid(last))["sha256"_L1].toString().toLatin1(), expected);
}

void TstRecorder::everyLineIsOnDiskAtOnce() {
    test::SteppedClock clock;
    Recorder recorder(options(), clock);
    QVERIFY(recorder.start());
    for (int i = 0; i < 3; ++i) {
        recorder.frame(numberedFrame(i), receiptAt(clock, i), false);
        QCOMPARE(linesOf(recorder.filePath()).size(), i + 3);
    }
}

void TstRecorder::onlyTheOwnerMayRead() {
    test::SteppedClock clock;
    Recorder recorder(options(), clock);
    QVERIFY(recorder.start());
    constexpr auto others =
        QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    QVERIFY(!(QFile::permissions(recorder.filePath()) & others));
    QVERIFY(!(QFile::permissions(options().folder) & others));
}

void TstRecorder::longRecordingsGoOnInANewFile() {
    test::SteppedClock clock;
    RecorderOptions small = options();
    small.fileBytes = 2'000;
    Recorder recorder(small, clock);
    QVERIFY(recorder.start());
    for (int i = 0; i < 40; ++i) {
        clock.pass(std::chrono::seconds(1));
        recorder.frame(numberedFrame(i), receiptAt(clock, i), false);
    }
    recorder.finish();
    qint64 frames = 0;
    const QStringList files = QDir(small.folder).entryList({u"*.apexrec"_s}, QDir::Files, QDir::Name);
    QVERIFY(files.size() > 3);
    for (const QString& file : files) {
        const QList<QByteArray> lines = linesOf(QDir(small.folder).filePath(file));
        QVERIFY2(object(lines[lines.size() - 2])["end"_L1].toBool(), "each part is finished");
        for (const QByteArray& line : lines) {
            if (object(line).contains("frame"_L1))
                QCOMPARE(object(line)["frame"_L1].toObject()["n"_L1].toInteger(), frames++);
        }
    }
    QCOMPARE(frames, 40);
}

void TstRecorder::oldestFinishedRecordingsMakeRoom() {
    test::SteppedClock clock;
    RecorderOptions small = options();
    small.fileBytes = 1'000;
    small.capBytes = 5'000;
    Recorder recorder(small, clock);
    QSignalSpy room(&recorder, &Recorder::madeRoom);
    QVERIFY(recorder.start());
    for (int i = 0; i < 60; ++i) {
        clock.pass(std::chrono::seconds(1));
        recorder.frame(numberedFrame(i), receiptAt(clock, i), false);
        qint64 bytes = 0;
        for (const QFileInfo& file : QDir(small.folder).entryInfoList({u"*.apexrec"_s}, QDir::Files))
            bytes += file.size();
        QVERIFY2(bytes <= small.capBytes + 1'000, qPrintable(QString::number(bytes)));
    }
    QVERIFY(room.count() > 0);
    QCOMPARE(room.front().front().value<RoomMade>().removed.size(), 1);
}

void TstRecorder::recordingsInUseAreNeverRemoved() {
    test::SteppedClock clock;
    Recorder first(options(), clock);
    QVERIFY(first.start());
    first.frame(numberedFrame(0), receiptAt(clock, 0), false);
    const RoomMade none = makeRoom(options().folder, 0);
    QVERIFY(none.removed.isEmpty());
    QVERIFY(QFile::exists(first.filePath()));
    const QString path = first.filePath();
    first.finish();
    QCOMPARE(makeRoom(options().folder, 0).removed.size(), 1);
    QVERIFY(!QFile::exists(path));
}

#ifdef Q_OS_UNIX
void TstRecorder::killedProcessLosesNothing() {
    SystemClock clock;
    for (int round = 0; round < 50; ++round) {
        init();
        int tellTale[2];
        QCOMPARE(pipe(tellTale), 0);
        const pid_t child = fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            // The child tells of each frame after the recorder has taken it, and is killed somewhere in
            // between.
            Recorder recorder(options(), clock);
            if (!recorder.start())
                _exit(2);
            for (qint64 n = 0;; ++n) {
                recorder.frame(numberedFrame(n), receiptAt(clock, n), false);
                if (write(tellTale[1], &n, sizeof n) != sizeof n)
                    _exit(3);
            }
        }
        close(tellTale[1]);
        qint64 told = -1;
        qint64 until = randomBelow(60);
        qint64 n = 0;
        while (told < until && read(tellTale[0], &n, sizeof n) == sizeof n)
            told = n;
        kill(child, SIGKILL);
        // What was still in the pipe when the child died had been recorded too.
        while (read(tellTale[0], &n, sizeof n) == sizeof n)
            told = n;
        close(tellTale[0]);
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY2(WIFSIGNALED(status), "the child was killed, it did not end");
        const QList<QByteArray> lines = linesOf(onlyRecording(options().folder));
        QVERIFY2(lines.size() >= told + 3,
                 qPrintable(u"%1 lines, %2 frames told"_s.arg(lines.size()).arg(told + 1)));
        QCOMPARE(object(lines[0])["schema"_L1].toString(), u"apex/recording/1"_s);
        for (qint64 i = 0; i <= told; ++i)
            QCOMPARE(object(lines[i + 1])["frame"_L1].toObject()["n"_L1].toInteger(-1), i);
        QVERIFY2(makeRoom(options().folder, 0).removed.size() == 1, "the dead process holds no lock");
    }
}

void TstRecorder::fullDiskStopsTheRecorderOnly() {
    const pid_t child = fork();
    QVERIFY(child >= 0);
    if (child == 0) {
        // A limit on file size fails writes like a full disk does; only in this child.
        signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{4'000, 4'000};
        setrlimit(RLIMIT_FSIZE, &limit);
        test::SteppedClock clock;
        Recorder recorder(options(), clock);
        int failures = 0;
        ErrorKind kind = ErrorKind::Internal;
        QString kept;
        QObject::connect(&recorder, &Recorder::failed, &recorder, [&](const Error& error) {
            ++failures;
            kind = error.kind;
            kept = error.kept;
        });
        if (!recorder.start())
            _exit(2);
        for (int i = 0; i < 100; ++i)
            recorder.frame(numberedFrame(i), receiptAt(clock, i), false);
        recorder.finish();
        const bool good =
            failures == 1 && kind == ErrorKind::Storage && !kept.isEmpty() && !recorder.isRecording();
        _exit(good ? 0 : 1);
    }
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
    const QList<QByteArray> lines = linesOf(onlyRecording(options().folder));
    QVERIFY2(lines.size() > 5, "what fitted is still there");
    QCOMPARE(object(lines[2])["frame"_L1].toObject()["n"_L1].toInteger(), 1);
}
#endif

void TstRecorder::folderThatCannotBeMadeIsSaid() {
    QFile blocker(m_folder->filePath(u"file"_s));
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    RecorderOptions blocked = options();
    blocked.folder = m_folder->filePath(u"file/recordings"_s);
    test::SteppedClock clock;
    Recorder recorder(blocked, clock);
    const auto started = recorder.start();
    QVERIFY(!started);
    QCOMPARE(started.error().kind, ErrorKind::Storage);
    recorder.frame("{}", {}, false);
    QVERIFY(!recorder.isRecording());
}

QTEST_GUILESS_MAIN(TstRecorder)
#include "tst_recorder.moc"
