// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/duplicate_index.h"
#include "import_world.h"

#include <QJsonArray>

#include <algorithm>
#include <random>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

/// Lines of messages with copies in other states, sessions and side chains.
std::vector<QByteArray> randomLines(std::mt19937& random, int messages) {
    const auto below = [&random](int limit) {
        return static_cast<int>(random() % static_cast<unsigned>(limit));
    };
    std::vector<QByteArray> lines;
    for (int i = 0; i < messages; ++i) {
        const QString id = u"msg_%1"_s.arg(i);
        const int requests = 1 + (below(10) == 0 ? 1 : 0);
        for (int request = 0; request < requests; ++request) {
            const int copies = 1 + below(4);
            for (int copy = 0; copy < copies; ++copy)
                lines.push_back(
                    lineOf(claudeCall(id, u"req_%1_%2"_s.arg(i).arg(request), 100 + i, below(3) * 10,
                                      below(4) == 0, u"session-%1"_s.arg(below(5)), i * 37)));
        }
        lines.push_back(
            lineOf({{u"type"_s, u"user"_s}, {u"parentUuid"_s, u"x"_s}, {u"message"_s, QJsonObject()}}));
    }
    return lines;
}

} // namespace

class TestUsageImport : public QObject, private ImportWorld {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadPrices(); }

    /// Whatever order, split or repetition: the totals by day, model, session and project are the same.
    void shufflingSplittingAndRepeatingFilesChangesNothing() {
        for (unsigned seed = 1; seed <= 12; ++seed) {
            std::mt19937 random(seed);
            std::vector<QByteArray> lines = randomLines(random, 60);
            const auto whole = import({{u"projects/-home-ana-shop/a.jsonl"_s, joined(lines)}});
            const QString expected = totals(whole);
            QVERIFY(whole->report.duplicates > 20);
            std::shuffle(lines.begin(), lines.end(), random);
            QCOMPARE(totals(import({{u"projects/-home-ana-shop/a.jsonl"_s, joined(lines)}})), expected);
            Contents parts(1 + random() % 6);
            for (std::size_t i = 0; i < parts.size(); ++i)
                parts[i].name = u"projects/-home-ana-shop/part-%1.jsonl"_s.arg(random() % 1000 * 10 + i);
            for (const QByteArray& line : lines) {
                parts[random() % parts.size()].content += line;
                if (random() % 5 == 0)
                    parts[random() % parts.size()].content += line;
            }
            std::erase_if(parts, [](const NamedContent& part) { return part.content.isEmpty(); });
            parts.push_back({u"projects/-home-ana-shop/copy.jsonl"_s, parts.front().content});
            std::shuffle(parts.begin(), parts.end(), random);
            const auto split = import(parts);
            QCOMPARE(totals(split), expected);
            QVERIFY(std::any_of(split->report.files.begin(), split->report.files.end(),
                                [](const FileImport& file) { return !file.sameAs.isEmpty(); }));
        }
    }

    /// A table's rows have no identity of their own, so only whole copies of a file are recognised.
    void theSameTableTwiceCountsOnce() {
        QByteArray table("timestamp,model,prompt_tokens,completion_tokens,cost_usd\n");
        for (int i = 0; i < 50; ++i)
            table += "2025-06-01,gpt-4o,10,1,0.1000000000000000055511\n";
        const auto once = import({{u"a.csv"_s, table}});
        const auto twice = import({{u"b.csv"_s, table}, {u"a.csv"_s, table}});
        QCOMPARE(totals(twice), totals(once));
        QCOMPARE(query(once, u"SELECT usd_sum(cost_pico, cost_rest) FROM usage_rows"_s)[0][0].toString(),
                 u"5.000000000000000277555"_s);
        QCOMPARE(twice->report.files.at(1).sameAs, u"a.csv"_s);
    }

    /// Blocks, threads and line numbers: a file of several blocks gives the same as read by one thread.
    void largeFilesAreReadInBlocksWithTrueLineNumbers() {
        const QByteArray filler = lineOf({{u"type"_s, u"user"_s}, {u"parentUuid"_s, QString(3000, u'x')}});
        QByteArray content;
        std::vector<int> expected;
        int line = 1;
        for (int i = 0; content.size() < 9'500'000; ++i) {
            const QByteArray call =
                lineOf(claudeCall(u"m%1"_s.arg(i), u"r"_s, 5, 5, false, u"s"_s, i % 3000));
            content += call + filler + (i % 7 == 0 ? "\n" : "");
            expected.push_back(line);
            line += i % 7 == 0 ? 3 : 2;
        }
        for (const unsigned threads : {1U, 2U, 5U}) {
            ImportOptions how = options();
            how.threads = threads;
            const auto import = importUsage(write({{u"a.jsonl"_s, content}}), how, {});
            const auto rows = query(import, u"SELECT source_line FROM usage_rows ORDER BY row_id"_s);
            QCOMPARE(rows.size(), expected.size());
            for (std::size_t i = 0; i < rows.size(); ++i)
                QCOMPARE(rows[i][0].toInt(), expected[i]);
        }
    }

    /// One thread reads a table while another writes it: several batches come out in the order they came in.
    void tablesKeepTheirOrderWhateverTheThreads() {
        QByteArray table("timestamp,model,prompt_tokens,completion_tokens,cost_usd\n");
        constexpr int rowsOfTable = 30'000;
        for (int i = 0; i < rowsOfTable; ++i)
            table += "2025-06-01T10:00:00Z,gpt-4o," + QByteArray::number(i) + ",1,0.25\n";
        for (const unsigned threads : {1U, 2U, 5U}) {
            ImportOptions how = options();
            how.threads = threads;
            const auto import =
                importUsage(write({{u"a.csv"_s, table}, {u"b.csv"_s, table + '\n'}}), how, {});
            const auto rows =
                query(import, u"SELECT prompt_tokens, source_line FROM usage_rows ORDER BY row_id"_s);
            QCOMPARE(rows.size(), std::size_t{2 * rowsOfTable});
            for (int i = 0; i < 2 * rowsOfTable; ++i) {
                QCOMPARE(rows[static_cast<std::size_t>(i)][0].toInt(), i % rowsOfTable);
                QCOMPARE(rows[static_cast<std::size_t>(i)][1].toInt(), i % rowsOfTable + 2);
            }
        }
    }

    /// Rows that no longer fit in memory are settled on disk by the same rules.
    void copiesBeyondMemoryAreFoundToo() {
        std::mt19937 random(5);
        struct Row {
            CallIdentity identity;
            CallRank rank;
        };
        std::vector<Row> rows;
        for (int i = 0; i < 20'000; ++i) {
            const auto message = random() % 4000 + 1;
            rows.push_back({{message * 0x9e3779b97f4a7c15ULL, message, random() % 3},
                            {static_cast<std::int64_t>(random() % 4),
                             static_cast<std::int64_t>(random() % 50), 0, nullptr, random() % 5 == 0}});
        }
        const auto survivors = [&rows](std::size_t remembered) {
            DuplicateIndex index(remembered);
            std::map<std::int64_t, Row> kept;
            std::int64_t next = 1;
            for (const Row& row : rows) {
                const auto verdict = index.judge(row.identity, row.rank, next);
                if (verdict->action == DuplicateIndex::Verdict::New)
                    kept[next++] = row;
                else if (verdict->action == DuplicateIndex::Verdict::Replace)
                    kept[verdict->row] = row;
            }
            const auto losers = index.settle();
            for (const std::int64_t row : *losers)
                kept.erase(row);
            QStringList all;
            for (const auto& [number, row] : kept)
                all.append(u"%1 %2 %3 %4 %5"_s.arg(row.identity.messageLow)
                               .arg(row.rank.sidechain ? 0 : row.identity.request)
                               .arg(row.rank.tokens)
                               .arg(row.rank.timeUs)
                               .arg(row.rank.sidechain));
            all.sort();
            return all;
        };
        const QStringList inMemory = survivors(1'000'000);
        QVERIFY(inMemory.size() < 12'000);
        QCOMPARE(survivors(100), inMemory);
        QCOMPARE(survivors(0), inMemory);
    }

    void formatsAreFoundByContent_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>(
            "expected"); // model, calls, input, read, write 5m, write 1h, output, recorded, priced
        QTest::newRow("Codex")
            << QByteArray(
                   R"({"timestamp":"2025-09-15T10:00:00.000Z","type":"session_meta","payload":{"id":"s"}})"
                   "\n"
                   R"({"timestamp":"2025-09-15T10:00:01.000Z","type":"turn_context","payload":{"model":"gpt-5"}})"
                   "\n"
                   R"({"timestamp":"2025-09-15T10:00:05.000Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":1000,"cached_input_tokens":400,"output_tokens":50,"reasoning_output_tokens":20}}}})"
                   "\n")
            << u"Codex session log"_s << u"gpt-5 1 600 400 0 0 50  0.0013"_s;
        QTest::newRow("Gemini")
            << QByteArray(
                   R"({"sessionId":"g","projectHash":"h","messages":[{"id":"m","timestamp":"2025-09-01T10:00:03Z","type":"gemini","tokens":{"input":1000,"output":50,"cached":400,"thoughts":30,"tool":0},"model":"gemini-2.5-pro"}]})")
            << u"Gemini CLI session log"_s << u"gemini-2.5-pro 1 600 400 0 0 80  0.0016"_s;
        QTest::newRow("OpenAI usage")
            << QByteArray(
                   R"({"object":"page","data":[{"object":"bucket","start_time":1756684800,"results":[{"object":"organization.usage.completions.result","input_tokens":1000,"output_tokens":500,"input_cached_tokens":800,"num_model_requests":5,"model":"gpt-4o"}]}]})")
            << u"OpenAI usage or cost export (API JSON)"_s << u"gpt-4o 5 200 800 0 0 500  0.0065"_s;
        QTest::newRow("Anthropic usage")
            << QByteArray(
                   R"({"data":[{"starting_at":"2025-09-01T00:00:00Z","results":[{"uncached_input_tokens":1500,"cache_creation":{"ephemeral_1h_input_tokens":1000,"ephemeral_5m_input_tokens":500},"cache_read_input_tokens":200,"output_tokens":500,"workspace_id":"w","model":"claude-sonnet-4-20250514","service_tier":"standard"}]}]})")
            << u"Anthropic usage or cost export (API JSON)"_s
            << u"claude-sonnet-4-20250514 0 1500 200 500 1000 500  0.019935"_s;
        QTest::newRow("OTLP")
            << QByteArray(
                   R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"bot"}}]},"scopeSpans":[{"spans":[{"traceId":"t","spanId":"1","startTimeUnixNano":"1756684800123456789","endTimeUnixNano":"1756684801623456789","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"1000"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":50}}]},{"traceId":"t","spanId":"2","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"invoke_agent"}},{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"1000"}}]}]}]}]})")
            << u"OpenTelemetry spans (OTLP JSON)"_s << u"gpt-4o 1 1000 0 0 0 50  0.003"_s;
        QTest::newRow("LiteLLM")
            << QByteArray(
                   R"([{"request_id":"c1","call_type":"acompletion","spend":0.0035,"total_tokens":150,"prompt_tokens":100,"completion_tokens":50,"startTime":"2025-09-01T10:00:00Z","endTime":"2025-09-01T10:00:02.5Z","completionStartTime":"2025-09-01T10:00:00.8Z","model":"gpt-4o","custom_llm_provider":"openai","user":"ana","metadata":{"a":1}}])")
            << u"JSON document"_s << u"gpt-4o 1 100 0 0 0 50 0.0035 0.00075"_s;
        QTest::newRow("UnifiedLogEntry")
            << QByteArray(
                   R"({"event_metadata":{"event_id":"e1","timestamp_utc":1756684800123},"request":{"model":{"provider":"openai","name":"gpt-4o"}},"response":{"usage":{"prompt_tokens":10,"completion_tokens":5}},"performance":{"latency_ms":{"total_e2e":1200,"time_to_first_token":300}},"finops":{"cost":{"total_cost_usd":0.01}}})"
                   "\n")
            << u"JSON lines"_s << u"gpt-4o 1 10 0 0 0 5 0.01 0.000075"_s;
        QTest::newRow("OpenAI CSV") << QByteArray(
                                           "start_time,start_time_iso,num_model_requests,input_tokens,output_"
                                           "tokens,input_cached_tokens,model,batch\n"
                                           "1756684800,2025-09-01T00:00:00Z,7,1000,50,400,gpt-4o,false\n")
                                    << u"CSV, separated by commas"_s << u"gpt-4o 7 600 400 0 0 50  0.0025"_s;
        QTest::newRow("Anthropic CSV")
            << QByteArray(
                   "usage_date_utc,model_version,api_key,workspace,usage_type,usage_input_tokens_no_cache,"
                   "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_"
                   "cache_read,"
                   "usage_output_tokens\n2025-09-01,claude-haiku-4-5-20251001,key,w,standard,1000,100,200,"
                   "300,50\n")
            << u"CSV, separated by commas"_s
            << u"claude-haiku-4-5-20251001 1 1000 300 100 200 50  0.001805"_s;
    }
    void formatsAreFoundByContent() {
        QFETCH(QByteArray, content);
        QFETCH(QString, format);
        QFETCH(QString, expected);
        const auto import = this->import({{u"file"_s, content}});
        QVERIFY2(import.has_value(), import ? "" : qPrintable(import.error().forSupport()));
        QCOMPARE(import->report.files.front().format, format);
        QCOMPARE(import->report.rows, std::uint64_t(1));
        const auto row =
            query(import, u"SELECT model, calls, input_tokens, cache_read_tokens, cache_write_5m_tokens, "
                          "cache_write_1h_tokens, output_tokens, usd(recorded_pico, recorded_rest), "
                          "usd(priced_pico) FROM usage_rows"_s);
        QStringList texts;
        for (const QVariant& value : row.at(0))
            texts.append(value.toString());
        QCOMPARE(texts.join(u' '), expected);
    }

    void durationsComeFromInstantsAndColumns() {
        const auto import = this->import(
            {{u"a.json"_s,
              R"([{"model":"gpt-4o","spend":1,"startTime":"2025-09-01T10:00:00Z","endTime":"2025-09-01T10:00:02.5Z","completionStartTime":"2025-09-01T10:00:00.8Z"}])"},
             {u"b.csv"_s,
              "timestamp,model,prompt_tokens,latency_ms,ttft_ms\n2025-09-01,gpt-4o,5,1200.5,300\n"}});
        const auto rows = query(import, u"SELECT latency_us, ttft_us FROM usage_rows ORDER BY row_id"_s);
        QCOMPARE(rows.at(0), (QVariantList{2'500'000LL, 800'000LL}));
        QCOMPARE(rows.at(1), (QVariantList{1'200'500LL, 300'000LL}));
    }

    /// A cost export is no second usage: its amounts stand apart.
    void amountsOfCostExportsAreNoCalls() {
        const auto import = this->import(
            {{u"costs.json"_s,
              R"({"object":"page","data":[{"object":"bucket","start_time":1756684800,"results":[{"object":"organization.costs.result","amount":{"value":0.06,"currency":"usd"},"line_item":"gpt-4o, input","project_id":"p"}]}]})"},
             {u"anthropic.json"_s,
              R"({"data":[{"starting_at":"2025-09-01T00:00:00Z","results":[{"currency":"USD","amount":"123.78912","description":"Sonnet","model":"claude-sonnet-4"}]}]})"},
             {u"costs.csv"_s,
              "usage_date_utc,model,token_type,cost_usd\n2025-09-01,claude-sonnet-4,output_tokens,2.5\n"}});
        QCOMPARE(import->report.rows, std::uint64_t(0));
        QCOMPARE(import->report.billRows, std::uint64_t(3));
        QCOMPARE(query(import, u"SELECT COUNT(*) FROM usage_rows"_s)[0][0].toInt(), 0);
        QCOMPARE(query(import, u"SELECT usd_sum(amount_pico, amount_rest) FROM bill_rows"_s)[0][0].toString(),
                 u"3.7978912"_s);
    }

    void columnsAreTold() {
        const auto import = this->import({{u"a.csv"_s, "When;Model Name;Tokens In;colour\n;gpt-4o;5;red\n"}});
        QStringList told;
        for (const ColumnMapping& column : import->report.files.front().columns)
            told.append(column.column + u'=' + column.field);
        QCOMPARE(told, (QStringList{u"When="_s, u"Model Name=model"_s, u"Tokens In=prompt_tokens"_s,
                                    u"colour="_s}));
    }

    void unknownModelsStayUnknownAndAreListed() {
        const auto import = this->import(
            {{u"a.csv"_s, "model,prompt_tokens\nin-house,5\nin-house,6\ngpt-4o,1000000\nhome,1\n"}});
        QCOMPARE(import->report.modelsWithoutPrice.size(), std::size_t(2));
        QCOMPARE(import->report.modelsWithoutPrice[0].model, u"in-house"_s);
        QCOMPARE(import->report.modelsWithoutPrice[0].calls, std::uint64_t(2));
        QCOMPARE(
            query(import, u"SELECT usd_sum(cost_pico, cost_rest), COUNT(cost_pico) FROM usage_rows"_s)[0],
            (QVariantList{u"2.50"_s, 1LL}));
        QCOMPARE(import->report.pricesAsOf, m_prices->asOf());
    }

    /// An import is found again by the bytes, not by the path; a changed byte, name or price is another one.
    void theSameBytesAreImportedOnce() {
        const QByteArray table("timestamp,model,prompt_tokens\n2025-06-01,gpt-4o,10\n");
        const QString cache = m_dir.filePath(u"shared"_s);
        const auto first = importUsage(write({{u"a.csv"_s, table}}), options(cache), {});
        const auto again = importUsage(write({{u"a.csv"_s, table}}), options(cache), {});
        QVERIFY(!first->report.fromCache);
        QVERIFY(again->report.fromCache);
        QCOMPARE(again->databasePath, first->databasePath);
        QCOMPARE(again->report.rows, first->report.rows);
        QCOMPARE(again->report.files.front().columns.size(), first->report.files.front().columns.size());
        QVERIFY(!importUsage(write({{u"b.csv"_s, table}}), options(cache), {})->report.fromCache);
        QVERIFY(!importUsage(write({{u"a.csv"_s, QByteArray(table).replace("10", "11")}}), options(cache), {})
                     ->report.fromCache);
        QVERIFY(QFile::remove(first->databasePath));
        QVERIFY(!importUsage(write({{u"a.csv"_s, table}}), options(cache), {})->report.fromCache);
    }

    void aSpoiledImportIsMadeAnew() {
        const QString cache = m_dir.filePath(u"spoiled"_s);
        const auto files = write({{u"a.csv"_s, "model,prompt_tokens\ngpt-4o,10\n"}});
        const auto first = importUsage(files, options(cache), {});
        QFile kept(first->databasePath);
        QVERIFY(kept.open(QIODevice::WriteOnly));
        kept.write("no database");
        kept.close();
        const auto again = importUsage(files, options(cache), {});
        QVERIFY(again.has_value());
        QVERIFY(!again->report.fromCache);
        QCOMPARE(query(again, u"SELECT prompt_tokens FROM usage_rows"_s)[0][0].toInt(), 10);
    }
};

QTEST_GUILESS_MAIN(TestUsageImport)
#include "tst_backend_usage_import.moc"
