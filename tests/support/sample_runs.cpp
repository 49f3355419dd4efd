// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/sample_runs.h"

namespace apex::test {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

RunScript::RunScript(session::Conversation& conversation, FakeClock& clock, QString run)
    : m_conversation(conversation), m_clock(clock), m_run(std::move(run)),
      m_frame(static_cast<qint64>(conversation.ledger().runs().size()) * 100'000) {}

RunScript& RunScript::wait(std::chrono::milliseconds time) {
    m_clock.advance(time);
    return *this;
}

RunScript& RunScript::start(const QString& agent, const QString& description) {
    apply(u"agent_started"_s, agent, protocol::AgentStarted{description});
    return *this;
}

RunScript& RunScript::think(const QString& agent, const QString& text) {
    apply(u"agent_thinking"_s, agent, protocol::AgentThinking{text, {}, {}, {}});
    return *this;
}

RunScript& RunScript::tool(const QString& agent, const QString& tool, const QByteArray& arguments,
                           const ToolCallId& call) {
    apply(u"tool_executing"_s, agent, protocol::ToolExecuting{tool, call, arguments, false});
    return *this;
}

RunScript& RunScript::toolDone(const QString& agent, const QString& tool, const QByteArray& result,
                               const ToolCallId& call) {
    apply(u"tool_completed"_s, agent, protocol::ToolCompleted{tool, call, result, 1'200'000us, true, {}});
    return *this;
}

RunScript& RunScript::write(const QString& agent, const QString& text) {
    apply(u"partial_result"_s, agent, protocol::PartialText{text, false, false, {}});
    return *this;
}

RunScript& RunScript::complete(const QString& agent, const QString& answer) {
    protocol::AgentCompleted done;
    done.answer = answer;
    done.status = u"completed"_s;
    apply(u"agent_completed"_s, agent, std::move(done));
    return *this;
}

RunScript& RunScript::failRun(const QString& agent, const QString& message) {
    apply(u"agent_error"_s, agent,
          protocol::AgentFailed{protocol::AgentFailed::Cause::Error, message, u"E_DATA"_s});
    return *this;
}

RunScript& RunScript::cutNext() {
    m_cut = true;
    return *this;
}

RunScript& RunScript::end() {
    m_conversation.endOfInput(m_clock.monoNow());
    return *this;
}

void RunScript::apply(const QString& type, const QString& agent, protocol::Body body) {
    protocol::Event event;
    event.envelope.type = type;
    event.envelope.wireType = type;
    event.envelope.run = m_run;
    event.envelope.thread = m_conversation.thread();
    event.envelope.agent = agent;
    event.envelope.cutByServer = std::exchange(m_cut, false);
    event.body = std::move(body);
    m_conversation.apply(event, {m_frame++, m_clock.wallNow(), m_clock.monoNow()});
}

namespace {

const QByteArray kQuery = R"({"dataset":"usage","days":7,"group_by":["model","team"],"region":"eu-west"})";
const QByteArray kRows =
    R"({"rows":1842,"total_cost_usd":12733.18,"top":[{"model":"large","share":0.61},{"model":"small","share":0.22}]})";

RunScript& playBeginning(RunScript& script) {
    return script.wait(300ms)
        .start(u"supervisor"_s, u"Coordinates the analysis"_s)
        .wait(400ms)
        .start(u"triage"_s, u"Decides what the question needs"_s)
        .wait(800ms)
        .think(u"triage"_s,
               u"The question is about GPU cost in eu-west. I need the usage table of the last week and the "
               "price list to see where the money went."_s)
        .wait(2300ms)
        .complete(u"triage"_s, u"Needs usage data"_s)
        .wait(200ms)
        .start(u"data"_s, u"Reads usage and prices"_s)
        .wait(500ms)
        .tool(u"data"_s, u"usage_query"_s, kQuery);
}

} // namespace

void playRunningRun(session::Conversation& conversation, FakeClock& clock, const QString& run) {
    RunScript script(conversation, clock, run);
    playBeginning(script).wait(12'400ms);
}

void playHealthyRun(session::Conversation& conversation, FakeClock& clock, const QString& run) {
    RunScript script(conversation, clock, run);
    playBeginning(script)
        .wait(27'600ms)
        .cutNext()
        .toolDone(u"data"_s, u"usage_query"_s, kRows)
        .wait(300ms)
        .tool(u"data"_s, u"price_table"_s, R"({"provider":"any"})")
        .wait(420ms)
        .toolDone(u"data"_s, u"price_table"_s, R"([{"model":"large","usd_per_1k":0.03}])")
        .wait(2100ms)
        .think(u"data"_s, u"Spend rose 18 % because the nightly batch moved to the large model on Tuesday."_s)
        .wait(3400ms)
        .complete(u"data"_s, u"Cost by model and team"_s)
        .wait(900ms)
        .complete(u"supervisor"_s, u"Spend rose 18 % …"_s);
}

void playFailedRun(session::Conversation& conversation, FakeClock& clock, const QString& run) {
    RunScript script(conversation, clock, run);
    playBeginning(script).wait(9'000ms).failRun(
        u"supervisor"_s, u"The usage table is not available: the data source did not answer."_s);
}

void playNoOutcomeRun(session::Conversation& conversation, FakeClock& clock, const QString& run) {
    RunScript script(conversation, clock, run);
    playBeginning(script).wait(8'000ms).end();
}

void playParallelRun(session::Conversation& conversation, FakeClock& clock, const QString& run) {
    RunScript script(conversation, clock, run);
    script.wait(200ms)
        .start(u"supervisor"_s, u"Coordinates the analysis"_s)
        .wait(300ms)
        .start(u"data"_s, u"Reads usage, prices and invoices"_s)
        .wait(500ms)
        .think(u"data"_s, u"Usage, prices and invoices can be read at the same time."_s)
        .wait(1000ms)
        .tool(u"data"_s, u"usage_query"_s, kQuery)
        .wait(100ms)
        .tool(u"data"_s, u"price_table"_s, R"({"provider":"any"})")
        .wait(100ms)
        .tool(u"data"_s, u"invoice_search"_s, R"({"month":"2025-06"})")
        .wait(900ms)
        .toolDone(u"data"_s, u"price_table"_s, R"([{"model":"large","usd_per_1k":0.03}])")
        .wait(1900ms)
        .toolDone(u"data"_s, u"invoice_search"_s, R"({"invoices":4})")
        .wait(5000ms)
        .toolDone(u"data"_s, u"usage_query"_s, kRows)
        .wait(300ms)
        .think(u"data"_s, u"The invoices agree with the usage."_s)
        .wait(1400ms)
        .complete(u"data"_s, u"Cost by model and team"_s)
        .wait(300ms)
        .complete(u"supervisor"_s, u"Spend rose 18 % …"_s);
}

namespace {

const QString kSourcedAnswer =
    uR"(**1842 calls cost 12,733.18 USD in the last week.** Three quarters of it is one model.

## Cost by model

| Model | Calls | Cost (USD) | Share |
|---|--:|--:|--:|
| large | 1124 | 7,767.24 | 61.0 % |
| small | 718 | 4,965.94 | 39.0 % |
| **Total** | **1842** | **12,733.18** | **100.0 %** |

Source: `usage_query` (`%1_call_1`).

## What changed

1. The nightly batch moved to the large model on Tuesday.
2. Retries doubled: 214 calls were sent twice.

Source: `price_table` (`%1_call_12`).

## What to do

Move the nightly batch back to the small model, which would save an estimated 2,410 USD a week.
)"_s;

} // namespace

void playSourcedRun(session::Conversation& conversation, FakeClock& clock, const QString& run) {
    const ToolCallId first(run + u"_call_1"_s);
    const ToolCallId second(run + u"_call_12"_s);
    RunScript(conversation, clock, run)
        .wait(200ms)
        .start(u"supervisor"_s, u"Coordinates the analysis"_s)
        .wait(500ms)
        .tool(u"supervisor"_s, u"usage_query"_s, kQuery, first)
        .wait(2600ms)
        .toolDone(u"supervisor"_s, u"usage_query"_s, kRows, first)
        .wait(300ms)
        .tool(u"supervisor"_s, u"price_table"_s, R"({"provider":"any"})", second)
        .wait(900ms)
        .toolDone(u"supervisor"_s, u"price_table"_s, R"([{"model":"large","usd_per_1k":0.03}])", second)
        .wait(700ms)
        .complete(u"supervisor"_s, kSourcedAnswer.arg(run));
}

void playLongRun(session::Conversation& conversation, FakeClock& clock, const QString& run, int tools) {
    RunScript script(conversation, clock, run);
    script.start(u"supervisor"_s, u"Reads many tables"_s);
    for (int i = 0; i < tools; ++i) {
        const QString name = u"query_%1"_s.arg(i);
        script.wait(40ms).tool(u"supervisor"_s, name, R"({"page":)" + QByteArray::number(i) + '}');
        script.wait(60ms).toolDone(u"supervisor"_s, name, R"({"rows":100})");
    }
    script.wait(500ms).complete(u"supervisor"_s, u"Done"_s);
}

} // namespace apex::test
