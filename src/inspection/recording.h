// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "protocol/decoder.h"
#include "protocol/event.h"

#include <QStringList>

#include <optional>
#include <vector>

class QIODevice;

namespace apex::inspection {

/// From whom to whom a frame went, seen from the client.
enum class Direction { In, Out };

/// What a recording was read from (design.md 5); found by content, never by file name.
enum class RecordingFormat { ApexRecording, JsonLines, JsonArray, Har, EventStream };

/// "apexrec", "jsonl", "json-array", "har", "event-stream" (text/event-stream, as AG-UI and family F are
/// sent).
[[nodiscard]] QString formatName(RecordingFormat format);

/// Line 1 of an *.apexrec file.
struct RecordingHeader {
    protocol::Dialect dialect = protocol::Dialect::Platform;
    QString environment;
    std::optional<WallTime> created;
    QString client;
    bool redacted = false;
};

/// One frame, or one event of the connection itself.
struct RecordedEntry {
    Direction direction = Direction::In;
    qint64 seq = -1;            ///< as recorded; -1: the format has none
    std::optional<WallTime> at; ///< receive or send time; nullopt: the format has none
    std::optional<MonoTime> mono;
    QByteArray frame;             ///< bytes of the frame; empty for link events
    QString link;                 ///< "opened", "closed", ...; empty for frames
    protocol::JsonText linkFacts; ///< the whole link line as JSON

    /// True for an event of the connection, false for a frame.
    [[nodiscard]] bool isLink() const { return !link.isEmpty(); }
};

/// A recording as far as it could be read.
struct Recording {
    RecordingFormat format = RecordingFormat::JsonLines;
    std::optional<RecordingHeader> header; ///< only apexrec
    std::vector<RecordedEntry> entries;
    bool truncated = false;              ///< ends in the middle, or an apexrec without its end line
    std::optional<bool> checksumMatches; ///< nullopt: no end line, or a format without checksum
    QStringList notes;                   ///< what was odd, in sentences for people
};

/// Bounds for reading untrusted files.
struct ReadLimits {
    qint64 maxBytes = 2LL * 1024 * 1024 * 1024; ///< whole input
    qsizetype maxLineBytes = 64 * 1024 * 1024;  ///< one line of a line format
    std::size_t maxEntries = 20'000'000;
};

/// Reads any of the formats from bytes. InvalidInput if nothing in them is a frame; TooLarge over a limit.
[[nodiscard]] Expected<Recording> readRecording(const QByteArray& bytes, const ReadLimits& limits = {});
/// Reads any of the formats from an open device to its end (a file, a pipe, stdin).
[[nodiscard]] Expected<Recording> readRecording(QIODevice& device, const ReadLimits& limits = {});
/// Opens and reads a file; "-" is standard input. Storage or NotFound if it cannot be opened.
[[nodiscard]] Expected<Recording> readRecordingFile(const QString& path, const ReadLimits& limits = {});

} // namespace apex::inspection
