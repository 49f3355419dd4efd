// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a HAR file that the DevTools of a real headless Chromium wrote while the frames went over a real
// socket.
#include "inspection/inspect.h"
#include "inspection/recording.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace Qt::StringLiterals;

namespace {

/// Frames of the platform as recorded, and some that are hard to carry.
QList<QByteArray> framesToSend() {
    QList<QByteArray> frames;
    for (const char* name : {"demo.jsonl", "staging-turn.jsonl"}) {
        QFile file(QStringLiteral(APEX_TEST_DATA "/recordings/") + QString::fromLatin1(name));
        if (file.open(QIODevice::ReadOnly))
            for (const QByteArray& line : file.readAll().split('\n'))
                if (!line.trimmed().isEmpty())
                    frames.append(line.trimmed());
    }
    frames.append(R"({"type":"agent_thinking","data":{"reasoning":"quotes \" and \\ and </script>"}})");
    frames.append(R"({"type":"agent_thinking","data":{"reasoning":"größer 支出 💸"}})");
    frames.append("not JSON at all");
    frames.append(R"({"type":"agent_thinking","data":{"reasoning":")" + QByteArray(300'000, 'x') + "\"}}");
    return frames;
}

} // namespace

class TstChromiumHar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsEveryMessageByteForByte();
};

void TstChromiumHar::readsEveryMessageByteForByte() {
    const QList<QByteArray> frames = framesToSend();
    QVERIFY(frames.size() > 10);
    const QTemporaryDir folder;
    QFile sent(folder.filePath(u"frames.jsonl"_s));
    QVERIFY(sent.open(QIODevice::WriteOnly) && sent.write(frames.join('\n')) > 0);
    sent.close();
    const QString har = folder.filePath(u"session.har"_s);
    QProcess node;
    node.setWorkingDirectory(QStringLiteral(APEX_SOURCE_DIR "/tests/peers"));
    node.start(u"node"_s, {u"chromium_har.mjs"_s, sent.fileName(), har});
    QVERIFY2(node.waitForFinished(90'000), qPrintable(node.errorString()));
    QVERIFY2(node.exitCode() == 0, node.readAllStandardError().constData());

    const auto recording = inspection::readRecordingFile(har);
    QVERIFY2(recording, qPrintable(recording ? QString() : recording.error().happened));
    QCOMPARE(recording->format, inspection::RecordingFormat::Har);
    QVERIFY(!recording->truncated);
    QList<QByteArray> received;
    int out = 0;
    for (const inspection::RecordedEntry& entry : recording->entries) {
        QVERIFY2(entry.isLink() || entry.at, "DevTools gives every message its time");
        if (!entry.isLink() && entry.direction == inspection::Direction::In)
            received.append(entry.frame);
        else if (!entry.isLink())
            ++out;
    }
    QCOMPARE(out, 1);
    QCOMPARE(received, frames);
}

QTEST_GUILESS_MAIN(TstChromiumHar)
#include "tst_chromium_har.moc"
