// SPDX-License-Identifier: GPL-3.0-or-later
// AG-UI 1.0 as its reference implementation reads it (@ag-ui/core, @ag-ui/client), beside what we find.
#include "inspection/inspect.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QProcess>
#include <QtTest>

using namespace apex;
using namespace apex::inspection;
using namespace Qt::StringLiterals;

namespace {

using Lines = QList<QByteArray>;

struct Stream {
    QString name;
    Lines lines;
    bool isMutation = false;
};

struct Opinion {
    bool schemaRefuses = false;
    QString order; ///< why the order is refused; empty: it is not
    QJsonObject text;

    [[nodiscard]] bool accepts() const { return !schemaRefuses && order.isEmpty(); }
};

/// Every recorded stream, and every one of them with one event lost, repeated or moved.
QList<Stream> streams() {
    QList<Stream> all;
    const QDir folder(QStringLiteral(APEX_TEST_DATA "/streams"));
    for (const QString& name : folder.entryList({u"ag-ui-*.jsonl"_s}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        Lines lines = file.readAll().split('\n');
        lines.removeAll(QByteArray());
        all.append({name, lines, false});
        for (qsizetype at = 0; at < lines.size(); ++at) {
            Lines dropped = lines;
            dropped.removeAt(at);
            all.append({QStringLiteral("%1 without %2").arg(name).arg(at), dropped, true});
            Lines repeated = lines;
            repeated.insert(at, lines.at(at));
            all.append({QStringLiteral("%1 with %2 twice").arg(name).arg(at), repeated, true});
            if (at + 1 == lines.size())
                continue;
            Lines swapped = lines;
            swapped.swapItemsAt(at, at + 1);
            all.append({QStringLiteral("%1 with %2 and the next swapped").arg(name).arg(at), swapped, true});
        }
    }
    all.removeIf([](const Stream& each) { return each.lines.isEmpty(); });
    return all;
}

Inspection inspect(const Lines& lines) {
    InspectOptions options;
    options.dialect = protocol::Dialect::AgUi;
    const auto recording = readRecording(lines.join('\n'));
    return recording ? inspectFrames(*recording, options) : Inspection{};
}

QStringList rulesOf(const Inspection& found) {
    QStringList rules;
    for (const runs::Run& run : found.runs)
        for (const runs::Finding& finding : run.findings)
            rules.append(runs::ruleName(finding.rule));
    return rules;
}

bool isLawful(const Inspection& found) {
    return found.unknown == 0 && !found.runs.empty() &&
           std::all_of(found.runs.begin(), found.runs.end(),
                       [](const runs::Run& run) { return run.verdict == runs::Verdict::Ok; });
}

/// Where we say more than the reference does; empty if we have no reason to.
QString whyStricter(const Inspection& found) {
    for (const runs::Run& run : found.runs)
        if (run.outcome == runs::Outcome::None)
            return u"a stream that stops has no outcome; the reference takes it for complete"_s;
    const QStringList rules = rulesOf(found);
    if (rules.contains(u"unpaired_tool_start"_s))
        return u"a call without a result that nobody declared pending"_s;
    if (rules.contains(u"completion_without_start"_s))
        return u"a result of a call that was never made"_s;
    if (rules.contains(u"broken_pieces"_s))
        return u"arguments whose pieces make no JSON"_s;
    if (rules.contains(u"adopted_run_id"_s))
        return u"an error before any run has no run to belong to"_s;
    if (rules.contains(u"out_of_order"_s))
        return u"times that run backwards"_s;
    if (rules.contains(u"duplicate"_s))
        return u"an event with the same time and words as one before"_s;
    if (rules.contains(u"not_open"_s))
        return u"an event of something that is not open"_s;
    return {};
}

} // namespace

/// Our decoder and ledger beside the reference implementation, on lawful and unlawful streams.
class TestAgUiOracle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyEventTypeIsThere();
    void lawfulStreamsAreLawful();
    void whatItRefusesIsNamed();
    void whereWeSayMore();

private:
    QList<Stream> m_streams;
    QHash<QString, Opinion> m_opinions;
    QStringList m_types;
};

void TestAgUiOracle::initTestCase() {
    m_streams = streams();
    QVERIFY(m_streams.size() > 300);
    QByteArray input;
    for (const Stream& stream : std::as_const(m_streams))
        input += "{\"name\":\"" + stream.name.toUtf8() + "\",\"events\":[" + stream.lines.join(',') + "]}\n";
    QProcess oracle;
    oracle.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    oracle.setWorkingDirectory(QStringLiteral(APEX_SOURCE_DIR "/tests/peers"));
    oracle.start(u"node"_s, {u"agui_oracle.mjs"_s});
    QVERIFY2(oracle.waitForStarted(20'000), "node is missing; see packaging/linux/install-peers.sh");
    oracle.write(input);
    oracle.closeWriteChannel();
    QVERIFY(oracle.waitForFinished(100'000));
    QCOMPARE(oracle.exitCode(), 0);
    for (const QByteArray& line : oracle.readAllStandardOutput().split('\n')) {
        const QJsonObject answer = QJsonDocument::fromJson(line).object();
        const QString name = answer["name"_L1].toString();
        if (name == u"types")
            for (const QJsonValue type : answer["types"_L1].toArray())
                m_types.append(type.toString());
        else if (!name.isEmpty())
            m_opinions.insert(name, {!answer["schema"_L1].toArray().isEmpty(), answer["order"_L1].toString(),
                                     answer["text"_L1].toObject()});
    }
    QCOMPARE(m_opinions.size(), m_streams.size());
}

void TestAgUiOracle::everyEventTypeIsThere() {
    QVERIFY(m_types.size() >= 31);
    QByteArray all;
    for (const Stream& stream : std::as_const(m_streams))
        if (!stream.isMutation)
            all += stream.lines.join('\n') + '\n';
    for (const QString& type : std::as_const(m_types))
        QVERIFY2(all.contains(QString(u'"' + type + u'"').toUtf8()), qPrintable(type));
}

void TestAgUiOracle::lawfulStreamsAreLawful() {
    for (const Stream& stream : std::as_const(m_streams)) {
        if (stream.isMutation)
            continue;
        const Opinion opinion = m_opinions.value(stream.name);
        QVERIFY2(opinion.accepts(), qPrintable(stream.name + u": " + opinion.order));
        const Inspection found = inspect(stream.lines);
        QCOMPARE(found.unknown, qint64(0));
        const QString why = whyStricter(found);
        QVERIFY2(isLawful(found) || stream.name == u"ag-ui-error-only.jsonl", qPrintable(stream.name + why));
        // Every text that the reference shows is a text of ours, or the answer.
        QStringList texts;
        for (const runs::Run& run : found.runs) {
            texts.append(run.answer);
            for (const runs::Step& step : run.steps)
                if (step.kind == runs::StepKind::Text)
                    texts.append(step.text);
        }
        for (const QJsonValue text : opinion.text)
            QVERIFY2(texts.contains(text.toString()), qPrintable(stream.name + u": " + text.toString()));
    }
}

void TestAgUiOracle::whatItRefusesIsNamed() {
    int refused = 0;
    for (const Stream& stream : std::as_const(m_streams)) {
        const Opinion opinion = m_opinions.value(stream.name);
        if (opinion.accepts())
            continue;
        ++refused;
        const Inspection found = inspect(stream.lines);
        QVERIFY2(!isLawful(found), qPrintable(stream.name + u": " + opinion.order));
    }
    QVERIFY(refused > 150);
    qInfo("%d of %lld streams refused by the reference, each named by us", refused,
          static_cast<long long>(m_streams.size()));
}

void TestAgUiOracle::whereWeSayMore() {
    QMap<QString, int> reasons;
    for (const Stream& stream : std::as_const(m_streams)) {
        if (!m_opinions.value(stream.name).accepts())
            continue;
        const Inspection found = inspect(stream.lines);
        if (isLawful(found))
            continue;
        const QString reason = whyStricter(found);
        QVERIFY2(!reason.isEmpty(), qPrintable(stream.name + u": " + rulesOf(found).join(u',')));
        ++reasons[reason];
    }
    for (auto it = reasons.cbegin(); it != reasons.cend(); ++it)
        qInfo("%4d %s", it.value(), qPrintable(it.key()));
}

QTEST_GUILESS_MAIN(TestAgUiOracle)
#include "tst_agui_oracle.moc"
