// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/inspect.h"

#include <QDir>
#include <QFile>
#include <QtTest>

using namespace apex;
using namespace apex::inspection;
using namespace Qt::StringLiterals;

namespace {

const QString folder = QStringLiteral(APEX_TEST_DATA "/streams/");

QByteArray contents(const QString& name) {
    QFile file(folder + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// AG-UI streams say so in their name, as no frame of theirs does.
protocol::Dialect dialectOf(const QString& name) {
    return name.startsWith(u"ag-ui") ? protocol::Dialect::AgUi : protocol::Dialect::Platform;
}

Inspection inspect(const QByteArray& bytes, const QString& name) {
    InspectOptions options;
    options.dialect = dialectOf(name);
    const auto recording = readRecording(bytes);
    return recording ? inspectFrames(*recording, options) : Inspection{};
}

QString rulesOf(const runs::Run& run) {
    QStringList rules;
    for (const runs::Finding& finding : run.findings)
        rules.append(runs::ruleName(finding.rule));
    return rules.isEmpty() ? u"-"_s : rules.join(u',');
}

/// One run in one line: id, agent, outcome, verdict, rules, the five counts, answer.
QString summary(const runs::Run& run) {
    const runs::LifecycleCounts& c = run.counts;
    const QString answer = run.answer.simplified().left(48);
    return QStringList{run.id.toString().isEmpty() ? u"-"_s : run.id.toString(),
                       run.agent.isEmpty() ? u"-"_s : run.agent,
                       runs::outcomeName(run.outcome),
                       runs::verdictName(run.verdict),
                       rulesOf(run),
                       QStringLiteral("%1/%2/%3/%4/%5")
                           .arg(c.agentStarted)
                           .arg(c.agentThinking)
                           .arg(c.toolExecuting)
                           .arg(c.toolCompleted)
                           .arg(c.agentCompleted),
                       answer.isEmpty() ? u"-"_s : answer}
        .join(u" | ");
}

QString summary(const Inspection& found) {
    QStringList lines{QStringLiteral("%1 frames, %2 unknown, %3 undecodable")
                          .arg(found.frames)
                          .arg(found.unknown)
                          .arg(found.undecodable)};
    for (const runs::Run& run : found.runs)
        lines.append(summary(run));
    return lines.join(u'\n');
}

/// expected.txt: "# name" and then the lines of summary().
QHash<QString, QString> expectations() {
    QHash<QString, QString> all;
    QString name;
    for (const QByteArray& raw : contents(u"expected.txt"_s).split('\n')) {
        const QString line = QString::fromUtf8(raw);
        if (line.startsWith(u"# "))
            name = line.mid(2);
        else if (!line.isEmpty())
            all[name] += (all[name].isEmpty() ? QString() : u"\n"_s) + line;
    }
    return all;
}

} // namespace

/// What the verdict says of each run, without the frame numbers that every mutation moves.
QStringList verdictsOf(const Inspection& found) {
    QStringList all;
    for (const runs::Run& run : found.runs)
        all.append(runs::verdictName(run.verdict) + u' ' + rulesOf(run));
    return all;
}

/// The frames of a stream, one a line; an *.apexrec without its first and last line keeps its own lines.
struct Lines {
    explicit Lines(const QByteArray& bytes) : frames(bytes.split('\n')) { frames.removeAll(QByteArray()); }
    [[nodiscard]] QByteArray joined() const { return frames.join('\n'); }
    [[nodiscard]] QByteArray first(qsizetype count) const { return frames.first(count).join('\n'); }

    QList<QByteArray> frames;
};

enum class Mutation { Drop, Duplicate, Swap };

bool hasType(const QByteArray& frame, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (frame.contains(QByteArray('"' + QByteArray(name) + '"')))
            return true;
    return false;
}

/// Frames that belong to no run's course: what comes beside it may come, stay away, or come twice.
bool standsBeside(const QByteArray& frame) {
    return hasType(frame, {"connection_established",
                           "handshake_response",
                           "handshake_complete",
                           "thread_created",
                           "thread_renamed",
                           "ack",
                           "heartbeat",
                           "ping",
                           "stream_start",
                           "stream_end",
                           "user_message",
                           "stop_agent",
                           "message_received",
                           "cleanup_started",
                           "cleanup_duration_estimate",
                           "cleanup_complete",
                           "backend_log",
                           "agent_log",
                           "progress_update",
                           "mcp_server_connected",
                           "mcp_tool_started",
                           "mcp_tool_completed",
                           "validation_started",
                           "agent_fallback",
                           "agent_timeout_warning",
                           "chunk_response_immediate",
                           "agent_aggregation_complete",
                           "error",
                           "STATE_SNAPSHOT",
                           "STATE_DELTA",
                           "ACTIVITY_SNAPSHOT",
                           "ACTIVITY_DELTA",
                           "RAW",
                           "CUSTOM",
                           "MESSAGES_SNAPSHOT",
                           "REASONING_ENCRYPTED_VALUE",
                           "file_uploaded"}) ||
           !frame.startsWith('{');
}
bool isThought(const QByteArray& frame) {
    return hasType(frame,
                   {"agent_thinking", "reasoning", "orchestration_thinking", "orchestration_delegating"});
}
bool isPiece(const QByteArray& frame) {
    return hasType(frame, {"partial_result", "response_chunk", "stream_chunk", "TEXT_MESSAGE_CONTENT",
                           "TEXT_MESSAGE_CHUNK", "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_CHUNK"});
}
bool isArguments(const QByteArray& frame) {
    return hasType(frame, {"TOOL_CALL_ARGS", "TOOL_CALL_CHUNK"});
}
bool isOptional(const QByteArray& frame) {
    return hasType(frame, {"final_report", "response_complete", "stream_complete"});
}
bool isTimed(const QByteArray& frame) {
    return frame.contains("\"timestamp\"");
}
/// Which run or turn a frame names; frames of several runs have no order among them.
QByteArray runOf(const QByteArray& frame) {
    for (const char* key : {"\"run_id\": \"", "\"turn_id\": \""})
        if (const qsizetype at = frame.indexOf(key); at >= 0) {
            const qsizetype begin = at + qsizetype(qstrlen(key));
            return frame.mid(begin, frame.indexOf('"', begin) - begin);
        }
    return {};
}

/// What makes a mutation of one stream invisible that would be seen in another.
struct Nature {
    bool agUi = false;
    bool failed = false;   ///< an error ends it, and with it whatever is open
    bool stopped = false;  ///< the person ended it, and with it whatever is open
    bool shuffled = false; ///< its order is broken already
};

/// Why a mutation leaves nothing to be seen in that variant of the protocol; empty if it must be named.
QString excuse(Mutation mutation, const QByteArray& frame, const QByteArray& next, const Nature& nature) {
    if (standsBeside(frame) || (mutation == Mutation::Swap && standsBeside(next)))
        return u"frames beside the run have no place in it"_s;
    switch (mutation) {
    case Mutation::Drop:
        if (isThought(frame))
            return u"an agent may think as often as it likes, and this sender does not count"_s;
        if (isPiece(frame))
            return u"a text without one of its pieces is a text, where no whole text follows"_s;
        if (isArguments(frame))
            return u"arguments without one of their pieces may be arguments"_s;
        if (isOptional(frame))
            return u"reports and closing texts are optional"_s;
        if (nature.stopped && hasType(frame, {"tool_completed", "agent_started"}))
            return u"a stop ends whatever is open, and an inner agent that never ends shows no missing start"_s;
        if (nature.failed &&
            hasType(frame, {"tool_executing", "TEXT_MESSAGE_END", "RUN_FINISHED", "RUN_ERROR"}))
            return u"an error ends whatever is open, and may stand in the place of the end or after it"_s;
        break;
    case Mutation::Duplicate:
        if (isPiece(frame) && (!isTimed(frame) || nature.agUi))
            return u"equal pieces of text without an exact time are two pieces"_s;
        break;
    case Mutation::Swap:
        if (runOf(frame) != runOf(next))
            return u"frames of different runs have no order"_s;
        if (!isTimed(frame) || !isTimed(next))
            return u"without times, neighbours that do not depend on each other have no order"_s;
        if (nature.shuffled)
            return u"the order was broken already"_s;
        break;
    }
    return {};
}

/// Streams as real senders produce them, or as the protocol lets them: what is found in each is written down
/// beside them, and every mutation of each is named or listed as one that nobody could see.
class TestStreams : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void judged_data() { streams(); }
    void judged();
    void thereAreEnough();
    void cutsAreNeverComplete_data() { streams(); }
    void cutsAreNeverComplete();
    void mutationsAreNamed_data() { streams(); }
    void mutationsAreNamed();
    void cleanupTestCase();

private:
    int m_mutations = 0;
    QMap<QString, int> m_excused;
    void mutate(Mutation mutation, const QString& name, const Inspection& before,
                const QList<QByteArray>& lines, qsizetype at);

    static void streams() {
        QTest::addColumn<QString>("name");
        for (const QString& name :
             QDir(folder).entryList({u"*.jsonl"_s, u"*.apexrec"_s}, QDir::Files, QDir::Name))
            QTest::newRow(qPrintable(name)) << name;
    }
};

void TestStreams::judged() {
    QFETCH(QString, name);
    const QString found = summary(inspect(contents(name), name));
    const QString expected = expectations().value(name);
    if (found != expected)
        qWarning("\n# %s\n%s\n", qPrintable(name), qPrintable(found));
    QCOMPARE(found, expected);
}

void TestStreams::cutsAreNeverComplete() {
    QFETCH(QString, name);
    const Lines lines(contents(name));
    const Inspection whole = inspect(lines.joined(), name);
    for (qsizetype length = 1; length < lines.frames.size(); ++length) {
        const Inspection cut = inspect(lines.first(length), name);
        QVERIFY(cut.runs.size() <= whole.runs.size());
        for (std::size_t i = 0; i < cut.runs.size(); ++i) {
            const runs::Run& run = cut.runs[i];
            const bool endedBefore = whole.runs[i].lastFrame < cut.frames;
            const bool claims = run.verdict == runs::Verdict::Ok || run.outcome == runs::Outcome::Completed;
            if (!endedBefore && claims)
                qWarning("cut after %lld: %s", static_cast<long long>(length), qPrintable(summary(cut)));
            QVERIFY(endedBefore || !claims);
        }
    }
}

void TestStreams::mutate(Mutation mutation, const QString& name, const Inspection& before,
                         const QList<QByteArray>& lines, qsizetype at) {
    QList<QByteArray> changed = lines;
    if (mutation == Mutation::Drop)
        changed.removeAt(at);
    else if (mutation == Mutation::Duplicate)
        changed.insert(at, lines.at(at));
    else
        changed.swapItemsAt(at, at + 1);
    const Inspection after = inspect(changed.join('\n'), name);
    const qint64 expected = before.frames + changed.size() - lines.size();
    QCOMPARE(after.frames, expected);
    const bool named = verdictsOf(after) != verdictsOf(before);
    Nature nature;
    nature.agUi = dialectOf(name) == protocol::Dialect::AgUi;
    for (const runs::Run& run : before.runs) {
        nature.failed = nature.failed || run.outcome == runs::Outcome::Failed;
        nature.stopped = nature.stopped || run.outcome == runs::Outcome::Cancelled;
        nature.shuffled = nature.shuffled || rulesOf(run).contains(u"out_of_order");
    }
    const QString reason = excuse(mutation, lines.at(at), lines.value(at + 1), nature);
    ++m_mutations;
    if (!named && reason.isEmpty())
        qWarning("%s, mutation %d at %lld: %s\n%s", qPrintable(name), int(mutation),
                 static_cast<long long>(at), lines.at(at).constData(), qPrintable(summary(after)));
    if (!named && !reason.isEmpty())
        ++m_excused[reason];
    QVERIFY(named || !reason.isEmpty());
}

void TestStreams::mutationsAreNamed() {
    QFETCH(QString, name);
    const Lines lines(contents(name));
    if (!lines.frames.front().startsWith('{'))
        return; // lines of an event stream are not frames each
    const Inspection before = inspect(lines.joined(), name);
    for (const Mutation mutation : {Mutation::Drop, Mutation::Duplicate, Mutation::Swap})
        for (qsizetype at = 0; at + (mutation == Mutation::Swap ? 1 : 0) < lines.frames.size(); ++at)
            mutate(mutation, name, before, lines.frames, at);
}

void TestStreams::cleanupTestCase() {
    qInfo("%d mutations", m_mutations);
    for (auto it = m_excused.cbegin(); it != m_excused.cend(); ++it)
        qInfo("%5d not to be seen: %s", it.value(), qPrintable(it.key()));
}

void TestStreams::thereAreEnough() {
    QVERIFY(expectations().size() >= 40);
}

QTEST_GUILESS_MAIN(TestStreams)
#include "tst_streams.moc"
