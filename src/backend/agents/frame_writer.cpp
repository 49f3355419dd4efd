// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/frame_writer.h"

#include "base/random.h"
#include "protocol/names.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace apex::backend {

using namespace Qt::StringLiterals;
namespace event = protocol::names::event;
namespace field = protocol::names::field;

FrameWriter::FrameWriter(const RunRequest& request, const FrameSink& sink, const Clock& clock)
    : m_request(request), m_sink(sink), m_clock(clock) {}

QJsonObject FrameWriter::frame(QLatin1String type, const QString& agent) const {
    return {{field::Type, type},
            {field::Critical, true},
            {field::RunId, m_request.run.toString()},
            {field::ThreadId, m_request.thread.toString()},
            {field::UserId, m_request.user.toString()},
            {field::AgentName, agent},
            {field::Timestamp, toRfc3339(m_clock.wallNow())},
            {field::EventId, QString(u"evt_"_s + QString::fromLatin1(randomToken(12)))}};
}

void FrameWriter::agentStarted(const QString& agent, const QString& task, int step) {
    QJsonObject fields = frame(event::AgentStarted, agent);
    fields[field::Status] = u"started"_s;
    fields[field::TaskDescription] = task;
    fields[field::Metadata] = QJsonObject{{field::Step, step}};
    m_sink(fields);
}

void FrameWriter::agentThinking(const QString& agent, const QString& text) {
    QJsonObject fields = frame(event::AgentThinking, agent);
    fields[field::ReasoningText] = text;
    fields[field::StepNumber] = ++m_thought;
    m_sink(fields);
}

ToolCallId FrameWriter::toolExecuting(const QString& agent, const QString& tool,
                                      const QJsonObject& arguments) {
    ToolCallId call(u"%1_call_%2"_s.arg(m_request.run.toString()).arg(++m_call));
    QJsonObject fields = frame(event::ToolExecuting, agent);
    fields[field::ToolName] = tool;
    fields[field::ToolArgs] = arguments;
    fields[field::Parameters] = arguments;
    fields[field::ExecutionId] = call.toString();
    fields[field::Status] = u"executing"_s;
    m_sink(fields);
    return call;
}

void FrameWriter::toolCompleted(const QString& agent, const QString& tool, const ToolCallId& call,
                                const QJsonObject& results, double durationMs) {
    QJsonObject fields = frame(event::ToolCompleted, agent);
    fields[field::ToolName] = tool;
    fields[field::ExecutionId] = call.toString();
    fields[field::Results] = results;
    fields[field::Success] = true;
    fields[field::Status] = u"completed"_s;
    fields[field::DurationMs] = durationMs;
    fields[field::ExecutionTimeMs] = durationMs;
    m_sink(fields);
}

void FrameWriter::toolFailed(const QString& agent, const QString& tool, const ToolCallId& call,
                             const Error& error, double durationMs) {
    QJsonObject fields = frame(event::ToolCompleted, agent);
    fields[field::ToolName] = tool;
    fields[field::ExecutionId] = call.toString();
    fields[field::Results] = QJsonObject();
    fields[field::Success] = false;
    fields[field::Status] = error.kind == ErrorKind::Cancelled ? u"stopped"_s : u"error"_s;
    fields[field::Error] = error.forPeople();
    fields[field::DurationMs] = durationMs;
    fields[field::ExecutionTimeMs] = durationMs;
    m_sink(fields);
}

void FrameWriter::agentCompleted(const QString& agent, const QJsonValue& response, const QJsonObject& result,
                                 double durationMs) {
    QJsonObject fields = frame(event::AgentCompleted, agent);
    fields[field::Status] = u"completed"_s;
    fields[field::FinalResponse] = response;
    fields[field::Result] = result;
    fields[field::ExecutionTimeMs] = durationMs;
    fields[field::DurationMs] = durationMs;
    m_sink(fields);
}

void FrameWriter::agentFailed(const QString& agent, const Error& error, const QStringList& notRun) {
    QJsonObject fields = frame(event::AgentError, agent);
    fields[field::Status] = u"error"_s;
    fields[field::Error] = error.happened;
    fields[field::ErrorMessage] = error.happened;
    fields[field::UserFriendlyMessage] = error.forPeople();
    fields["error_kind"_L1] = errorKindName(error.kind);
    if (!notRun.isEmpty())
        fields["steps_not_run"_L1] = QJsonArray::fromStringList(notRun);
    m_sink(fields);
}

void FrameWriter::finalReport(const QString& agent, const QJsonObject& report, double totalMs) {
    QJsonObject fields = frame(event::FinalReport, agent);
    fields[field::Report] = report;
    fields[field::TotalDurationMs] = totalMs;
    m_sink(fields);
}

QString FrameWriter::agentStopped(const QString& agent, const QStringList& done, const QStringList& notRun) {
    QJsonObject fields = frame(event::AgentStopped, agent);
    fields[field::Status] = u"stopped"_s;
    const QString finished =
        done.isEmpty() ? QCoreApplication::translate("Agents", "nothing was finished")
                       : QCoreApplication::translate("Agents", "finished before: %1").arg(done.join(u", "_s));
    fields[field::Message] =
        QCoreApplication::translate("Agents", "The run was stopped as asked; %1. There is no answer.")
            .arg(finished);
    fields["steps_done"_L1] = QJsonArray::fromStringList(done);
    fields["steps_not_run"_L1] = QJsonArray::fromStringList(notRun);
    m_sink(fields);
    return fields.value(field::Message).toString();
}

} // namespace apex::backend
