// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/inspect.h"

#include <QFile>
#include <QtTest>

using namespace apex;
using namespace apex::inspection;
using namespace Qt::StringLiterals;

namespace {

using Lines = QList<QByteArray>;

Lines linesOf(const QString& name) {
    QFile file(QStringLiteral(APEX_TEST_DATA "/recordings/") + name);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    Lines lines = file.readAll().split('\n');
    lines.removeAll(QByteArray());
    return lines;
}

Inspection inspect(const Lines& lines, protocol::Dialect dialect) {
    InspectOptions options;
    options.dialect = dialect;
    const auto recording = readRecording(lines.join('\n'));
    return recording ? inspectFrames(*recording, options) : Inspection{};
}

bool finds(const Inspection& inspection, runs::Rule rule) {
    for (const runs::Run& run : inspection.runs)
        for (const runs::Finding& finding : run.findings)
            if (finding.rule == rule)
                return true;
    return false;
}

bool isOk(const Inspection& inspection) {
    return inspection.runs.size() == 1 && inspection.runs.front().verdict == runs::Verdict::Ok;
}

/// Kinds of events by which a lost or moved one can be told at all.
bool isThought(const QByteArray& line) {
    return line.contains("\"agent_thinking\"") || line.contains("REASONING");
}
bool isStreamed(const QByteArray& line) {
    return line.contains("TEXT_MESSAGE") || line.contains("TOOL_CALL_ARGS");
}
bool isReport(const QByteArray& line) {
    return line.contains("\"final_report\"");
}
bool isTimed(const QByteArray& line) {
    return line.contains("\"timestamp\"");
}

} // namespace

/// Every golden stream, mutated at every index: the verdict must name the mutation and no frame may get lost.
class TestStreamMutations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cut_data() { streams(); }
    void cut();
    void drop_data() { streams(); }
    void drop();
    void duplicate_data() { streams(); }
    void duplicate();
    void swap_data() { streams(); }
    void swap();
    void garble_data() { streams(); }
    void garble();

private:
    static void streams() {
        QTest::addColumn<protocol::Dialect>("dialect");
        for (const char* name : {"nested.jsonl", "demo.jsonl", "untimed.jsonl"})
            QTest::newRow(name) << protocol::Dialect::Platform;
        QTest::newRow("ag-ui.jsonl") << protocol::Dialect::AgUi;
    }
    static Lines golden() { return linesOf(QString::fromLatin1(QTest::currentDataTag())); }
    static void check(bool holds, qsizetype at, const Inspection& found) {
        if (!holds)
            qWarning("index %lld: %s", static_cast<long long>(at), qPrintable(toText({found})));
        QVERIFY(holds);
    }
};

void TestStreamMutations::cut() {
    QFETCH(protocol::Dialect, dialect);
    const Lines stream = golden();
    QVERIFY(isOk(inspect(stream, dialect)));
    for (qsizetype length = 1; length < stream.size(); ++length) {
        const Inspection found = inspect(stream.first(length), dialect);
        QCOMPARE(found.runs.size(), std::size_t(1));
        QCOMPARE(found.frames, length);
        check(found.runs.front().verdict == runs::Verdict::NoOutcome, length, found);
        check(found.runs.front().outcome == runs::Outcome::None && !found.isSound(), length, found);
    }
}

void TestStreamMutations::drop() {
    QFETCH(protocol::Dialect, dialect);
    const Lines stream = golden();
    for (qsizetype at = 0; at < stream.size(); ++at) {
        Lines mutated = stream;
        const QByteArray dropped = mutated.takeAt(at);
        const Inspection found = inspect(mutated, dialect);
        QCOMPARE(found.frames, mutated.size());
        // A thought, a piece of text or a report more or less is a stream as good as the other.
        const bool mayPass = isThought(dropped) || isStreamed(dropped) || isReport(dropped) ||
                             dropped.contains("TOOL_CALL_END") || dropped.contains("TOOL_CALL_START");
        check(mayPass || !isOk(found), at, found);
    }
}

void TestStreamMutations::duplicate() {
    QFETCH(protocol::Dialect, dialect);
    const Lines stream = golden();
    for (qsizetype at = 0; at < stream.size(); ++at) {
        Lines mutated = stream;
        mutated.insert(at, stream.at(at));
        const Inspection found = inspect(mutated, dialect);
        QCOMPARE(found.frames, mutated.size());
        // Without a sender's time, equal thoughts and pieces of text are two thoughts and two pieces.
        const bool mayPass =
            !isTimed(stream.at(at)) && (isThought(stream.at(at)) || isStreamed(stream.at(at)));
        const bool named =
            finds(found, runs::Rule::Duplicate) || finds(found, runs::Rule::EventAfterTerminal);
        check(mayPass || (named && !isOk(found)), at, found);
        check(found.runs.front().outcome == runs::Outcome::Completed, at, found);
    }
}

void TestStreamMutations::swap() {
    QFETCH(protocol::Dialect, dialect);
    const Lines stream = golden();
    for (qsizetype at = 0; at + 1 < stream.size(); ++at) {
        Lines mutated = stream;
        mutated.swapItemsAt(at, at + 1);
        const Inspection found = inspect(mutated, dialect);
        QCOMPARE(found.frames, mutated.size());
        const bool timed = isTimed(stream.at(at)) && isTimed(stream.at(at + 1));
        // Untimed, two neighbours that do not depend on each other have no order to break.
        const bool dependent =
            stream.at(at).contains("\"tool_executing\"") || at == 0 || at + 2 == stream.size();
        const bool mayPass = !timed && (!dependent || dialect == protocol::Dialect::AgUi);
        check(mayPass || !isOk(found), at, found);
    }
}

void TestStreamMutations::garble() {
    QFETCH(protocol::Dialect, dialect);
    const Lines stream = golden();
    for (qsizetype at = 1; at < stream.size(); ++at) {
        Lines mutated = stream;
        mutated[at].truncate(mutated[at].size() / 2);
        const Inspection found = inspect(mutated, dialect);
        QCOMPARE(found.frames, mutated.size());
        QCOMPARE(found.undecodable, qint64(1));
        check(!isOk(found) && !found.isSound() && finds(found, runs::Rule::Undecodable), at, found);
    }
}

QTEST_GUILESS_MAIN(TestStreamMutations)
#include "tst_stream_mutations.moc"
