// SPDX-License-Identifier: GPL-3.0-or-later
// Whole runs with a language model: the answer by rules stays whatever the endpoint does.
#include "backend/llm/model_settings.h"
#include "run_recorder.h"
#include "support/scripted_http_server.h"

#include <QElapsedTimer>
#include <QTest>

#include <future>

using namespace apex;
using namespace apex::backend;
using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

struct ScriptedSource final : ModelSource {
    explicit ScriptedSource(const ScriptedHttpServer& server)
        : chosen(*makeModelSettings(server.url(u"/v1"_s).toString(), u"some-model"_s, 30)) {}
    Expected<std::optional<ModelSettings>> settings() override { return chosen; }
    Expected<Secret> key(const ModelSettings&, std::stop_token) override { return Secret(); }
    std::optional<ModelSettings> chosen;
};

ScriptedAnswer words(const QString& text) {
    const QJsonObject message{{u"content"_s, text}};
    const QJsonObject choice{{u"message"_s, message}, {u"finish_reason"_s, u"stop"_s}};
    const QJsonObject usage{{u"prompt_tokens"_s, 10}, {u"completion_tokens"_s, 5}};
    return {200,
            QJsonDocument(QJsonObject{{u"choices"_s, QJsonArray{choice}}, {u"usage"_s, usage}}).toJson()};
}

struct ModelRun : RunRecorder {
    explicit ModelRun(const ScriptedHttpServer& server)
        : RunRecorder(u"Which model costs most?"_s), source(server) {
        attach(QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv"));
    }
    /// The run blocks; the server answers from this thread's event loop meanwhile.
    void go() {
        auto future = std::async(std::launch::async, [this] {
            outcome = runAgentsWithModel(
                request, [this](const QJsonObject& frame) { frames.push_back(frame); }, stop.get_token(),
                clock, source);
        });
        while (future.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready)
            QCoreApplication::processEvents();
    }
    ScriptedSource source;
};

const QByteArray path = "/v1/chat/completions";

} // namespace

class TestBackendLanguageModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        RunRecorder plain(u"Which model costs most?"_s);
        plain.attach(QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv"));
        plain.run();
        QCOMPARE(plain.outcome.end, RunEnd::Completed);
        m_opening = plain.outcome.answerMarkdown.left(200);
    }
    void checkedWordsStandAboveTheAnswer() {
        ScriptedHttpServer server;
        server.on(path, words(u"The file holds 2,000 calls. You can save $98765."_s));
        ModelRun run(server);
        run.go();
        const QString answer = run.outcome.answerMarkdown;
        QCOMPARE(run.outcome.end, RunEnd::Completed);
        QVERIFY2(answer.contains(u"> The file holds 2,000 calls."_s), qPrintable(answer));
        QVERIFY(!answer.contains(u"You can save $98765"_s));
        QVERIFY2(answer.contains(u"10+5 tokens"_s), qPrintable(answer.left(800)));
        QVERIFY2(answer.contains(m_opening.section(u'.', 0, 0)), qPrintable(answer.left(800)));
        QVERIFY(!server.requests().front().body.contains("usage-sample.csv"));
    }
    void everyFailureKeepsTheAnswer() {
        for (const int status : {401, 404, 429, 500, 200}) {
            ScriptedHttpServer server;
            server.on(path, {status, "nonsense"});
            ModelRun run(server);
            run.go();
            QCOMPARE(run.outcome.end, RunEnd::Completed);
            QVERIFY(run.outcome.answerMarkdown.contains(u"did not word this answer"_s));
            QVERIFY(run.outcome.answerMarkdown.contains(m_opening.section(u'.', 0, 0)));
        }
    }
    void aStopEndsTheRun() {
        ScriptedHttpServer server;
        ModelRun run(server);
        QElapsedTimer timer;
        server.on(path, [&](const ScriptedRequest&) {
            timer.start();
            run.stop.request_stop();
            ScriptedAnswer never;
            never.silent = true;
            return never;
        });
        run.go();
        QCOMPARE(run.outcome.end, RunEnd::Stopped);
        QVERIFY2(timer.elapsed() < 100, qPrintable(QString::number(timer.elapsed())));
    }

private:
    QString m_opening;
};

QTEST_GUILESS_MAIN(TestBackendLanguageModel)
#include "tst_backend_language_model.moc"
