// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/auth_entry_points.h"
#include "fuzz/entry_points.h"

#include <QDirIterator>
#include <QFile>
#include <QRandomGenerator>
#include <QtTest>

using namespace apex;

namespace {

using Entry = void (*)(const QByteArray&);
constexpr Entry kEntries[] = {fuzz::decodeFrame, fuzz::judgeStream,  fuzz::inspectRecording,
                              fuzz::inspectHar,  fuzz::readRedirect, fuzz::readJwt};

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList inputs() {
    QStringList paths;
    for (const QString& folder :
         {QStringLiteral(APEX_SOURCE_DIR "/tests/fuzz/corpus"), QStringLiteral(APEX_TEST_DATA "/recordings"),
          QStringLiteral(APEX_TEST_DATA "/frames"), QStringLiteral(APEX_TEST_DATA "/streams")}) {
        QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext())
            paths.append(files.next());
    }
    paths.sort();
    return paths;
}

/// Small damage as files and wires do it: a flipped, lost or repeated piece.
QByteArray damaged(QByteArray bytes, QRandomGenerator& random) {
    if (bytes.isEmpty())
        return bytes;
    const auto at = qsizetype(random.bounded(quint32(bytes.size())));
    switch (random.bounded(4)) {
    case 0:
        bytes[at] = char(random.bounded(256));
        break;
    case 1:
        bytes.truncate(at);
        break;
    case 2:
        bytes.insert(at, bytes.mid(at, 40));
        break;
    default:
        bytes.remove(at, 1 + random.bounded(20));
        break;
    }
    return bytes;
}

} // namespace

/// The fuzzers' entry points over the committed inputs, and over damage done to them with a fixed seed.
class TestCorpus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void replay();
    void damage();
};

void TestCorpus::replay() {
    const QStringList paths = inputs();
    QVERIFY(paths.size() >= 20);
    for (const QString& path : paths)
        for (const Entry entry : kEntries)
            entry(contents(path));
}

void TestCorpus::damage() {
    QRandomGenerator random(20'260'301);
    for (const QString& path : inputs()) {
        QByteArray bytes = contents(path);
        if (bytes.size() > 8'000)
            bytes.truncate(8'000);
        for (int round = 0; round < 12; ++round) {
            const QByteArray input = damaged(bytes, random);
            for (const Entry entry : kEntries)
                entry(input);
        }
    }
}

QTEST_GUILESS_MAIN(TestCorpus)
#include "tst_corpus.moc"
