// SPDX-License-Identifier: GPL-3.0-or-later
// Writes pictures of the transcript and the composer, to be looked at:
//   gallery_transcript --out FOLDER [--theme light|dark] [--scale 1|1.5|2]
#include "models/transcript_model.h"
#include "support/sample_runs.h"
#include "ui/composer/composer.h"
#include "ui/theme/theme_provider.h"
#include "ui/transcript/find_bar.h"
#include "ui/transcript/long_text_view.h"
#include "ui/transcript/text_viewer.h"
#include "ui/transcript/transcript_view.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QVBoxLayout>

using namespace apex;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kAnalysis =
    uR"(Spend rose **18 %** from May to June, from $41,920 to **$49,466**. Three projects explain almost all of it; the rest of the organisation was flat.

## What changed

| Project | Model | May | June | Change |
|:--------|:------|----:|-----:|-------:|
| `atlas-search` | large-2 | $12,480.10 | $17,902.55 | +43.4 % |
| `support-bot` | large-2 | $8,113.00 | $9,870.25 | +21.7 % |
| `nightly-etl` | medium-1 | $3,020.75 | $3,911.40 | +29.5 % |
| Everything else | mixed | $18,306.15 | $17,781.80 | −2.9 % |
| **Total** | | **$41,920.00** | **$49,466.00** | **+18.0 %** |

`atlas-search` moved its re-ranking step from *medium-1* to *large-2* on 6 June. The prompts did not change, so each request costs about 3.4 times as much as before.

### What you can do

1. Move re-ranking back to `medium-1`. In the sample of 400 requests the ranking differed in 7.
2. Cache the system prompt of `support-bot`. It is 2,140 tokens long and the same in every request:
   - 61 % of its input tokens are that prompt
   - the provider bills cached tokens at a tenth
3. Leave `nightly-etl` alone; its growth follows the number of documents.

- [x] Read the usage export of both months
- [x] Compare price lists
- [ ] Confirm the change of 6 June with the owners

```sql
SELECT project, model, SUM(cost_usd) AS cost
FROM usage
WHERE day BETWEEN '2026-06-01' AND '2026-06-30'
GROUP BY project, model
ORDER BY cost DESC;
```

> The provider's invoice is the only binding figure. The numbers above come from the usage export and may differ by rounding.

Prices are from the [provider's price list](https://example.com/pricing?as-of=2026-06), read today. ~~An earlier estimate said 22 %.~~ <b>HTML stays text</b>, and ![a picture](https://example.com/p.png) is never fetched.)"_s;

/// A conversation fed through its public interface, with the model over it.
struct Scene {
    test::FakeClock clock;
    session::Conversation conversation{ThreadId(u"thread-1"_s)};
    models::TranscriptModel model;
    qint64 frame = 0;

    Scene() { model.setConversation(&conversation); }

    protocol::Receipt receipt() {
        clock.advance(1300ms);
        return {frame++, clock.wallNow(), clock.monoNow()};
    }
    void feed(const QString& run, const QString& type, protocol::Body body) {
        protocol::Event event;
        event.envelope.type = type;
        event.envelope.wireType = type;
        event.envelope.run = RunId(run);
        event.envelope.thread = conversation.thread();
        event.envelope.agent = u"Spend analyst"_s;
        event.body = std::move(body);
        conversation.apply(event, receipt());
    }
    qint64 ask(const QString& run, const QString& text, const QStringList& files = {}) {
        const qint64 id =
            conversation.appendPrompt(text, files, RunId(run), session::Delivery::Sending, clock.wallNow());
        conversation.promptSent(id, RunId(run), receipt());
        return id;
    }
    void start(const QString& run) { feed(run, u"agent_started"_s, protocol::AgentStarted{}); }
    void stream(const QString& run, const QString& text) {
        feed(run, u"partial_result"_s, protocol::PartialText{text, false, false, {}});
    }
    void complete(const QString& run, const QString& answer) {
        start(run);
        protocol::AgentCompleted done;
        done.answer = answer;
        feed(run, u"agent_completed"_s, done);
    }
    void report(const QString& run, const QString& type, const QString& text) {
        protocol::FinalReport report;
        report.markdown = text;
        report.reportType = type;
        feed(run, u"final_report"_s, report);
    }
};

struct Gallery {
    ui::ThemeProvider& themes;
    QDir folder;
    QString suffix;

    void save(QWidget& widget, const QString& name) const {
        for (int turn = 0; turn < 5; ++turn)
            QCoreApplication::processEvents();
        widget.grab().save(folder.filePath(name + suffix + u".png"_s));
    }
    void saveScene(Scene& scene, const QString& name, QSize size, bool fromTop = false) const {
        scene.model.flush();
        ui::TranscriptView view(themes);
        view.setModel(&scene.model);
        view.resize(size);
        view.show();
        view.setFocus(Qt::OtherFocusReason);
        if (fromTop)
            view.restore({false, scene.conversation.messages().front().localId, 0});
        save(view, name);
    }
};

void saveAnalysis(const Gallery& gallery) {
    Scene scene;
    scene.ask(u"run-1"_s, u"Why did our spend go up in June? Use the attached exports."_s,
              {u"usage-2026-05.csv"_s, u"usage-2026-06.csv"_s});
    scene.complete(u"run-1"_s, kAnalysis);
    gallery.saveScene(scene, u"transcript-analysis-top"_s, QSize(900, 860), true);
    gallery.saveScene(scene, u"transcript-analysis-end"_s, QSize(900, 860));
    gallery.saveScene(scene, u"transcript-narrow"_s, QSize(460, 860), true);
}

void saveStates(const Gallery& gallery) {
    Scene scene;
    scene.ask(u"run-1"_s, u"Which prompts could move to a smaller model?"_s);
    scene.start(u"run-1"_s);
    scene.report(
        u"run-1"_s, u"guidance"_s,
        u"I need usage data to answer that. Attach an export with the columns `model`, `prompt_tokens` and `cost_usd`, or connect a billing account."_s);
    scene.feed(u"run-1"_s, u"agent_completed"_s, protocol::AgentCompleted{});
    scene.ask(u"run-2"_s, u"Here it is."_s, {u"usage.jsonl"_s});
    scene.start(u"run-2"_s);
    scene.feed(u"run-2"_s, u"agent_error"_s,
               protocol::AgentFailed{protocol::AgentFailed::Cause::Error,
                                     u"The price table could not be read."_s, u"E_PRICE"_s});
    scene.ask(u"run-3"_s, u"Try again with last month's prices."_s);
    scene.start(u"run-3"_s);
    scene.stream(u"run-3"_s, u"With the prices of May the total is $48,102. The largest"_s);
    scene.conversation.endOfInput(scene.clock.monoNow());
    const qint64 failed = scene.ask(u"run-4"_s, u"And by team?"_s);
    scene.conversation.setDelivery(failed, session::Delivery::Failed,
                                   {ErrorKind::Network,
                                    u"The connection broke before the message left."_s,
                                    u"Your message is kept."_s,
                                    u"Send it again when you are connected."_s,
                                    {},
                                    nullptr});
    scene.conversation.appendPrompt(u"Then draw up a summary for finance."_s, {}, {},
                                    session::Delivery::Queued, scene.clock.wallNow());
    gallery.saveScene(scene, u"transcript-states"_s, QSize(900, 980), true);
}

void saveStreaming(const Gallery& gallery) {
    Scene scene;
    scene.ask(u"run-1"_s, u"Why did our spend go up in June?"_s);
    scene.start(u"run-1"_s);
    scene.stream(u"run-1"_s, kAnalysis.left(kAnalysis.indexOf(u"ORDER BY")));
    gallery.saveScene(scene, u"transcript-streaming"_s, QSize(900, 700));
    scene.model.flush();
    ui::TranscriptView view(gallery.themes);
    view.setModel(&scene.model);
    view.resize(900, 520);
    view.show();
    view.setFocus(Qt::OtherFocusReason);
    view.restore({false, scene.conversation.messages().front().localId, 0});
    scene.ask(u"run-2"_s, u"One more thing"_s);
    scene.start(u"run-2"_s);
    view.selectAll();
    gallery.save(view, u"transcript-pill-selected"_s);
}

const QByteArray kReport =
    R"({"executive_summary":"Two weeks cost **8.997969225 USD**. One model is half of it.",
  "cost_analysis":{"currency":"USD","period":"2 to 15 June","total_current":"8.997969225","total_projected":"6.614",
    "current_costs":{"gpt-4o":"4.5894225","claude-sonnet":"2.871","gpt-4o-mini":"0.937546725","embedding-3-large":"0.6"},
    "projected_costs":{"gpt-4o":"2.4","claude-sonnet":"2.677","gpt-4o-mini":"0.937","embedding-3-large":"0.6"},
    "range":{"low":"2.1","high":"2.384"}},
  "recommendations":[{"title":"Move re-ranking to the smaller model","description":"In a sample of 400 requests the ranking differed in 7.",
      "impact":"high","effort":"low","category":"model_choice","metrics":{"potential_savings":"2.19","latency_reduction":null}},
    {"title":"Cache the system prompt of support-bot","description":"It is 2,140 tokens long and the same in every request.","impact":"low",
      "effort":"medium","metrics":{"potential_savings":"0.194"}}],
  "action_plan":[{"step_number":1,"description":"Change the model of one route and compare a day","expected_outcome":"Quality within the agreed limit"},
    {"step_number":2,"description":"Roll out to all routes","expected_outcome":"The bill of the next week is lower","dependencies":["1"]}],
  "assumptions":["List prices of June"],"data_quality":{"rows_read":2000,"rows_rejected":0}})";

void saveReading(const Gallery& gallery) {
    Scene scene;
    scene.ask(u"run-1"_s, u"Where is my AI spend going?"_s);
    scene.start(u"run-1"_s);
    scene.feed(u"run-1"_s, u"final_report"_s, protocol::FinalReport{kReport, {}, u"full_analysis"_s, {}});
    protocol::AgentCompleted done;
    done.answer = u"Two weeks cost **8.997969225 USD**. One model is half of it."_s;
    scene.feed(u"run-1"_s, u"agent_completed"_s, done);
    scene.ask(u"run-2"_s, u"Show me the query and the numbers of every day."_s);
    QString wide =
        u"The query:\n\n```sql\nSELECT day, project, model, SUM(cost_usd) AS cost, COUNT(*) AS calls, SUM(prompt_tokens) AS prompt_tokens FROM usage GROUP BY day, project, model;\n```\n\nCost per call is\n\n$$\n\\bar{c} = \\frac{1}{n} \\sum_{i=1}^{n} c_i\n$$\n\n| Model |"_s;
    for (int day = 2; day < 16; ++day)
        wide += u" June %1 |"_s.arg(day);
    wide += u"\n|:--|"_s + u"--:|"_s.repeated(14) + u"\n| gpt-4o |"_s;
    for (int day = 2; day < 16; ++day)
        wide += u" 1,3%1.50 |"_s.arg(day + 10);
    wide += u"\n\n```python\n# "_s + u"one of many lines\nprint('cost', 12.5)\n"_s.repeated(180) + u"```\n"_s;
    scene.complete(u"run-2"_s, wide);
    ui::TranscriptView view(gallery.themes);
    scene.model.flush();
    view.setModel(&scene.model);
    view.resize(860, 900);
    view.show();
    view.setFocus(Qt::OtherFocusReason);
    view.restore({false, scene.conversation.messages()[1].localId, 0});
    view.showReport(1, true);
    gallery.save(view, u"transcript-report"_s);
    view.restore({false, scene.conversation.messages()[2].localId, 0});
    gallery.save(view, u"transcript-wide"_s);
    view.openFind();
    view.findChild<ui::FindBar*>()->setNeedle(u"cost"_s);
    QCoreApplication::processEvents();
    view.findNext();
    gallery.save(view, u"transcript-find"_s);
    view.closeFind();
    view.jumpToLatest();
    gallery.save(view, u"transcript-long-code"_s);
    ui::TextViewer viewer(gallery.themes.theme(), wide.repeated(40));
    viewer.resize(860, 420);
    viewer.view()->find(u"SUM(cost_usd)"_s, false);
    gallery.save(viewer, u"text-viewer"_s);
}

void saveRightToLeft(const Gallery& gallery) {
    Scene scene;
    scene.ask(u"run-1"_s, u"لماذا ارتفع إنفاقنا في يونيو؟"_s);
    scene.complete(
        u"run-1"_s,
        u"ارتفع الإنفاق بنسبة **18 %** من مايو إلى يونيو.\n\n- المشروع `atlas-search` انتقل إلى نموذج أكبر\n- المشروع `support-bot` نما بنسبة 21.7 %\n\n> الفاتورة هي الرقم الملزم الوحيد.\n\nThe same in English: spend rose by 18 %.\n\n```python\nprint('code keeps its direction')\n```"_s);
    gallery.saveScene(scene, u"transcript-rtl"_s, QSize(820, 560), true);
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    const qint64 failed = scene.ask(u"run-2"_s, u"وحسب الفريق؟"_s, {u"usage.jsonl"_s});
    scene.conversation.setDelivery(
        failed, session::Delivery::Failed,
        {ErrorKind::Network, u"انقطع الاتصال."_s, u"رسالتك محفوظة."_s, {}, {}, nullptr});
    gallery.saveScene(scene, u"transcript-rtl-window"_s, QSize(820, 640));
    QGuiApplication::setLayoutDirection(Qt::LeftToRight);
}

void saveEmpty(const Gallery& gallery) {
    ui::TranscriptView view(gallery.themes);
    view.resize(820, 560);
    view.show();
    view.setFocus(Qt::OtherFocusReason);
    gallery.save(view, u"transcript-empty"_s);
}

class NoPicker final : public ui::FilePicker {
public:
    void pickFolder(QWidget*, std::function<void(const QStringList&)>) override {}
    void pick(QWidget*, std::function<void(const QStringList&)>) override {}
};

QString writeSample(const QTemporaryDir& folder, const QString& name, const QByteArray& bytes) {
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write the sample file");
    return file.fileName();
}

void saveComposer(const Gallery& gallery) {
    QTemporaryDir folder;
    NoPicker picker;
    ui::Composer composer(gallery.themes, picker);
    composer.resize(860, composer.layout()->totalHeightForWidth(860));
    composer.show();
    gallery.save(composer, u"composer-empty"_s);
    composer.setLimits(4'500'000, 4'500'000);
    composer.setRunning(true);
    composer.setDraft(
        u"Compare these two months.\nLeave out the sandbox projects, and say which change made the difference."_s);
    composer.addFiles(
        {writeSample(folder, u"usage-2026-06.csv"_s,
                     "day,project,model,prompt_tokens,completion_tokens,cost_usd,region,team\n"
                     "2026-06-01,atlas-search,large-2,1204,310,0.0412,eu-west,search\n"),
         writeSample(folder, u"picture.png"_s, QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16))});
    composer.focusText();
    QCoreApplication::processEvents();
    composer.resize(860, composer.layout()->totalHeightForWidth(860));
    gallery.save(composer, u"composer-files-running"_s);
}

QString option(const QStringList& arguments, const QString& name, const QString& fallback) {
    const qsizetype at = arguments.indexOf(name);
    return at < 0 ? fallback : arguments.value(at + 1, fallback);
}

} // namespace

int main(int argc, char** argv) {
    QByteArray scale = "1";
    for (int i = 1; i + 1 < argc; ++i) {
        if (QByteArray(argv[i]) == "--scale")
            scale = argv[i + 1];
    }
    qputenv("QT_SCALE_FACTOR", scale);
    QApplication app(argc, argv);
    ui::ThemeProvider themes(app);
    const QStringList arguments = app.arguments();
    const bool dark = option(arguments, u"--theme"_s, u"light"_s) == u"dark"_s;
    themes.setChoice(dark ? ui::SchemeChoice::Dark : ui::SchemeChoice::Light);
    const QDir folder(option(arguments, u"--out"_s, u"."_s));
    folder.mkpath(u"."_s);
    const Gallery gallery{themes, folder,
                          (dark ? u"-dark"_s : u"-light"_s) + u"@"_s + QString::fromLatin1(scale)};
    saveAnalysis(gallery);
    saveStates(gallery);
    saveStreaming(gallery);
    saveReading(gallery);
    saveRightToLeft(gallery);
    saveEmpty(gallery);
    saveComposer(gallery);
    return 0;
}
