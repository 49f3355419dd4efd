// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/inspection_words.h"
#include "inspection/recording_formats.h"
#include "protocol/json_cursor.h"

#include <QCryptographicHash>

namespace apex::inspection {

namespace {

using protocol::JsonMember;

/// Goes through the lines of a text; blank lines are skipped.
class LineReader {
public:
    explicit LineReader(QByteArrayView text) : m_text(text) {}

    struct Line {
        QByteArrayView text;     ///< without line end and surrounding blanks
        qsizetype begin = 0;     ///< offset of the line in the input
        bool terminated = false; ///< ended by a line feed
    };
    bool next(Line& line) {
        while (m_at < m_text.size()) {
            line.begin = m_at;
            qsizetype end = m_text.sliced(m_at).indexOf('\n');
            line.terminated = end >= 0;
            end = end < 0 ? m_text.size() : m_at + end;
            line.text = m_text.sliced(m_at, end - m_at).trimmed();
            m_at = end + 1;
            if (!line.text.isEmpty())
                return true;
        }
        return false;
    }

private:
    QByteArrayView m_text;
    qsizetype m_at = 0;
};

QString textOf(const std::vector<JsonMember>& members, std::string_view name) {
    const JsonMember* found = protocol::findMember(members, name);
    return found ? found->text : QString();
}

std::optional<RecordingHeader> headerOf(QByteArrayView line) {
    const auto members = protocol::topLevelMembers(line);
    if (!members || !textOf(*members, "schema").startsWith(u"apex/recording/"))
        return std::nullopt;
    RecordingHeader header;
    header.dialect =
        textOf(*members, "protocol") == u"ag-ui" ? protocol::Dialect::AgUi : protocol::Dialect::Platform;
    header.environment = textOf(*members, "environment");
    header.client = textOf(*members, "client");
    if (const JsonMember* created = protocol::findMember(*members, "created"))
        header.created = created->time;
    const JsonMember* redacted = protocol::findMember(*members, "redacted");
    header.redacted = redacted && redacted->raw == "true";
    return header;
}

/// Reads the body of an *.apexrec, line by line.
class ApexRecordingReader {
public:
    ApexRecordingReader(QByteArrayView text, const ReadLimits& limits, Recording& out)
        : m_text(text), m_limits(limits), m_out(out) {}

    void read() {
        LineReader lines(m_text);
        LineReader::Line line;
        bool ended = false;
        for (bool first = true; lines.next(line); first = false) {
            if (first)
                continue;
            if (m_out.entries.size() >= m_limits.maxEntries)
                break;
            ended = readLine(line);
            if (ended)
                break;
        }
        m_out.truncated = !ended;
        if (!ended)
            m_out.notes.append(tr(QT_TRANSLATE_NOOP(
                "Inspection", "The recording has no end line: it was cut off, or is still being written.")));
        if (ended && lines.next(line))
            m_out.notes.append(
                tr(QT_TRANSLATE_NOOP("Inspection", "Lines after the end line were not read.")));
    }

private:
    /// True if it was the end line.
    bool readLine(const LineReader::Line& line) {
        const auto members =
            line.text.size() <= m_limits.maxLineBytes ? protocol::topLevelMembers(line.text) : std::nullopt;
        if (!members) {
            m_out.notes.append(
                tr(QT_TRANSLATE_NOOP(
                       "Inspection",
                       "A line at byte %1 could not be read; it is kept as a frame that cannot be decoded."))
                    .arg(line.begin));
            // A torn last line is the normal end of a cut file; anywhere else it stands for a frame.
            if (line.terminated)
                addFrame({}, line.text.toByteArray());
            return false;
        }
        const JsonMember* end = protocol::findMember(*members, "end");
        if (end && end->raw == "true") {
            checkEnd(*members, line.begin);
            return true;
        }
        if (const QString link = textOf(*members, "link"); !link.isEmpty())
            addLink(*members, link, line.text);
        else if (const JsonMember* frame = protocol::findMember(*members, "frame"))
            addFrame(*members, frame->raw.toByteArray());
        else if (protocol::findMember(*members, "text"))
            addFrame(*members, textOf(*members, "text").toUtf8());
        else
            m_out.notes.append(
                tr(QT_TRANSLATE_NOOP("Inspection",
                                     "A line at byte %1 holds neither a frame nor a link event."))
                    .arg(line.begin));
        return false;
    }

    static void readTimes(const std::vector<JsonMember>& members, RecordedEntry& entry) {
        if (const JsonMember* at = protocol::findMember(members, "at"))
            entry.at = at->time;
        // A hundred years of uptime: anything beyond is damage, and differences of such values would
        // overflow.
        constexpr qint64 longestUptime = 100LL * 366 * 24 * 3600 * 1'000'000;
        if (const JsonMember* mono = protocol::findMember(members, "mono_us"); mono && mono->integer)
            if (*mono->integer >= 0 && *mono->integer <= longestUptime)
                entry.mono = MonoTime{*mono->integer};
        if (const JsonMember* seq = protocol::findMember(members, "seq"); seq && seq->integer)
            entry.seq = *seq->integer;
    }

    void addFrame(const std::vector<JsonMember>& members, QByteArray frame) {
        RecordedEntry entry;
        readTimes(members, entry);
        entry.direction = textOf(members, "dir") == u"out" ? Direction::Out : Direction::In;
        entry.frame = std::move(frame);
        ++m_frames;
        m_out.entries.push_back(std::move(entry));
    }

    void addLink(const std::vector<JsonMember>& members, const QString& link, QByteArrayView line) {
        RecordedEntry entry;
        readTimes(members, entry);
        entry.link = link;
        entry.linkFacts = line.toByteArray();
        m_out.entries.push_back(std::move(entry));
    }

    void checkEnd(const std::vector<JsonMember>& members, qsizetype begin) {
        const QByteArray sum =
            QCryptographicHash::hash(m_text.first(begin).toByteArray(), QCryptographicHash::Sha256).toHex();
        m_out.checksumMatches =
            textOf(members, "sha256").compare(QString::fromLatin1(sum), Qt::CaseInsensitive) == 0;
        if (!*m_out.checksumMatches)
            m_out.notes.append(tr(QT_TRANSLATE_NOOP(
                "Inspection", "The checksum does not match: the file was changed after it was recorded.")));
        const JsonMember* frames = protocol::findMember(members, "frames");
        if (!frames || !frames->integer || *frames->integer != m_frames)
            m_out.notes.append(
                tr(QT_TRANSLATE_NOOP("Inspection", "The end line counts other frames than the file holds.")));
    }

    QByteArrayView m_text;
    const ReadLimits& m_limits;
    Recording& m_out;
    qint64 m_frames = 0;
};

bool hasField(QByteArrayView line, QByteArrayView field) {
    return line.startsWith(field) && line.size() > field.size() && line[field.size()] == ':';
}

/// True for the first line of a text/event-stream: a field or a comment.
bool beginsEventStream(QByteArrayView line) {
    return line.startsWith(':') || hasField(line, "data") || hasField(line, "event") ||
           hasField(line, "id") || hasField(line, "retry");
}

/// The data lines of a text/event-stream, each a frame; JSON is sent on one line.
void readEventStream(QByteArrayView text, const ReadLimits& limits, Recording& recording) {
    LineReader lines(text);
    LineReader::Line line;
    while (lines.next(line) && recording.entries.size() < limits.maxEntries) {
        if (!hasField(line.text, "data"))
            continue;
        const QByteArrayView data = line.text.sliced(5).trimmed();
        if (data.isEmpty() || data == "[DONE]")
            continue;
        RecordedEntry entry;
        entry.frame = data.toByteArray();
        recording.entries.push_back(std::move(entry));
    }
}

/// A line of a collection of samples: {"id":...,"dir":"s2c"|"c2s"|...,"wire":<the frame>}.
bool addSample(QByteArrayView line, Recording& recording) {
    if (!line.contains("\"wire\""))
        return false;
    const auto members = protocol::topLevelMembers(line);
    const JsonMember* wire = members ? protocol::findMember(*members, "wire") : nullptr;
    const QString direction = members ? textOf(*members, "dir") : QString();
    if (!wire || direction.isEmpty() || protocol::findMember(*members, "type"))
        return false;
    if (direction != u"s2c" && direction != u"c2s")
        return true; // a body of the REST interface is no frame
    RecordedEntry entry;
    entry.direction = direction == u"c2s" ? Direction::Out : Direction::In;
    entry.frame = wire->raw.toByteArray();
    recording.entries.push_back(std::move(entry));
    return true;
}

void readPlainLines(QByteArrayView text, const ReadLimits& limits, Recording& recording) {
    LineReader lines(text);
    LineReader::Line line;
    bool anyJson = false;
    while (lines.next(line)) {
        if (recording.entries.size() >= limits.maxEntries) {
            recording.truncated = true;
            recording.notes.append(
                tr(QT_TRANSLATE_NOOP("Inspection", "The input holds more lines than are read at once.")));
            break;
        }
        const char first = line.text.front();
        if (first == '{' && addSample(line.text, recording)) {
            anyJson = true;
            continue;
        }
        anyJson = anyJson || ((first == '{' || first == '[') && protocol::isJson(line.text));
        RecordedEntry entry;
        entry.frame = line.text.toByteArray();
        recording.entries.push_back(std::move(entry));
    }
    // Text without a single JSON line is some other file, not a recording of undecodable frames.
    if (!anyJson)
        recording.entries.clear();
}

} // namespace

void readLines(QByteArrayView text, const ReadLimits& limits, Recording& recording) {
    LineReader::Line first;
    if (!LineReader(text).next(first))
        return;
    recording.header = headerOf(first.text);
    if (!recording.header && beginsEventStream(first.text)) {
        recording.format = RecordingFormat::EventStream;
        readEventStream(text, limits, recording);
        return;
    }
    if (!recording.header) {
        recording.format = RecordingFormat::JsonLines;
        readPlainLines(text, limits, recording);
        return;
    }
    recording.format = RecordingFormat::ApexRecording;
    ApexRecordingReader(text, limits, recording).read();
}

} // namespace apex::inspection
