// SPDX-License-Identifier: GPL-3.0-or-later
// Compares imported session logs with ccusage 20.0.24, which shares no code with us, to the token and the
// cent. The rules in which the two differ are tests of their own that name the rows that cause each
// difference.
#include "backend/usage/usage_import.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

/// Tokens and cost of one group.
struct Sum {
    qint64 input = 0, output = 0, write = 0, read = 0;
    double cost = 0;
    bool operator==(const Sum& other) const {
        return input == other.input && output == other.output && write == other.write && read == other.read &&
               std::abs(cost - other.cost) < 0.005;
    }
};
using Sums = QMap<QString, Sum>;

QString text(const Sum& sum) {
    return u"in %1 out %2 write %3 read %4 cost %5"_s.arg(sum.input)
        .arg(sum.output)
        .arg(sum.write)
        .arg(sum.read)
        .arg(sum.cost, 0, 'f', 6);
}

Sum sumOf(const QJsonObject& json, const QString& cost) {
    return {json[u"inputTokens"_s].toInteger(), json[u"outputTokens"_s].toInteger(),
            json[u"cacheCreationTokens"_s].toInteger(), json[u"cacheReadTokens"_s].toInteger(),
            json[cost].toDouble()};
}

QByteArray line(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

/// A message as Claude Code writes it.
QJsonObject message(const QString& id, qint64 input, qint64 output, const QString& time,
                    const QString& model = u"claude-sonnet-4-20250514"_s) {
    return {{u"parentUuid"_s, u"u"_s},
            {u"isSidechain"_s, false},
            {u"sessionId"_s, u"s1"_s},
            {u"type"_s, u"assistant"_s},
            {u"requestId"_s, QString(u"req_"_s + id)},
            {u"timestamp"_s, time},
            {u"message"_s, QJsonObject{{u"id"_s, id},
                                       {u"model"_s, model},
                                       {u"role"_s, u"assistant"_s},
                                       {u"usage"_s, QJsonObject{{u"input_tokens"_s, input},
                                                                {u"output_tokens"_s, output},
                                                                {u"cache_creation_input_tokens"_s, 0},
                                                                {u"cache_read_input_tokens"_s, 0}}}}}};
}

} // namespace

class TestUsageOracle : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    std::optional<PriceBook> m_prices; ///< as ccusage prices long prompts
    std::optional<PriceBook> m_billed; ///< as providers bill them
    int m_number = 0;

    QString home(const QString& name) const { return m_dir.filePath(name); }

    QJsonObject ccusage(const QString& tool, const QString& report, const QString& logs) {
        QProcess process;
        QProcessEnvironment environment;
        environment.insert(u"HOME"_s, m_dir.path());
        environment.insert(u"TZ"_s, u"UTC"_s);
        environment.insert(u"CLAUDE_CONFIG_DIR"_s, logs);
        environment.insert(u"CODEX_HOME"_s, logs);
        environment.insert(u"GEMINI_DATA_DIR"_s, logs);
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(APEX_SOURCE_DIR
                                     "/tests/peers/node_modules/@ccusage/ccusage-linux-x64/bin/ccusage"),
                      {tool, report, u"--offline"_s, u"--json"_s});
        if (!process.waitForFinished(60'000))
            qFatal("ccusage did not run; packaging/linux/install-peers.sh installs it");
        const QByteArray output = process.readAllStandardOutput();
        const QJsonObject json = QJsonDocument::fromJson(output).object();
        if (json.isEmpty())
            qWarning("ccusage said: %s %s", output.constData(), process.readAllStandardError().constData());
        return json;
    }

    UsageImport import(const QString& logs, const PriceBook& prices) {
        const auto files = usageFilesBelow(logs);
        ImportOptions options;
        options.prices = &prices;
        options.latestTimestampUs = 1'900'000'000'000'000;
        options.cacheFolder = m_dir.filePath(u"cache-%1"_s.arg(++m_number));
        const auto import = importUsage(files ? *files : std::vector<ImportFile>(), options, {});
        if (!import)
            qFatal("%s", qPrintable(import.error().forSupport()));
        return *import;
    }

    static Sums query(const UsageImport& import, const QString& group) {
        const auto store = UsageStore::open(import.databasePath);
        if (!store)
            qFatal("%s", qPrintable(store.error().forSupport()));
        const auto result = store->query(
            u"SELECT %1, SUM(input_tokens), SUM(output_tokens), SUM(cache_write_5m_tokens + "
            u"cache_write_1h_tokens), "
            "SUM(cache_read_tokens), usd_sum(cost_pico, cost_rest) FROM usage_rows WHERE total_tokens > 0 GROUP BY 1"_s
                .arg(group));
        if (!result)
            qFatal("%s", qPrintable(result.error().forSupport()));
        Sums sums;
        for (const QVariantList& row : result->rows)
            sums.insert(row[0].toString(), {row[1].toLongLong(), row[2].toLongLong(), row[3].toLongLong(),
                                            row[4].toLongLong(), row[5].toDouble()});
        return sums;
    }

    static void compare(const Sums& ours, const Sums& theirs) {
        QCOMPARE(ours.keys(), theirs.keys());
        for (auto it = theirs.begin(); it != theirs.end(); ++it) {
            QVERIFY2(ours.value(it.key()) == it.value(),
                     qPrintable(
                         u"%1: ours %2, ccusage %3"_s.arg(it.key(), text(ours.value(it.key())), text(*it))));
        }
        QVERIFY(!theirs.isEmpty());
    }

    static Sums byKey(const QJsonObject& report, const QString& list, const QString& key) {
        Sums sums;
        for (const QJsonValue& value : report[list].toArray()) {
            const QJsonObject row = value.toObject();
            const Sum sum = sumOf(row, u"totalCost"_s);
            if (sum.input + sum.output + sum.write + sum.read > 0)
                sums.insert(row[key].toString(), sum);
        }
        return sums;
    }

    static Sums byModel(const QJsonObject& report, const QString& list) {
        Sums sums;
        for (const QJsonValue& value : report[list].toArray()) {
            for (const QJsonValue& each : value.toObject()[u"modelBreakdowns"_s].toArray()) {
                const Sum sum = sumOf(each.toObject(), u"cost"_s);
                Sum& total = sums[each.toObject()[u"modelName"_s].toString()];
                total = {total.input + sum.input, total.output + sum.output, total.write + sum.write,
                         total.read + sum.read, total.cost + sum.cost};
            }
        }
        return sums;
    }

    QString write(const QString& folder, const QMap<QString, QByteArray>& files) {
        const QString root = home(folder);
        for (auto it = files.begin(); it != files.end(); ++it) {
            const QString path = root + u"/projects/"_s + it.key();
            QDir().mkpath(QFileInfo(path).path());
            QFile file(path);
            if (!file.open(QIODevice::WriteOnly) || file.write(*it) != it->size())
                qFatal("cannot write %s", qPrintable(path));
        }
        return root;
    }

    qint64 inputOf(const QString& logs, const QString& report = u"daily"_s) {
        return ccusage(u"claude"_s, report, logs)[u"totals"_s].toObject()[u"inputTokens"_s].toInteger();
    }
    qint64 ourInputOf(const QString& logs) {
        const Sums sums = query(import(logs, *m_prices), u"'all'"_s);
        return sums.value(u"all"_s).input;
    }

private Q_SLOTS:
    void initTestCase() {
        const QString path = QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json");
        auto billed = PriceBook::load(path);
        QVERIFY2(billed.has_value(), billed ? "" : qPrintable(billed.error().forSupport()));
        m_billed = std::move(*billed);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray content = file.readAll();
        content.replace("\"long_context_rule\": \"whole_call\"",
                        "\"long_context_rule\": \"excess_per_kind\"");
        QFile changed(home(u"prices.json"_s));
        QVERIFY(changed.open(QIODevice::WriteOnly));
        changed.write(content);
        changed.close();
        auto prices = PriceBook::load(changed.fileName());
        QVERIFY(prices.has_value());
        m_prices = std::move(*prices);
        QProcess generator;
        generator.start(u"python3"_s, {QStringLiteral(APEX_SOURCE_DIR "/tests/bench/make_session_logs.py"),
                                       home(u"logs"_s), qEnvironmentVariable("APEX_ORACLE_MB", u"8"_s),
                                       qEnvironmentVariable("APEX_ORACLE_SEED", u"7"_s)});
        QVERIFY(generator.waitForFinished(300'000));
        QCOMPARE(generator.exitCode(), 0);
    }

    void daysSessionsAndModelsEqualToTheTokenAndTheCent() {
        const UsageImport import = this->import(home(u"logs"_s), *m_prices);
        QVERIFY(import.report.duplicates > 100);
        QVERIFY(import.report.otherEntries > 100);
        QCOMPARE(import.report.rejected, std::uint64_t(0));
        QVERIFY(import.report.modelsWithoutPrice.empty());
        const QJsonObject daily = ccusage(u"claude"_s, u"daily"_s, home(u"logs"_s));
        const QJsonObject sessions = ccusage(u"claude"_s, u"session"_s, home(u"logs"_s));
        const QJsonObject monthly = ccusage(u"claude"_s, u"monthly"_s, home(u"logs"_s));
        compare(query(import, u"day"_s), byKey(daily, u"daily"_s, u"date"_s));
        compare(query(import, u"session"_s), byKey(sessions, u"sessions"_s, u"sessionId"_s));
        compare(query(import, u"model"_s), byModel(daily, u"daily"_s));
        compare(query(import, u"substr(day, 1, 7)"_s), byKey(monthly, u"monthly"_s, u"month"_s));
    }

    /// ccusage charges the tokens of each kind above 200,000 at the higher price; Anthropic charges the whole
    /// call when the prompt is longer than that. The rows that differ are those whose prompt is longer, and
    /// no others.
    void longPromptsAreBilledWholeAsAnthropicDoes() {
        const UsageImport billed = import(home(u"logs"_s), *m_billed);
        const UsageImport theirs = import(home(u"logs"_s), *m_prices);
        const auto costs = [](const UsageImport& import, const QString& where) {
            const auto store = UsageStore::open(import.databasePath);
            const auto result = store->query(
                u"SELECT usd_sum(cost_pico, cost_rest), COUNT(*) FROM usage_rows WHERE "_s + where);
            return std::pair(result->rows[0][0].toString(), result->rows[0][1].toLongLong());
        };
        QCOMPARE(costs(billed, u"prompt_tokens <= 200000"_s), costs(theirs, u"prompt_tokens <= 200000"_s));
        const QString dear =
            u"prompt_tokens > 200000 AND model LIKE 'claude-sonnet-4-%' AND cost_source = 'priced'"_s;
        QVERIFY(costs(billed, dear).second > 0);
        QVERIFY(costs(billed, dear).first.toDouble() > costs(theirs, dear).first.toDouble());
        // By hand: 150,000 plain and 150,000 cached tokens are a prompt of 300,000; 150,000 * 6 + 150,000 *
        // 0.6 dollars a million.
        QJsonObject entry = message(u"m1"_s, 150'000, 0, u"2025-08-01T10:00:00.000Z"_s);
        QJsonObject inner = entry[u"message"_s].toObject();
        QJsonObject usage = inner[u"usage"_s].toObject();
        usage[u"cache_read_input_tokens"_s] = 150'000;
        inner[u"usage"_s] = usage;
        entry[u"message"_s] = inner;
        const QString logs = write(u"long"_s, {{u"p/s1.jsonl"_s, line(entry)}});
        QCOMPARE(costs(import(logs, *m_billed), u"1"_s).first, u"0.99"_s);
        QCOMPARE(costs(import(logs, *m_prices), u"1"_s).first, u"0.495"_s);
        QCOMPARE(ccusage(u"claude"_s, u"daily"_s, logs)[u"totals"_s].toObject()[u"totalCost"_s].toDouble(),
                 0.495);
    }

    /// A message id is unique, so the states of one message without a request id are one call. The daily
    /// report of ccusage counts one for each instant, its session report one: there the two reports of
    /// ccusage differ from each other.
    void copiesWithoutRequestIdCountOnce() {
        QJsonObject first = message(u"m1"_s, 100, 10, u"2025-08-01T10:00:00.000Z"_s);
        QJsonObject second = message(u"m1"_s, 100, 10, u"2025-08-01T10:00:01.000Z"_s);
        first.remove(u"requestId"_s);
        second.remove(u"requestId"_s);
        const QString logs = write(u"norequest"_s, {{u"p/s1.jsonl"_s, line(first) + line(second)}});
        QCOMPARE(ourInputOf(logs), 100);
        QCOMPARE(inputOf(logs, u"daily"_s), 200);
        QCOMPARE(inputOf(logs, u"session"_s), 100);
    }

    /// ccusage knows compact JSON only, as the tools write it; ours takes any JSON.
    void spacedJsonIsReadToo() {
        QByteArray spaced = line(message(u"m1"_s, 100, 10, u"2025-08-01T10:00:00.000Z"_s));
        spaced.replace("\":", "\": ");
        const QString logs = write(u"spaced"_s, {{u"p/s1.jsonl"_s, spaced}});
        QCOMPARE(ourInputOf(logs), 100);
        QCOMPARE(inputOf(logs), 0);
    }

    /// Damaged and odd lines: the same calls count in both. (A sub-agent's message in a progress entry counts
    /// in the daily report of ccusage, not in its session report; ours counts it once, like the daily one.)
    void damagedLinesGiveTheSameCalls() {
        const QByteArray good = line(message(u"m1"_s, 100, 10, u"2025-08-01T10:00:00.000Z"_s));
        QJsonObject progress = message(u"m4"_s, 7, 1, u"2025-08-01T10:00:02.000Z"_s);
        const QByteArray content =
            good + good.left(good.size() - 30) + '\n' +
            line(message(u"m2"_s, -5, 10, u"2025-08-01T10:00:00.000Z"_s)) +
            line(message(u"m3"_s, 1000, 10, u"yesterday"_s)) + "\n   \n{}\n" +
            line({{u"type"_s, u"progress"_s},
                  {u"timestamp"_s, u"2025-08-01T10:00:02.000Z"_s},
                  {u"sessionId"_s, u"s1"_s},
                  {u"data"_s, QJsonObject{{u"type"_s, u"agent_progress"_s}, {u"message"_s, progress}}}}) +
            line({{u"type"_s, u"user"_s},
                  {u"parentUuid"_s, u"x"_s},
                  {u"toolUseResult"_s, QJsonObject{{u"usage"_s, QJsonObject{{u"input_tokens"_s, 5}}}}}}) +
            line(message(u"m5"_s, 20, 1, u"2025-08-01T10:00:03.000Z"_s)) +
            line(message(u"m6"_s, 300, 1, u"2025-08-01T10:00:03.000Z"_s, u"<synthetic>"_s))
                .replace("300", "0");
        const QString logs = write(u"damaged"_s, {{u"p/s1.jsonl"_s, content}});
        const UsageImport import = this->import(logs, *m_prices);
        QCOMPARE(query(import, u"'all'"_s).value(u"all"_s).input, 127);
        QCOMPARE(inputOf(logs), 127);
        QCOMPARE(inputOf(logs, u"session"_s), 120);
        QCOMPARE(import.report.rejected, std::uint64_t(3));
        QCOMPARE(import.report.files.front().firstRejected.at(0).line, 2);
        QCOMPARE(import.report.files.front().firstRejected.at(1).reason, RejectReason::NegativeTokens);
        QCOMPARE(import.report.files.front().firstRejected.at(2).reason, RejectReason::BadTimestamp);
    }

    /// Cumulative and last counts, repeated events, a forked session, a change of model.
    void codexDaysEqual() {
        const auto counts = [](int input, int cached, int output, int reasoning) {
            return QJsonObject{{u"input_tokens"_s, input},
                               {u"cached_input_tokens"_s, cached},
                               {u"output_tokens"_s, output},
                               {u"reasoning_output_tokens"_s, reasoning},
                               {u"total_tokens"_s, input + output}};
        };
        const auto entry = [](const QString& type, const QString& time, const QJsonObject& payload) {
            return line({{u"timestamp"_s, time}, {u"type"_s, type}, {u"payload"_s, payload}});
        };
        const auto count = [&](const QString& time, const QJsonObject& total, const QJsonObject& last) {
            QJsonObject info{{u"total_token_usage"_s, total}, {u"model_context_window"_s, 272000}};
            if (!last.isEmpty())
                info[u"last_token_usage"_s] = last;
            return entry(u"event_msg"_s, time, {{u"type"_s, u"token_count"_s}, {u"info"_s, info}});
        };
        const auto model = [&](const QString& name) {
            return entry(u"turn_context"_s, u"2025-09-15T10:00:01.000Z"_s,
                         {{u"model"_s, name}, {u"cwd"_s, u"/home/ana/shop"_s}});
        };
        const QByteArray head = entry(u"session_meta"_s, u"2025-09-15T10:00:00.000Z"_s,
                                      {{u"id"_s, u"0199"_s}, {u"cwd"_s, u"/home/ana/shop"_s}}) +
                                model(u"gpt-5-codex"_s);
        const QByteArray first =
            count(u"2025-09-15T10:00:05.000Z"_s, counts(1000, 500, 50, 20), counts(1000, 500, 50, 20));
        const QByteArray log =
            head + first +
            count(u"2025-09-15T10:00:06.000Z"_s, counts(1000, 500, 50, 20), counts(1000, 500, 50, 20)) +
            entry(u"event_msg"_s, u"2025-09-15T10:00:07.000Z"_s,
                  {{u"type"_s, u"token_count"_s}, {u"info"_s, QJsonValue()}}) +
            count(u"2025-09-15T10:00:08.000Z"_s, counts(41000, 30500, 150, 60),
                  counts(40000, 30000, 100, 40)) +
            model(u"gpt-5-mini"_s) + count(u"2025-09-16T00:00:08.000Z"_s, counts(90000, 30500, 1150, 60), {});
        const QString logs = home(u"codex"_s);
        QDir().mkpath(logs + u"/sessions/2025/09/15"_s);
        const std::pair<QString, QByteArray> files[] = {{u"1"_s, log}, {u"2"_s, head + first}};
        for (const auto& [name, content] : files) {
            QFile file(logs + u"/sessions/2025/09/15/rollout-2025-09-15T10-00-00-%1.jsonl"_s.arg(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content);
        }
        const UsageImport import = this->import(logs, *m_billed);
        QCOMPARE(import.report.rows, std::uint64_t(3));
        QCOMPARE(import.report.duplicates, std::uint64_t(1));
        Sums theirs;
        for (const QJsonValue& value : ccusage(u"codex"_s, u"daily"_s, logs)[u"daily"_s].toArray())
            theirs.insert(value[u"date"_s].toString(), sumOf(value.toObject(), u"costUSD"_s));
        compare(query(import, u"day"_s), theirs);
    }

    /// Thoughts are billed as output; ccusage bills them too but shows them only in the total.
    void geminiDaysEqual() {
        const auto message = [](const QString& id, const QString& day, int input, int cached, int output,
                                int thoughts) {
            return QJsonObject{{u"id"_s, id},
                               {u"timestamp"_s, QString(day + u"T10:00:03.000Z"_s)},
                               {u"type"_s, u"gemini"_s},
                               {u"content"_s, u"x"_s},
                               {u"model"_s, u"gemini-2.5-pro"_s},
                               {u"tokens"_s, QJsonObject{{u"input"_s, input},
                                                         {u"output"_s, output},
                                                         {u"cached"_s, cached},
                                                         {u"thoughts"_s, thoughts},
                                                         {u"tool"_s, 5},
                                                         {u"total"_s, input + output + thoughts + 5}}}};
        };
        const QJsonObject document{
            {u"sessionId"_s, u"g-1"_s},
            {u"projectHash"_s, u"abc"_s},
            {u"startTime"_s, u"2025-09-01T10:00:00.000Z"_s},
            {u"lastUpdated"_s, u"2025-09-02T10:00:09.000Z"_s},
            {u"messages"_s, QJsonArray{message(u"m1"_s, u"2025-09-01"_s, 1000, 400, 50, 30),
                                       message(u"m2"_s, u"2025-09-02"_s, 300000, 0, 70, 0)}}};
        const QString logs = home(u"gemini"_s);
        QDir().mkpath(logs + u"/tmp/abc/chats"_s);
        QFile file(logs + u"/tmp/abc/chats/session-2025-09-01T10-00-g1.json"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QJsonDocument(document).toJson());
        file.close();
        Sums theirs = byKey(ccusage(u"gemini"_s, u"daily"_s, logs), u"daily"_s, u"date"_s);
        theirs[u"2025-09-01"_s].output += 30;
        compare(query(import(logs, *m_billed), u"day"_s), theirs);
    }
};

QTEST_GUILESS_MAIN(TestUsageOracle)
#include "tst_usage_oracle.moc"
