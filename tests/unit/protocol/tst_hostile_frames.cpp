// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/decoder.h"

#include <QtTest>

using namespace apex;
using namespace apex::protocol;
using namespace Qt::StringLiterals;

namespace {

Event one(QByteArrayView frame) {
    Decoder decoder;
    const DecodedFrame decoded = decoder.decode(frame);
    return decoded.events.size() == 1 ? decoded.events.front() : Event{};
}

} // namespace

/// Input that no honest sender produces, and the damage that some do.
class TestHostileFrames : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hostile_data();
    void hostile();
    void repairedText_data();
    void repairedText();
    void limits();
    void tokensAreRemoved_data();
    void tokensAreRemoved();
    void lists();
};

void TestHostileFrames::hostile_data() {
    QTest::addColumn<QByteArray>("frame");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("blank") << QByteArray("   ");
    QTest::newRow("text") << QByteArray("hello");
    QTest::newRow("number") << QByteArray("42");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("string") << QByteArray("\"agent_started\"");
    QTest::newRow("cut object") << QByteArray(R"({"type":"agent_sta)");
    QTest::newRow("cut after value") << QByteArray(R"({"type":"agent_started")");
    QTest::newRow("two values") << QByteArray(R"({"type":"ping"}{"type":"ping"})");
    QTest::newRow("empty list") << QByteArray("[]");
    QTest::newRow("deep") << QByteArray(QByteArray(100'000, '[') + QByteArray(100'000, ']'));
    QTest::newRow("deep object") << QByteArray(QByteArray("{\"a\":").repeated(2'000) + "1" +
                                               QByteArray(2'000, '}'));
    QTest::newRow("zeros") << QByteArray(64, '\0');
    QTest::newRow("bom only") << QByteArray("\xef\xbb\xbf");
    QTest::newRow("utf-16") << QByteArray("{\0\"\0", 4);
}

void TestHostileFrames::hostile() {
    QFETCH(QByteArray, frame);
    Decoder decoder;
    const DecodedFrame decoded = decoder.decode(frame);
    QVERIFY(decoded.undecodable);
    QVERIFY(!decoded.reason.isEmpty());
    QCOMPARE(decoded.events.size(), std::size_t(1));
    QVERIFY(std::holds_alternative<Unknown>(decoded.events.front().body));
    // The decoder is as good as new afterwards.
    QVERIFY(!decoder.decode(R"({"type":"ping"})").undecodable);
}

void TestHostileFrames::repairedText_data() {
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("repaired");
    const QChar replaced(0xfffd);
    QTest::newRow("plain") << QByteArray("\"\\u00e9\"") << u"\u00e9"_s << false;
    QTest::newRow("pair") << QByteArray("\"\\ud83d\\ude00\"") << QString::fromUtf8("\xf0\x9f\x98\x80")
                          << false;
    QTest::newRow("lone high") << QByteArray("\"a\\ud83db\"") << QString(u'a' + QString(replaced) + u'b')
                               << true;
    QTest::newRow("lone low") << QByteArray("\"a\\ude00\"") << QString(u'a' + QString(replaced)) << true;
    QTest::newRow("high high") << QByteArray("\"\\ud83d\\ud83d\"") << QString(QString(replaced) + replaced)
                               << true;
    QTest::newRow("bad byte") << QByteArray("\"a\xff\"") << QString(u'a' + QString(replaced)) << true;
    QTest::newRow("raw newline") << QByteArray("\"a\nb\"") << u"a\nb"_s << true;
    QTest::newRow("nan beside") << QByteArray("\"x\",\"score\":NaN") << u"x"_s << true;
    QTest::newRow("infinity beside") << QByteArray("\"x\",\"score\":-Infinity") << u"x"_s << true;
    QTest::newRow("oversized number")
        << QByteArray("\"x\",\"n\":123456789012345678901234567890") << u"x"_s << true;
    QTest::newRow("oversized real") << QByteArray("\"x\",\"n\":1e999") << u"x"_s << true;
}

void TestHostileFrames::repairedText() {
    QFETCH(QByteArray, value);
    const Event event = one(QByteArray("{\"type\":\"agent_thinking\",\"thought\":" + value + "}"));
    QVERIFY(std::holds_alternative<AgentThinking>(event.body));
    QTEST(std::get<AgentThinking>(event.body).text, "text");
    QTEST(event.envelope.repairedText, "repaired");
}

void TestHostileFrames::limits() {
    DecoderLimits tight;
    tight.maxFrameBytes = 30;
    tight.maxEventsPerFrame = 2;
    Decoder decoder(tight);
    QVERIFY(decoder.decode(R"({"type":"agent_started","agent_name":"much too long"})").undecodable);
    const auto list = decoder.decode("[{},{},{},{}]");
    QCOMPARE(list.events.size(), std::size_t(2));
    QVERIFY(!list.reason.isEmpty());
    const Event twice = one(R"({"type":"ping","type":"agent_started","agent_name":"a"})");
    QVERIFY(twice.envelope.duplicateKeys);
    QCOMPARE(twice.envelope.type, u"agent_started"_s);
}

void TestHostileFrames::tokensAreRemoved_data() {
    QTest::addColumn<QByteArray>("frame");
    QTest::newRow("data") << QByteArray(
        R"({"type":"token_refreshed","data":{"new_token" : "SECRET","timestamp":"t"}})");
    QTest::newRow("session") << QByteArray(R"({"type":"handshake_response","session_token":"SECRET"})");
    QTest::newRow("escaped quote") << QByteArray(R"({"access_token":"SEC\"SECRET","x":1})");
    QTest::newRow("hidden key") << QByteArray(R"({"new_\u0074oken":"SECRET"})");
    QTest::newRow("twice") << QByteArray(R"({"a":{"refresh_token":"SECRET"},"b":[{"jwt":"SECRET"}]})");
    QTest::newRow("cut") << QByteArray(R"({"new_token":"SECRET)");
}

void TestHostileFrames::tokensAreRemoved() {
    QFETCH(QByteArray, frame);
    const QByteArray safe = withoutTokens(frame);
    QVERIFY(!safe.contains("SECRET"));
    QVERIFY(safe.contains("[REDACTED]"));
    const QByteArray harmless = R"({"tokens": 12, "text":"a \"new_token\" : \"word\""})";
    QCOMPARE(withoutTokens(harmless), harmless);
    const Event event = one(R"({"type":"token_refreshed","data":{"new_token":"SECRET"}})");
    QVERIFY(std::get<TokenNotice>(event.body).refreshed);
}

void TestHostileFrames::lists() {
    Decoder decoder;
    const auto decoded = decoder.decode(R"([{"type":"ping"},{"type":"new_thing"},7])");
    QCOMPARE(decoded.events.size(), std::size_t(3));
    QVERIFY(std::holds_alternative<Ping>(decoded.events[0].body));
    QVERIFY(std::get<Unknown>(decoded.events[1].body).reason.contains(u"new_thing"));
    QVERIFY(std::holds_alternative<Unknown>(decoded.events[2].body));
}

QTEST_GUILESS_MAIN(TestHostileFrames)
#include "tst_hostile_frames.moc"
