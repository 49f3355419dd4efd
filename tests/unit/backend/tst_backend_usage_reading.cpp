// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/columns.h"
#include "backend/usage/money.h"
#include "backend/usage/reject_reason.h"
#include "backend/usage/timestamp.h"
#include "backend/usage/usage_reader.h"

#include <QTemporaryDir>
#include <QtTest>

#include <random>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t latest = 1'900'000'000'000'000; // 2030

/// A row copied out of the reader's buffer.
struct KeptRow {
    UsageRow row;
    std::string model, service, user, hash;
};

} // namespace

class TestUsageReading : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    std::vector<KeptRow> m_rows;

    Expected<ReadReport> read(const QByteArray& content, bool decimalComma = false) {
        const QString path = m_dir.filePath(u"file"_s);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(content) != content.size())
            qFatal("cannot write test file");
        file.close();
        m_rows.clear();
        ReadOptions options;
        options.latestTimestampUs = latest;
        options.decimalComma = decimalComma;
        return readUsageFile(path, u"file"_s, options,
                             [this](const UsageRow& row) {
                                 m_rows.push_back({row, std::string(row.model), std::string(row.service),
                                                   std::string(row.user), std::string(row.promptHash)});
                             },
                             {});
    }
    /// Good rows around the one under test keep the file from being mostly rejected.
    Expected<ReadReport> readAmongGood(const QByteArray& row) {
        const QByteArray good = "2025-06-01T00:00:00Z,m,1,1,0.1,5\n";
        return read("timestamp,model,prompt_tokens,completion_tokens,cost_usd,latency_ms\n" + good + good +
                    row + "\n" + good);
    }
    Expected<ReadReport> readWithLateNul(const QByteArray& row) {
        QByteArray content("timestamp,model,prompt_tokens,completion_tokens,cost_usd,latency_ms\n");
        while (content.size() < 300 * 1024)
            content += "2025-06-01,m,1,1,0.1,5\n";
        return read(content + row + "\n");
    }
    static std::string cost(const KeptRow& kept) { return kept.row.cost.toString(); }

private Q_SLOTS:
    void decimalsAreExact_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("plain") << QByteArray("12.5") << QByteArray("12.50");
        QTest::newRow("whole") << QByteArray("7") << QByteArray("7.00");
        QTest::newRow("small") << QByteArray("0.000000001") << QByteArray("0.000000001");
        QTest::newRow("exponent") << QByteArray("1.2300000000000001e-05")
                                  << QByteArray("0.000012300000000000001");
        QTest::newRow("24 decimals") << QByteArray("0.123456789012345678901234")
                                     << QByteArray("0.123456789012345678901234");
        QTest::newRow("zeros") << QByteArray("1.50000000000000000000000000000000000000000000000")
                               << QByteArray("1.50");
        QTest::newRow("leading zeros")
            << QByteArray("000000000000000000000000000000000000000001.5") << QByteArray("1.50");
        QTest::newRow("big") << QByteArray("999999999999.99") << QByteArray("999999999999.99");
        QTest::newRow("negative") << QByteArray("-0.05") << QByteArray("-0.05");
        QTest::newRow("zero") << QByteArray("0.000") << QByteArray("0.00");
        QTest::newRow("dollar") << QByteArray("$3.1") << QByteArray("3.10");
        QTest::newRow("positive exponent") << QByteArray("1.5E3") << QByteArray("1500.00");
    }
    void decimalsAreExact() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        const DecimalResult result = parseDecimal(text.toStdString(), Money::decimals, false);
        QCOMPARE(result.problem, DecimalProblem::None);
        QCOMPARE(QByteArray::fromStdString(Money::fromUnits(result.units).toString()), expected);
    }

    void faultyDecimalsAreNamed() {
        const auto problem = [](std::string_view text, bool comma = false) {
            return parseDecimal(text, Money::decimals, comma).problem;
        };
        for (const std::string_view text :
             {"", "-", ".", "abc", "1.2.3", "1e", "1e+", "0x10", "1 000", "--1", "1e99999"})
            QVERIFY2(problem(text) == DecimalProblem::NotANumber, text.data());
        QCOMPARE(problem("1,5"), DecimalProblem::DecimalComma);
        QCOMPARE(problem("1,5", true), DecimalProblem::None);
        QCOMPARE(problem("1.5", true), DecimalProblem::NotANumber);
        QCOMPARE(problem("1e-25"), DecimalProblem::TooPrecise);
        QCOMPARE(problem("1e13"), DecimalProblem::TooLarge);
    }

    void roundingIsForEstimatesAndHalfUp() {
        const auto rounded = [](const char* text, int places) {
            return Money::fromUnits(parseDecimal(text, Money::decimals, false).units).toRoundedString(places);
        };
        QCOMPARE(rounded("1.005", 2), std::string("1.01"));
        QCOMPARE(rounded("1.004999", 2), std::string("1.00"));
        QCOMPARE(rounded("-1.005", 2), std::string("-1.01"));
        QCOMPARE(rounded("0.00000049", 6), std::string("0.00"));
    }

    void sharesAreRoundedToATenthOfAPercent() {
        const Money one = Money::fromDollars(1);
        QCOMPARE(perMille(one, one * 3), 333);
        QCOMPARE(perMille(one * 2, one * 3), 667);
        QCOMPARE(perMille(one, Money()), 0);
        QCOMPARE(perMille(Money::fromDollars(70'000'000'000'000), Money::fromDollars(100'000'000'000'000)),
                 700);
    }

    void timestampsOfAllKinds_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("us");
        const qint64 base = 1'748'772'000'000'000; // 2025-06-01T10:00:00Z
        QTest::newRow("zulu") << QByteArray("2025-06-01T10:00:00Z") << base;
        QTest::newRow("no zone") << QByteArray("2025-06-01 10:00:00") << base;
        QTest::newRow("offset") << QByteArray("2025-06-01T12:00:00+02:00") << base;
        QTest::newRow("compact offset") << QByteArray("2025-06-01T04:30:00-0530") << base;
        QTest::newRow("micros") << QByteArray("2025-06-01T10:00:00.123456789Z") << base + 123456;
        QTest::newRow("minutes") << QByteArray("2025-06-01T10:00Z") << base;
        QTest::newRow("UTC word") << QByteArray("2025-06-01 10:00:00 UTC") << base;
        QTest::newRow("slashes, year first") << QByteArray("2025/06/01 10:00:00") << base;
        QTest::newRow("date") << QByteArray("2025-06-01") << base - 36'000'000'000;
        QTest::newRow("seconds") << QByteArray("1748772000") << base;
        QTest::newRow("float seconds") << QByteArray("1748772000.5") << base + 500'000;
        QTest::newRow("milliseconds") << QByteArray("1748772000000") << base;
        QTest::newRow("microseconds") << QByteArray("1748772000000000") << base;
    }
    void timestampsOfAllKinds() {
        QFETCH(QByteArray, text);
        QFETCH(qint64, us);
        const TimestampResult result = parseTimestamp(text.toStdString(), latest);
        QCOMPARE(result.problem, TimestampProblem::None);
        QCOMPARE(qint64(result.us), us);
    }

    void headerNamesAreForgiving() {
        QCOMPARE(fieldOfColumn("Prompt Tokens"), std::optional(Field::PromptTokens));
        QCOMPARE(fieldOfColumn("input_tokens"), std::optional(Field::PromptTokens));
        QCOMPARE(fieldOfColumn("COST (USD)"), std::optional(Field::CostUsd));
        QCOMPARE(fieldOfColumn("metrics.cost_usd"), std::optional(Field::CostUsd));
        QCOMPARE(fieldOfPath("usage.prompt_tokens_details.cached_tokens"),
                 std::optional(Field::CachedTokens));
        QVERIFY(!fieldOfColumn("birthday"));
        QVERIFY(!fieldOfPath("request.prompt.messages"));
    }

    void delimitersBomAndLineEnds_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("comma") << QByteArray(
            "timestamp,model,prompt_tokens,cost_usd\n2025-06-01,a,10,0.5\n2025-06-02,b,20,0.25\n");
        QTest::newRow("semicolon") << QByteArray(
            "timestamp;model;prompt_tokens;cost_usd\n2025-06-01;a;10;0.5\n2025-06-02;b;20;0.25\n");
        QTest::newRow("tab") << QByteArray(
            "timestamp\tmodel\tprompt_tokens\tcost_usd\n2025-06-01\ta\t10\t0.5\n2025-06-02\tb\t20\t0.25\n");
        QTest::newRow("bom, crlf") << QByteArray("\xef\xbb\xbftimestamp,model,prompt_tokens,cost_usd\r\n2025-"
                                                 "06-01,a,10,0.5\r\n2025-06-02,b,20,0.25\r\n");
        QTest::newRow("no last line end") << QByteArray(
            "timestamp,model,prompt_tokens,cost_usd\n2025-06-01,a,10,0.5\n2025-06-02,b,20,0.25");
        QTest::newRow("sep line") << QByteArray(
            "sep=;\ntimestamp;model;prompt_tokens;cost_usd\n2025-06-01;a;10;0.5\n2025-06-02;b;20;0.25\n");
        QTest::newRow("quoted header, blank lines")
            << QByteArray("\n\"timestamp\",\"model\",\"prompt_tokens\",\"cost_usd\"\n2025-06-01,a,10,0."
                          "5\n\n2025-06-02,b,20,0.25\n\n");
        QTest::newRow("cents, other names, other order") << QByteArray(
            "cost_cents,tokens_input,model_name,date\n50,10,a,2025-06-01\n25,20,b,2025-06-02\n");
        QTest::newRow("declared decimal comma") << QByteArray(
            "# "
            "decimal=,\ntimestamp;model;prompt_tokens;cost_usd\n2025-06-01;a;10;0,5\n2025-06-02;b;20;0,25\n");
        QTest::newRow("json lines") << QByteArray(
            "{\"timestamp\":\"2025-06-01\",\"model\":\"a\",\"prompt_tokens\":10,\"cost_usd\":0.5}\n{"
            "\"timestamp\":\"2025-06-02\",\"model\":\"b\",\"prompt_tokens\":20,\"cost_usd\":0.25}\n");
        QTest::newRow("json array") << QByteArray(
            "[{\"timestamp\":\"2025-06-01\",\"model\":\"a\",\"prompt_tokens\":10,\"cost_usd\":0.5},\n "
            "{\"timestamp\":\"2025-06-02\",\"model\":\"b\",\"prompt_tokens\":20,\"cost_usd\":\"0.25\"}]");
        QTest::newRow("json wrapper") << QByteArray(
            "{\"object\":\"list\",\n\"data\":[{\"created\":1748736000,\"model\":\"a\",\"usage\":{\"prompt_"
            "tokens\":10},\"cost_usd\":0.5},{\"created\":1748822400,\"model\":\"b\",\"usage\":{\"prompt_"
            "tokens\":20},\"cost_usd\":0.25}],\"more\":false}");
        QTest::newRow("json, pretty, one after the other")
            << QByteArray("{\n \"timestamp\": \"2025-06-01\",\n \"model\": \"a\", \"prompt_tokens\": 10, "
                          "\"cost_usd\": 0.5\n}\n{\n \"timestamp\": \"2025-06-02\", \"model\": \"b\", "
                          "\"prompt_tokens\": 20,\n \"cost_usd\": 0.25 }\n");
        QTest::newRow("metrics") << QByteArray(
            "[{\"timestamp\":\"2025-06-01\",\"model\":\"a\",\"metrics\":{\"prompt_tokens\":10,\"cost_usd\":0."
            "5}},{\"timestamp\":\"2025-06-02\",\"model\":\"b\",\"metrics\":{\"prompt_tokens\":20,\"cost_"
            "usd\":0.25}}]");
        QTest::newRow("unified log entries") << QByteArray(
            "{\"event_metadata\":{\"timestamp_utc\":1748736000000},\"request\":{\"model\":{\"name\":\"a\"},"
            "\"prompt\":{\"messages\":[{\"role\":\"user\",\"content\":\"x}\"}]}},\"response\":{\"usage\":{"
            "\"prompt_tokens\":10}},\"finops\":{\"cost\":{\"total_cost_usd\":0.5}}}\n"
            "{\"event_metadata\":{\"timestamp_utc\":1748822400000},\"request\":{\"model\":{\"name\":\"b\"}},"
            "\"response\":{\"usage\":{\"prompt_tokens\":20}},\"finops\":{\"cost\":{\"total_cost_usd\":2.5e-1}"
            "}}\n");
    }
    void delimitersBomAndLineEnds() {
        QFETCH(QByteArray, content);
        const auto report = read(content);
        QVERIFY2(report.has_value(), report ? "" : qPrintable(report.error().forSupport()));
        QCOMPARE(report->rowsAccepted, std::uint64_t(2));
        QCOMPARE(report->rowsRejected, std::uint64_t(0));
        QCOMPARE(m_rows[0].model, std::string("a"));
        QCOMPARE(m_rows[1].model, std::string("b"));
        QCOMPARE(m_rows[0].row.promptTokens, 10);
        QCOMPARE(m_rows[1].row.promptTokens, 20);
        QCOMPARE(cost(m_rows[0]), std::string("0.50"));
        QCOMPARE(cost(m_rows[1]), std::string("0.25"));
        QCOMPARE(m_rows[0].row.timestampUs, 1'748'736'000'000'000);
        QCOMPARE(m_rows[1].row.timestampUs, 1'748'822'400'000'000);
    }

    void quotedFieldsWithLineEndsQuotesAndDelimiters() {
        const auto report = read("model,service,cost_usd\n\"a,\"\"b\"\"\nc\",x,1\n5\" pipe,y,2\n\"\",z,3\n");
        QVERIFY(report.has_value());
        QCOMPARE(m_rows.size(), std::size_t(3));
        QCOMPARE(m_rows[0].model, std::string("a,\"b\"\nc"));
        QCOMPARE(m_rows[1].model, std::string("5\" pipe"));
        QCOMPARE(m_rows[2].model, std::string());
        QCOMPARE(cost(m_rows[2]), std::string("3.00"));
    }

    void aQuotedFieldAcrossBlocksIsWhole() {
        // Longer than one block, with a doubled quote at every place relative to the border.
        for (int shift = 0; shift < 4; ++shift) {
            const QByteArray text =
                QByteArray(256 * 1024 - 20 + shift, 'x') + "\"\"\n" + QByteArray(1000, 'y');
            const auto report = read("model,service,cost_usd\nm,\"" + text + "\",1\nm,s,2\n");
            QVERIFY(report.has_value());
            QCOMPARE(m_rows.size(), std::size_t(2));
            QCOMPARE(m_rows[0].service.size(), std::size_t(text.size() - 1));
            QCOMPARE(report->rowsRejected, std::uint64_t(0));
        }
    }

    void anUnclosedQuoteCostsOneRowNotTheFile() {
        QByteArray content("model,service,cost_usd\nm,s,1\nm,\"open,2\n");
        for (int i = 0; i < 100; ++i)
            content += "m,s,1\n";
        const auto report = read(content);
        QVERIFY(report.has_value());
        QCOMPARE(report->rowsAccepted, std::uint64_t(101));
        QCOMPARE(report->firstRejected.size(), std::size_t(1));
        QCOMPARE(report->firstRejected[0].reason, RejectReason::UnclosedQuote);
        QCOMPARE(report->firstRejected[0].line, 3);
    }

    void manyUnclosedQuotesStayLinear() {
        QByteArray content("model,service,cost_usd\n");
        for (int i = 0; i < 60'000; ++i)
            content += "m,\"x,1\n";
        QElapsedTimer timer;
        timer.start();
        const auto report = read(content);
        QVERIFY(!report.has_value());
        QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
    }

    void badRowsAreRejectedWithReasonAndLine_data() {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<int>("reason");
        const auto add = [](const char* name, const QByteArray& row, RejectReason reason) {
            QTest::newRow(name) << row << static_cast<int>(reason);
        };
        add("negative tokens", "2025-06-01,m,-5,1,0.1,5", RejectReason::NegativeTokens);
        add("fraction of a token", "2025-06-01,m,1.5,1,0.1,5", RejectReason::BadTokens);
        add("words for tokens", "2025-06-01,m,many,1,0.1,5", RejectReason::BadTokens);
        add("absurd tokens", "2025-06-01,m,99999999999999999999,1,0.1,5", RejectReason::AbsurdTokens);
        add("year 1970", "12,m,1,1,0.1,5", RejectReason::AbsurdTimestamp);
        add("far future", "2999-01-01,m,1,1,0.1,5", RejectReason::AbsurdTimestamp);
        add("no time", "yesterday,m,1,1,0.1,5", RejectReason::BadTimestamp);
        add("February 30", "2025-02-30,m,1,1,0.1,5", RejectReason::BadTimestamp);
        add("day or month first", "03/04/2025,m,1,1,0.1,5", RejectReason::AmbiguousDate);
        add("cost in words", "2025-06-01,m,1,1,free,5", RejectReason::BadCost);
        add("negative cost", "2025-06-01,m,1,1,-0.1,5", RejectReason::NegativeCost);
        add("absurd cost", "2025-06-01,m,1,1,1000000.01,5", RejectReason::AbsurdCost);
        add("comma in quotes", "2025-06-01,m,1,1,\"0,1\",5", RejectReason::DecimalComma);
        add("too precise", "2025-06-01,m,1,1,1e-30,5", RejectReason::TooPreciseCost);
        add("negative latency", "2025-06-01,m,1,1,0.1,-5", RejectReason::NegativeLatency);
        add("latency in words", "2025-06-01,m,1,1,0.1,fast", RejectReason::BadLatency);
        add("latency of a day", "2025-06-01,m,1,1,0.1,86400000", RejectReason::AbsurdLatency);
        add("too few fields", "2025-06-01,m,1", RejectReason::FieldCount);
        add("too many fields", "2025-06-01,m,1,1,0.1,5,9", RejectReason::FieldCount);
        add("Windows-1252", "2025-06-01,caf\xe9,1,1,0.1,5", RejectReason::NotUtf8);
        add("NUL", QByteArray("2025-06-01,m\0,1,1,0.1,5", 23), RejectReason::NulByte);
        add("nothing", "2025-06-01,,,,,5", RejectReason::NoUsage);
    }
    void badRowsAreRejectedWithReasonAndLine() {
        QFETCH(QByteArray, row);
        QFETCH(int, reason);
        const auto report = row.contains('\0') ? readWithLateNul(row) : readAmongGood(row);
        QVERIFY2(report.has_value(), report ? "" : qPrintable(report.error().forPeople()));
        QCOMPARE(report->rowsRejected, std::uint64_t(1));
        QCOMPARE(static_cast<int>(report->firstRejected[0].reason), reason);
        QVERIFY(!rejectReasonText(report->firstRejected[0].reason).isEmpty());
        QVERIFY(report->firstRejected[0].line >= 4);
    }
    void aCutOffLastLineIsNamed() {
        const auto csv = readAmongGood("2025-06-01,m,1,1,0.1,5\n2025-06-01,m,1,1,0.1,5\n2025-06-0");
        QVERIFY(csv.has_value());
        const auto cut = read("model,prompt_tokens,cost_usd\nm,1,1\nm,1,1\nm,1");
        QVERIFY(cut.has_value());
        QCOMPARE(cut->firstRejected[0].reason, RejectReason::CutOff);
        const auto lines =
            read("{\"model\":\"m\",\"cost\":1}\n{\"model\":\"m\",\"cost\":1}\n{\"model\":\"m\",\"co");
        QVERIFY(lines.has_value());
        QCOMPARE(lines->firstRejected[0].reason, RejectReason::CutOff);
        QCOMPARE(lines->firstRejected[0].line, 3);
        const auto array =
            read("[{\"model\":\"m\",\"cost\":1},{\"model\":\"m\",\"cost\":1},{\"model\":\"m\",\"co");
        QVERIFY(array.has_value());
        QCOMPARE(array->firstRejected[0].reason, RejectReason::CutOff);
    }

    void unusableFilesFailWithASentence_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("words");
        QTest::newRow("0 bytes") << QByteArray() << u"empty (0 bytes)"_s;
        QTest::newRow("blanks") << QByteArray(" \n\n ") << u"nothing but blanks"_s;
        QTest::newRow("zip") << QByteArray("PK\x03\x04xxxx") << u"spreadsheet"_s;
        QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08") << u"gzip"_s;
        QTest::newRow("pdf") << QByteArray("%PDF-1.7") << u"PDF"_s;
        QTest::newRow("utf-16") << QByteArray("\xff\xfet\0i\0", 6) << u"Found: ti"_s;
        QTest::newRow("NUL bytes") << QByteArray("a,b\0c", 5) << u"NUL bytes"_s;
        QTest::newRow("wrong columns") << QByteArray("name,age\nx,1\n") << u"Found: name, age"_s;
        QTest::newRow("wrong columns say what is needed")
            << QByteArray("name,age\nx,1\n") << u"Needed: timestamp, model, prompt_tokens"_s;
        QTest::newRow("wrong keys") << QByteArray("{\"name\":\"x\"}\n{\"name\":\"y\"}\n") << u"Found: name"_s;
        QTest::newRow("header only") << QByteArray("model,cost_usd\n") << u"not a single row"_s;
        QTest::newRow("empty array") << QByteArray("[]") << u"not a single row"_s;
        QTest::newRow("header not utf-8") << QByteArray("mod\xe8le,cost\nx,1\n") << u"not valid UTF-8"_s;
        QTest::newRow("mostly rejected")
            << QByteArray("model,prompt_tokens\nm,-1\nm,-2\nm,3\n") << u"2 of 3 rows"_s;
        QTest::newRow("mostly rejected says why")
            << QByteArray("model,prompt_tokens\nm,-1\nm,-2\nm,3\n") << u"line 2: a token count is negative"_s;
        QTest::newRow("decimal comma not declared")
            << QByteArray("model;cost_usd\nm;0,5\n") << u"declare it"_s;
        QTest::newRow("array of numbers") << QByteArray("[1,2,3]") << u"not a JSON object"_s;
        QTest::newRow("prose") << QByteArray("Dear all,\nplease find attached\n") << u"no columns"_s;
        QTest::newRow("brackets") << QByteArray("[{\"model\":\"m\"") << u"ends too early"_s;
    }
    void unusableFilesFailWithASentence() {
        QFETCH(QByteArray, content);
        QFETCH(QString, words);
        const auto report = read(content);
        QVERIFY(!report.has_value());
        QVERIFY2(report.error().forPeople().contains(words), qPrintable(report.error().forPeople()));
        QVERIFY(!report.error().action.isEmpty());
    }

    void onlyTheFirstTwentyRejectedRowsAreKeptButAllAreCounted() {
        QByteArray content("model,prompt_tokens\n");
        for (int i = 0; i < 50; ++i)
            content += "m,-1\nm,1\n";
        const auto report = read(content);
        QVERIFY(report.has_value());
        QCOMPARE(report->rowsRejected, std::uint64_t(50));
        QCOMPARE(report->firstRejected.size(), std::size_t(20));
        QCOMPARE(report->firstRejected[19].line, 40);
    }

    void rejectedJsonRecordsHaveTheirLine() {
        const auto report = read("[\n{\"model\":\"m\",\"cost\":1},\n{\"model\":\"m\",\n\"cost\":1},\n{"
                                 "\"model\":\"m\",\"cost\":-1},\n{\"model\":\"m\",\"cost\":1}]");
        QVERIFY(report.has_value());
        QCOMPARE(report->firstRejected[0].line, 5);
        QCOMPARE(report->firstRejected[0].reason, RejectReason::NegativeCost);
    }

    void statusWordsAndCodes() {
        const auto report = read("model,status,error\nm,OK,\nm,200,\nm,429,\nm,504,\nm,timed_out,\nm,Failed,"
                                 "\nm,purple,\nm,,boom\nm,,\n");
        QVERIFY(report.has_value());
        const std::vector<CallStatus> expected{CallStatus::Ok,      CallStatus::Ok,      CallStatus::Error,
                                               CallStatus::Timeout, CallStatus::Timeout, CallStatus::Error,
                                               CallStatus::Unknown, CallStatus::Error,   CallStatus::Unknown};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(m_rows[i].row.status, expected[i]);
        QCOMPARE(report->unknownStatusWords, std::uint64_t(1));
    }

    void anthropicCacheTokensAreAddedToTheInput() {
        const auto report = read("{\"model\":\"c\",\"usage\":{\"input_tokens\":10,\"cache_read_input_"
                                 "tokens\":100,\"cache_creation_input_tokens\":5,\"output_tokens\":7}}\n");
        QVERIFY(report.has_value());
        QCOMPARE(m_rows[0].row.promptTokens, 115);
        QCOMPARE(m_rows[0].row.cachedTokens, 100);
        QCOMPARE(m_rows[0].row.completionTokens, 7);
    }

    void jsonNumbersKeepTheirDigits() {
        const auto report = read("{\"model\":\"m\",\"cost\":0.1234567890123456789012}\n");
        QVERIFY(report.has_value());
        QCOMPARE(cost(m_rows[0]), std::string("0.1234567890123456789012"));
    }

    void latencyInSecondsAndFractions() {
        const auto report = read("model,latency_seconds\nm,1.5\nm,0.00123\n");
        QVERIFY(report.has_value());
        QCOMPARE(m_rows[0].row.latencyHundredths, 150'000);
        QCOMPARE(m_rows[1].row.latencyHundredths, 123);
    }

    void stopIsNoticed() {
        const QString path = m_dir.filePath(u"stop"_s);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("model,cost_usd\n");
        for (int i = 0; i < 10'000; ++i)
            file.write("m,1\n");
        file.close();
        std::stop_source stop;
        std::uint64_t rows = 0;
        const auto report = readUsageFile(
            path, u"stop"_s, {},
            [&](const UsageRow&) {
                if (++rows == 500)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(!report.has_value());
        QCOMPARE(report.error().kind, ErrorKind::Cancelled);
        QVERIFY(rows < 1000);
    }

    /// Whatever the bytes: every record is either handed on or counted as rejected, or the file fails with a
    /// sentence.
    void damagedFilesAreAccountedFor_data() {
        QTest::addColumn<QString>("sample");
        QTest::newRow("csv") << u"usage-sample.csv"_s;
        QTest::newRow("json lines") << u"usage-sample.jsonl"_s;
    }
    void damagedFilesAreAccountedFor() {
        QFETCH(QString, sample);
        QFile file(QStringLiteral(APEX_SOURCE_DIR "/resources/samples/") + sample);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.read(20'000);
        std::mt19937 random(4711);
        const auto below = [&random](qsizetype bound) {
            return static_cast<qsizetype>(random() % static_cast<std::uint32_t>(bound));
        };
        const QByteArray nasty("\"\"{}[],;\n\r\\\t\xff\x01 -9e,:");
        for (int round = 0; round < 300; ++round) {
            QByteArray content = whole;
            for (qsizetype hits = below(60); hits > 0; --hits) {
                const qsizetype at = below(content.size());
                if (below(3) == 0)
                    content.remove(at, below(40));
                else
                    content[at] = nasty[below(nasty.size())];
            }
            const auto report = read(content);
            if (report)
                QCOMPARE(report->rowsAccepted, std::uint64_t(m_rows.size()));
            else
                QVERIFY(!report.error().happened.isEmpty());
        }
    }

    void aSampleStopsEarlyAndSaysSo() {
        ReadOptions options;
        options.latestTimestampUs = latest;
        options.maxRows = 5;
        const QString path = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.jsonl");
        const auto report = readUsageFile(path, u"s"_s, options, [](const UsageRow&) {}, {});
        QVERIFY(report.has_value());
        QVERIFY(!report->complete);
        QCOMPARE(report->rowsSeen(), std::uint64_t(5));
    }
};

QTEST_GUILESS_MAIN(TestUsageReading)
#include "tst_backend_usage_reading.moc"
