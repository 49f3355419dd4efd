// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/recording_writer.h"

#include "protocol/json_cursor.h"
#include "protocol/json_writer.h"

#include <QCoreApplication>
#include <QIODevice>

namespace apex::inspection {

namespace {

using protocol::JsonWriter;

const QLatin1String kSchema("apex/recording/1");

void writeTimes(JsonWriter& out, WallTime at, MonoTime mono) {
    out.key(QLatin1String("at")).string(toRfc3339(at));
    out.key(QLatin1String("mono_us")).number(qint64{mono.count()});
}

} // namespace

RecordingWriter::RecordingWriter(QIODevice& device) : m_device(device) {}

Expected<void> RecordingWriter::writeLine(const QByteArray& line) {
    const QByteArray bytes = line + '\n';
    if (m_device.write(bytes) != bytes.size())
        return fail(ErrorKind::Storage,
                    QCoreApplication::translate("Inspection", "The recording could not be written."),
                    QCoreApplication::translate("Inspection", "Check that there is room on the disk."),
                    m_device.errorString());
    m_hash.addData(bytes);
    return {};
}

Expected<void> RecordingWriter::begin(const RecordingHeader& header) {
    JsonWriter out;
    out.beginObject().key(QLatin1String("schema")).string(kSchema);
    out.key(QLatin1String("protocol"))
        .string(header.dialect == protocol::Dialect::AgUi ? QLatin1String("ag-ui")
                                                          : QLatin1String("platform"));
    out.key(QLatin1String("environment")).string(header.environment);
    out.key(QLatin1String("created"));
    if (header.created)
        out.string(toRfc3339(*header.created));
    else
        out.null();
    out.key(QLatin1String("client")).string(header.client);
    out.key(QLatin1String("redacted")).boolean(header.redacted).endObject();
    return writeLine(out.bytes());
}

Expected<void> RecordingWriter::writeFrame(Direction direction, QByteArrayView frame, WallTime at,
                                           MonoTime mono) {
    const QByteArray safe = protocol::withoutTokens(frame.toByteArray());
    JsonWriter out;
    out.beginObject().key(QLatin1String("seq")).number(m_seq++);
    out.key(QLatin1String("dir"))
        .string(direction == Direction::In ? QLatin1String("in") : QLatin1String("out"));
    writeTimes(out, at, mono);
    // A line holds one line: JSON spread over several is put into one, which changes no value.
    const QByteArray oneLine = protocol::singleLine(safe);
    if (!oneLine.isEmpty())
        out.key(QLatin1String("frame")).raw(oneLine);
    else
        out.key(QLatin1String("text")).string(QString::fromUtf8(safe));
    out.endObject();
    auto written = writeLine(out.bytes());
    if (written)
        ++m_frames;
    return written;
}

Expected<void> RecordingWriter::writeLink(const QString& event, const protocol::JsonText& facts, WallTime at,
                                          MonoTime mono) {
    JsonWriter out;
    out.beginObject().key(QLatin1String("seq")).number(m_seq++);
    writeTimes(out, at, mono);
    out.key(QLatin1String("link")).string(event);
    if (const QByteArray oneLine = protocol::singleLine(facts); !oneLine.isEmpty())
        out.key(QLatin1String("facts")).raw(oneLine);
    return writeLine(out.endObject().bytes());
}

Expected<void> RecordingWriter::finish() {
    JsonWriter out;
    out.beginObject().key(QLatin1String("end")).boolean(true);
    out.key(QLatin1String("frames")).number(m_frames);
    out.key(QLatin1String("sha256")).string(QString::fromLatin1(m_hash.result().toHex()));
    return writeLine(out.endObject().bytes());
}

} // namespace apex::inspection
