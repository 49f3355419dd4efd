// SPDX-License-Identifier: GPL-3.0-or-later
// The way to an OpenAI-compatible endpoint: settings, server-sent events, replies in pieces, failures and
// stop.
#include "backend/llm/chat_client.h"
#include "backend/llm/sse_reader.h"
#include "support/scripted_http_server.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <future>

using namespace apex;
using namespace apex::backend;
using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

ModelAccess accessTo(const ScriptedHttpServer& server, const QByteArray& key = {}) {
    return {*makeModelSettings(server.url(u"/v1"_s).toString(), u"some-model"_s, 5), Secret(key)};
}

ChatRequest question() {
    ChatRequest request;
    request.messages.append(QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, u"Hello"_s}});
    return request;
}

ScriptedAnswer stream(const QByteArray& body) {
    ScriptedAnswer answer;
    answer.body = body;
    answer.contentType = "text/event-stream; charset=utf-8";
    return answer;
}

QByteArray piece(const QByteArray& delta, const QByteArray& reason = "null") {
    return R"(data: {"choices":[{"index":0,"delta":)" + delta + R"(,"finish_reason":)" + reason + "}]}\n\n";
}

QByteArray callPiece(int index, const QString& id, const QString& name, const QString& arguments) {
    const QJsonObject function{{u"name"_s, name}, {u"arguments"_s, arguments}};
    const QJsonObject call{{u"index"_s, index}, {u"id"_s, id}, {u"function"_s, function}};
    const QJsonObject delta{{u"tool_calls"_s, QJsonArray{call}}};
    return piece(QJsonDocument(delta).toJson(QJsonDocument::Compact));
}

/// The client blocks; the server answers from this thread's event loop meanwhile.
Expected<ChatReply> asked(const ModelAccess& access, std::stop_token stop = {},
                          std::chrono::milliseconds limit = std::chrono::seconds(5)) {
    auto future =
        std::async(std::launch::async, [&] { return ChatClient(access).ask(question(), limit, stop); });
    while (future.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready)
        QCoreApplication::processEvents();
    return future.get();
}

const QByteArray path = "/v1/chat/completions";

QByteArray recorded(const QString& name) {
    QFile file(QStringLiteral(APEX_TEST_DATA "/llm/llama-cpp/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestBackendLlmChat : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eventsAreTheSameHoweverTheBytesCome() {
        const QByteArray input =
            "\xEF\xBB\xBF: keep-alive\n\ndata: one\r\n\r\ndata:two\ndata: three\n\nevent: x\nid: 7\n"
            "data: four\r\rdata\n\nretry: 5\n\ndata: last";
        for (qsizetype size = 1; size <= input.size(); ++size) {
            SseReader reader;
            QByteArrayList events;
            for (qsizetype at = 0; at < input.size(); at += size)
                events += reader.feed(input.mid(at, size));
            const QByteArrayList expected{"one", "two\nthree", "four", ""};
            QCOMPARE(events, expected);
            QCOMPARE(reader.finish(), "last");
        }
    }
    void anEndlessEventIsGivenUp() {
        SseReader reader;
        const QByteArray block = "data: " + QByteArray(64 * 1024, 'x');
        for (int i = 0; i < 20; ++i)
            static_cast<void>(reader.feed(block));
        QVERIFY(reader.tooLong());
    }

    void streamedAnswerWithUsage() {
        ScriptedHttpServer server;
        server.on(path,
                  stream(": hello\n\n" + piece(R"({"role":"assistant","content":""})") +
                         piece(R"({"content":"Good "})") + piece(R"({"content":"day."})") +
                         piece("{}", R"("stop")") +
                         "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}\n\n"
                         "data: [DONE]\n\n"));
        const auto reply = asked(accessTo(server, "sk-secret"));
        QVERIFY2(reply.has_value(), reply ? "" : qPrintable(reply.error().forSupport()));
        QCOMPARE(reply->text, u"Good day."_s);
        QVERIFY(reply->streamed);
        QVERIFY(reply->usage && reply->usage->in == 12 && reply->usage->out == 3);
        const ScriptedRequest request = server.requests().front();
        QCOMPARE(request.headers.value("authorization"), "Bearer sk-secret");
        QVERIFY(!request.body.contains("sk-secret"));
        QVERIFY(request.body.contains(R"("include_usage":true)"));
    }
    void toolCallsComeInPieces() {
        ScriptedHttpServer server;
        server.on(path,
                  stream(callPiece(0, u"a"_s, u"cost_by"_s, {}) + callPiece(0, {}, {}, u"{\"dimension\":"_s) +
                         callPiece(0, {}, {}, u"\"model\"}"_s) + callPiece(1, u"b"_s, u"trend"_s, u"{}"_s) +
                         piece("{}", "\"tool_calls\"") + "data: [DONE]\n\n"));
        const auto reply = asked(accessTo(server));
        QVERIFY(reply.has_value());
        QCOMPARE(reply->toolCalls.size(), std::size_t(2));
        QCOMPARE(reply->toolCalls[0].arguments, u"{\"dimension\":\"model\"}"_s);
        QCOMPARE(reply->toolCalls[1].name, u"trend"_s);
        QVERIFY(!reply->usage);
    }
    void anAnswerThatIsNoStream() {
        ScriptedHttpServer server;
        server.on(path, {200, R"({"choices":[{"message":{"content":"Plain."},"finish_reason":"stop"}]})"});
        const auto reply = asked(accessTo(server));
        QVERIFY(reply.has_value());
        QCOMPARE(reply->text, u"Plain."_s);
        QVERIFY(!reply->streamed);
    }
    void anEndpointWithoutStreamOptionsIsAskedAgain() {
        ScriptedHttpServer server;
        server.on(path, [](const ScriptedRequest& request) -> ScriptedAnswer {
            if (request.body.contains("stream_options"))
                return {400, R"({"error":{"message":"Unknown parameter: stream_options"}})"};
            return stream(piece(R"({"content":"Yes."})", R"("stop")"));
        });
        const auto reply = asked(accessTo(server));
        QVERIFY(reply.has_value());
        QCOMPARE(reply->text, u"Yes."_s);
    }

    void failures_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, int status, const QByteArray& body, ErrorKind kind,
                            const QString& words) { QTest::newRow(name) << status << body << kind << words; };
        row("401", 401, R"({"error":{"message":"Incorrect API key: sk-secret"}})", ErrorKind::Authentication,
            u"Incorrect API key: [secret]"_s);
        row("403", 403, "no", ErrorKind::Authentication, u"403"_s);
        row("404", 404, R"({"error":"model not found"})", ErrorKind::NotFound, u"model not found"_s);
        row("429", 429, R"({"error":{"message":"Slow down"}})", ErrorKind::Unavailable, u"Slow down"_s);
        row("500", 500, "<html>", ErrorKind::Unavailable, u"500"_s);
        row("context", 400,
            R"({"error":{"message":"maximum context length is 8192","code":"context_length_exceeded"}})",
            ErrorKind::TooLarge, u"maximum context length"_s);
        row("nonsense", 200, "hello", ErrorKind::Protocol, u"could not be understood"_s);
        row("empty", 200, "", ErrorKind::Protocol, u"could not be understood"_s);
        row("no choice", 200, R"({"choices":[]})", ErrorKind::Protocol, u"could not be understood"_s);
    }
    void failures() {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, words);
        ScriptedHttpServer server;
        server.on(path, {status, body});
        const auto reply = asked(accessTo(server, "sk-secret"));
        QVERIFY(!reply.has_value());
        QVERIFY2(reply.error().kind == kind, qPrintable(reply.error().forSupport()));
        QVERIFY2(reply.error().happened.contains(words), qPrintable(reply.error().happened));
        QVERIFY(!reply.error().forSupport().contains(u"sk-secret"_s));
    }
    void anErrorInTheStreamIsAFailure() {
        ScriptedHttpServer server;
        server.on(path, stream(piece(R"({"content":"Half"})") +
                               "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"));
        const auto reply = asked(accessTo(server));
        QVERIFY(!reply.has_value() && reply.error().happened.contains(u"overloaded"_s));
    }
    void aStreamThatBreaksOffIsAFailure() {
        ScriptedHttpServer server;
        server.on(path, stream(piece(R"({"content":"Half"})")));
        QVERIFY(!asked(accessTo(server)).has_value());
    }
    void nobodyListens() {
        ScriptedHttpServer server;
        const ModelAccess access = accessTo(server);
        server.stop();
        const auto reply = asked(access);
        QVERIFY(!reply.has_value());
        QCOMPARE(reply.error().kind, ErrorKind::Network);
    }
    void aSilentEndpointEndsWithTheLimit() {
        ScriptedHttpServer server;
        ScriptedAnswer never;
        never.silent = true;
        server.on(path, never);
        const auto reply = asked(accessTo(server), {}, std::chrono::milliseconds(200));
        QVERIFY(!reply.has_value());
        QCOMPARE(reply.error().kind, ErrorKind::Timeout);
    }
    void aStopEndsItAtOnce() {
        ScriptedHttpServer server;
        std::stop_source source;
        QElapsedTimer timer;
        server.on(path, [&](const ScriptedRequest&) {
            timer.start();
            source.request_stop();
            ScriptedAnswer never;
            never.silent = true;
            return never;
        });
        const auto reply = asked(accessTo(server), source.get_token());
        QVERIFY(!reply.has_value());
        QCOMPARE(reply.error().kind, ErrorKind::Cancelled);
        QVERIFY2(timer.elapsed() < 100, qPrintable(QString::number(timer.elapsed())));
    }

    void settingsAreChecked() {
        QVERIFY(makeModelSettings(u"https://api.example.com/v1/"_s, u"m"_s, 60).has_value());
        QVERIFY(
            makeModelSettings(u"http://127.0.0.1:11434/v1"_s, u"llama3.2:3b"_s, 60)->staysOnThisComputer());
        for (const QString& bad :
             {u"http://api.example.com/v1"_s, u"ftp://x/"_s, u""_s, u"https://u:p@h/v1"_s,
              u"https://h/v1?key=1"_s, u"http://127.0.0.1.example.com/"_s})
            QVERIFY2(!makeModelSettings(bad, u"m"_s, 60).has_value(), qPrintable(bad));
        QVERIFY(!makeModelSettings(u"https://h/v1"_s, u"a b"_s, 60).has_value());
        QVERIFY(!makeModelSettings(u"https://h/v1"_s, u"m"_s, 4).has_value());
    }
    void settingsAreKept() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(u"m.json"_s);
        QVERIFY(!readModelSettings(file)->has_value());
        QVERIFY(writeModelSettings(file, *makeModelSettings(u"https://h:8/v1"_s, u"m"_s, 60)).has_value());
        const auto read = readModelSettings(file);
        QVERIFY(read && *read);
        QCOMPARE((*read)->host(), u"h:8"_s);
        QFile broken(file);
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("{}");
        broken.close();
        QVERIFY(!readModelSettings(file).has_value());
    }

    /// What llama.cpp sent; see the README beside the files.
    void realExchangesAreUnderstood_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("call");
        QTest::addColumn<qint64>("tokensOut");
        QTest::newRow("words") << u"words.sse"_s << u"The capital of France is Paris."_s << QString()
                               << qint64(8);
        QTest::newRow("no usage") << u"words-without-usage.sse"_s
                                  << u"Once upon a time there was a small machine. It read many letters and "
                                     u"learned to write. One day it wrote a letter of its own, and it was "
                                     u"happy. The end."_s
                                  << QString() << qint64(-1);
        QTest::newRow("not streamed")
            << u"words-unstreamed.json"_s << u"Hello! How can I help you today?"_s << QString() << qint64(10);
        QTest::newRow("tool call") << u"tool-call.sse"_s << QString() << u"get_weather {\"city\":\"Paris\"}"_s
                                   << qint64(21);
    }

    void realExchangesAreUnderstood() {
        QFETCH(QString, file);
        QFETCH(QString, text);
        QFETCH(QString, call);
        QFETCH(qint64, tokensOut);
        const QByteArray body = recorded(file);
        QVERIFY(!body.isEmpty());
        ScriptedAnswer answer;
        answer.body = body;
        answer.contentType = file.endsWith(u".sse"_s) ? "text/event-stream" : "application/json";
        ScriptedHttpServer server;
        server.on(path, answer);
        const auto reply = asked(accessTo(server));
        QVERIFY2(reply, qPrintable(reply ? QString() : reply.error().forSupport()));
        QCOMPARE(reply->text, text);
        QCOMPARE(reply->toolCalls.size(), size_t(call.isEmpty() ? 0 : 1));
        if (!call.isEmpty())
            QCOMPARE(reply->toolCalls[0].name + u' ' + reply->toolCalls[0].arguments, call);
        QCOMPARE(reply->usage ? reply->usage->out : -1, tokensOut);
    }

    void aRealRefusalIsPassedOn() {
        ScriptedAnswer answer;
        answer.status = 400;
        answer.body = recorded(u"unknown-model.json"_s);
        ScriptedHttpServer server;
        server.on(path, answer);
        const auto reply = asked(accessTo(server));
        QVERIFY(!reply);
        QVERIFY2(reply.error().forSupport().contains(u"Model does not exist"_s),
                 qPrintable(reply.error().forSupport()));
    }
};

QTEST_GUILESS_MAIN(TestBackendLlmChat)
#include "tst_backend_llm_chat.moc"
