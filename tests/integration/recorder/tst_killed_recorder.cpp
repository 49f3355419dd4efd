// SPDX-License-Identifier: GPL-3.0-or-later
// Kills a recording process at random moments and reads what it left: every file opens, and nothing that the
// recorder had taken is missing. APEX_KILLS sets the number of kills, 1000 by default.
#include "base/random.h"
#include "inspection/recording.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest>

using namespace apex;
using namespace Qt::StringLiterals;

namespace {

constexpr int defaultKills = 1000;
constexpr int atOnce = 8; // they wait most of the time
constexpr int longestLifeMs = 200;

/// What the kills met, for the last line of the output.
struct Figures {
    int kills = 0;
    int beforeTheFile = 0;
    int cutLines = 0;
    qint64 frames = 0;
    qint64 inFlight = 0; ///< recorded and not told yet: the frame whose number was being written
};

/// Number of the last frame the process told of, -1 if none.
qint64 lastTold(const QByteArray& output) {
    const auto end = output.lastIndexOf('\n');
    if (end < 0)
        return -1;
    const auto begin = output.lastIndexOf('\n', end - 1) + 1;
    return output.mid(begin, end - begin).toLongLong();
}

} // namespace

class TstKilledRecorder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFileOpensAndOnlyTheFrameInFlightIsLost();

private:
    void begin();
    void ended(QProcess& process, const QString& folder);
    void judge(const QString& path, qint64 told);
    void wrong(const QString& what) { m_wrong.append(what); }

    QTemporaryDir m_folder;
    Figures m_figures;
    QStringList m_wrong;
    int m_started = 0;
    int m_wanted = defaultKills;
};

void TstKilledRecorder::begin() {
    if (m_started == m_wanted)
        return;
    const QString folder = m_folder.filePath(QString::number(m_started++));
    auto* process = new QProcess(this);
    auto* timer = new QTimer(process);
    timer->setSingleShot(true);
    timer->setTimerType(Qt::PreciseTimer);
    timer->setInterval(static_cast<int>(randomBelow(longestLifeMs)));
    connect(timer, &QTimer::timeout, process, &QProcess::kill);
    // Every second one dies while it starts and opens its file, the others while they record: on a busy
    // machine the start alone takes longer than any life.
    if (m_started % 2 == 0) {
        connect(process, &QProcess::started, timer, qOverload<>(&QTimer::start));
    } else {
        connect(process, &QProcess::readyReadStandardOutput, timer, qOverload<>(&QTimer::start),
                Qt::SingleShotConnection);
    }
    connect(process, &QProcess::finished, this, [this, process, folder] { ended(*process, folder); });
    process->start(QStringLiteral(APEX_RECORDING_PROCESS), {folder});
}

void TstKilledRecorder::ended(QProcess& process, const QString& folder) {
    ++m_figures.kills;
    if (process.exitStatus() != QProcess::CrashExit)
        wrong(u"process %1 was not killed, it ended with %2"_s.arg(m_figures.kills).arg(process.exitCode()));
    const qint64 told = lastTold(process.readAllStandardOutput());
    const QStringList found = QDir(folder).entryList({u"*.apexrec"_s}, QDir::Files);
    if (found.size() == 1)
        judge(QDir(folder).filePath(found.front()), told);
    else if (told >= 0 || !found.isEmpty())
        wrong(u"%1 files after %2 frames told"_s.arg(found.size()).arg(told + 1));
    else
        ++m_figures.beforeTheFile;
    QDir(folder).removeRecursively();
    process.deleteLater();
    begin();
}

void TstKilledRecorder::judge(const QString& path, qint64 told) {
    if (QFileInfo(path).size() == 0 && told < 0) {
        ++m_figures.beforeTheFile;
        return;
    }
    const auto recording = inspection::readRecordingFile(path);
    if (!recording) {
        // Only a file without a single whole frame may be refused.
        if (told >= 0)
            wrong(u"after %1 frames: %2"_s.arg(told + 1).arg(recording.error().happened));
        else
            ++m_figures.beforeTheFile;
        return;
    }
    qint64 next = 0;
    for (const inspection::RecordedEntry& entry : recording->entries) {
        const QByteArray start = R"({"type":"agent_thinking","n":)" + QByteArray::number(next) + ',';
        if (entry.frame.startsWith(start) && entry.frame.endsWith("x\"}"))
            ++next;
        else if (next <= told) // what comes after is the line in flight, kept as the text it is
            wrong(u"frame %1 is not what was recorded"_s.arg(next));
    }
    if (next <= told)
        wrong(u"%1 frames told, %2 in the file"_s.arg(told + 1).arg(next));
    if (!recording->truncated)
        wrong(u"a killed recording passes for a finished one"_s);
    m_figures.frames += next;
    m_figures.inFlight += next - told - 1;
    QFile file(path);
    if (file.open(QIODevice::ReadOnly) && file.seek(file.size() - 1) && file.read(1) != "\n")
        ++m_figures.cutLines;
}

void TstKilledRecorder::everyFileOpensAndOnlyTheFrameInFlightIsLost() {
    if (qEnvironmentVariableIsSet("APEX_KILLS"))
        m_wanted = qEnvironmentVariableIntValue("APEX_KILLS");
    QVERIFY(m_wanted > 0);
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < atOnce; ++i)
        begin();
    QTRY_VERIFY_WITH_TIMEOUT(m_figures.kills == m_wanted, 300'000);
    qInfo("%d kills in %lld ms: %lld frames read back, %d files ended inside a line, %d killed before the "
          "first "
          "frame, %lld frames recorded and not yet told",
          m_figures.kills, timer.elapsed(), m_figures.frames, m_figures.cutLines, m_figures.beforeTheFile,
          m_figures.inFlight);
    QVERIFY2(m_wrong.isEmpty(), qPrintable(m_wrong.mid(0, 10).join(u'\n')));
    QVERIFY2(m_figures.frames > m_wanted, "the processes hardly recorded anything: nothing was proved");
}

QTEST_GUILESS_MAIN(TstKilledRecorder)
#include "tst_killed_recorder.moc"
