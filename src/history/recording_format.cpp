// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/recording_format.h"

#include "protocol/json_writer.h"

#include <simdjson.h>

namespace apex::history {

using namespace Qt::StringLiterals;
using protocol::JsonWriter;

namespace {

/// True for one JSON object or array on one line: what a line of the format can hold byte for byte. Every
/// frame passes here, so this is the fast parser, and it keeps its buffers unless a frame was a giant.
bool fitsOneLine(QByteArrayView bytes) {
    constexpr std::size_t keptBuffer = 1024 * 1024;
    static thread_local simdjson::dom::parser parser;
    if (bytes.contains('\n') || bytes.contains('\r'))
        return false;
    simdjson::dom::element root;
    const auto error = parser.parse(bytes.data(), static_cast<std::size_t>(bytes.size())).get(root);
    const bool fits = error == simdjson::SUCCESS && (root.is_object() || root.is_array());
    if (parser.capacity() > keptBuffer)
        parser = simdjson::dom::parser();
    return fits;
}

void writeTimes(JsonWriter& line, WallTime at, MonoTime mono) {
    line.key("at"_L1).string(toRfc3339(at)).key("mono_us"_L1).number(qint64{mono.count()});
}

QByteArray finished(const JsonWriter& line) {
    return line.bytes() + '\n';
}

} // namespace

QString recordingSuffix() {
    return u"apexrec"_s;
}

QByteArray recordingHeaderLine(const RecordingFacts& facts) {
    JsonWriter line;
    line.beginObject().key("schema"_L1).string("apex/recording/1"_L1);
    line.key("protocol"_L1).string(facts.protocol).key("environment"_L1).string(facts.environment);
    line.key("created"_L1).string(toRfc3339(facts.created)).key("client"_L1).string(facts.client);
    line.key("redacted"_L1).boolean(facts.redacted).endObject();
    return finished(line);
}

QByteArray recordingFrameLine(qint64 seq, bool outgoing, const QByteArray& frame, WallTime at,
                              MonoTime mono) {
    JsonWriter line;
    line.beginObject().key("seq"_L1).number(seq).key("dir"_L1).string(outgoing ? "out"_L1 : "in"_L1);
    writeTimes(line, at, mono);
    if (fitsOneLine(frame))
        line.key("frame"_L1).raw(frame);
    else
        line.key("text"_L1).string(QString::fromUtf8(frame));
    line.endObject();
    return finished(line);
}

QByteArray recordingLinkLine(qint64 seq, const QString& event, const QByteArray& facts, WallTime at,
                             MonoTime mono) {
    JsonWriter line;
    line.beginObject().key("seq"_L1).number(seq);
    writeTimes(line, at, mono);
    line.key("link"_L1).string(event);
    if (fitsOneLine(facts))
        line.key("facts"_L1).raw(facts);
    line.endObject();
    return finished(line);
}

QByteArray recordingEndLine(qint64 frames, const QByteArray& sha256) {
    JsonWriter line;
    line.beginObject().key("end"_L1).boolean(true).key("frames"_L1).number(frames);
    line.key("sha256"_L1).string(QString::fromLatin1(sha256.toHex())).endObject();
    return finished(line);
}

} // namespace apex::history
