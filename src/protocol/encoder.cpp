// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/encoder.h"

#include "protocol/json_dom.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"

#include <QCoreApplication>

namespace apex::protocol {

namespace {

namespace field = names::field;
namespace request = names::request;

qint64 milliseconds(WallTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

JsonWriter& open(JsonWriter& out, QLatin1String type) {
    return out.beginObject().key(field::Type).string(type);
}

/// Index of the first line that is not one JSON value, or -1.
qsizetype firstBadLine(const std::vector<JsonText>& lines) {
    json::Parser parser;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (!parser.parse(lines[i]) || parser.wasRepaired())
            return static_cast<qsizetype>(i);
    return -1;
}

void writeReferences(JsonWriter& out, const std::vector<FileId>& references) {
    out.key(field::References).beginArray();
    for (const FileId& file : references)
        out.string(file.toString());
    out.endArray();
}

void writeLogs(JsonWriter& out, const std::vector<JsonText>& lines) {
    if (lines.empty())
        return;
    out.key(field::JsonlLogs).beginArray();
    for (const JsonText& line : lines)
        out.raw(line.trimmed());
    out.endArray();
}

} // namespace

Expected<QByteArray> encode(const UserMessage& message) {
    if (const qsizetype bad = firstBadLine(message.inlineLogs); bad >= 0)
        return fail(
            ErrorKind::InvalidInput,
            QCoreApplication::translate("Protocol", "Line %1 of the attached log is not JSON.").arg(bad + 1),
            QCoreApplication::translate("Protocol", "Correct the line or leave the attachment out."));
    JsonWriter out;
    open(out, request::UserMessage).key(field::Payload).beginObject();
    out.key(field::Content).string(message.content);
    if (!message.run.isEmpty())
        out.key(field::RunId).string(message.run.toString());
    out.key(field::ThreadId).stringOrNull(message.thread.toString());
    out.key(field::Timestamp).string(toRfc3339(message.timestamp));
    writeReferences(out, message.references);
    out.key(field::ClientEnvironment).stringOrNull(message.clientEnvironment);
    writeLogs(out, message.inlineLogs);
    out.endObject().endObject();
    return out.bytes();
}

QByteArray encode(const StopAgent& message) {
    JsonWriter out;
    open(out, request::StopAgent).key(field::Payload).beginObject();
    if (!message.run.isEmpty())
        out.key(field::RunId).string(message.run.toString());
    if (!message.thread.isEmpty())
        out.key(field::ThreadId).string(message.thread.toString());
    return out.endObject().endObject().bytes();
}

QByteArray encode(const HandshakeAcknowledged& message) {
    JsonWriter out;
    open(out, request::HandshakeAcknowledged).key(field::ThreadId).string(message.thread.toString());
    out.key(field::Timestamp).string(toRfc3339(message.timestamp));
    return out.endObject().bytes();
}

QByteArray encode(const HeartbeatAck& message) {
    JsonWriter out;
    open(out, request::HeartbeatAck).key(field::Timestamp).number(milliseconds(message.timestamp));
    return out.endObject().bytes();
}

QByteArray encode(const Pong& message) {
    JsonWriter out;
    open(out, request::Pong).key(field::Timestamp).number(milliseconds(message.timestamp));
    if (message.originalTimestamp)
        out.key(field::OriginalTimestamp).number(*message.originalTimestamp);
    return out.endObject().bytes();
}

QByteArray encode(const PingRequest& message) {
    JsonWriter out;
    open(out, request::Ping).key(field::Timestamp).number(milliseconds(message.timestamp));
    return out.endObject().bytes();
}

QByteArray encode(const SwitchThread& message) {
    JsonWriter out;
    open(out, request::SwitchThread).key(field::Payload).beginObject();
    out.key(field::ThreadId).string(message.thread.toString());
    return out.endObject().endObject().bytes();
}

Expected<QByteArray> encode(const Outgoing& message) {
    return std::visit([](const auto& one) -> Expected<QByteArray> { return encode(one); }, message);
}

} // namespace apex::protocol
