// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inspection/recording.h"

#include <QCryptographicHash>

class QIODevice;

namespace apex::inspection {

/// Writes one *.apexrec (design.md 5), a line at a time, so a file cut anywhere loses at most its last line.
///
/// Token values inside frames are replaced before they are written. Not thread-safe; the device must outlive
/// it.
class RecordingWriter {
public:
    /// The device must be open for writing; nothing is written before begin().
    explicit RecordingWriter(QIODevice& device);
    RecordingWriter(const RecordingWriter&) = delete;
    RecordingWriter& operator=(const RecordingWriter&) = delete;

    /// Writes the first line. Storage if the device refuses.
    [[nodiscard]] Expected<void> begin(const RecordingHeader& header);
    /// Writes one frame; text that is not one JSON value is written as "text", invalid UTF-8 replaced.
    [[nodiscard]] Expected<void> writeFrame(Direction direction, QByteArrayView frame, WallTime at,
                                            MonoTime mono);
    /// Writes an event of the connection; facts is a JSON object or empty.
    [[nodiscard]] Expected<void> writeLink(const QString& event, const protocol::JsonText& facts, WallTime at,
                                           MonoTime mono);
    /// Writes the end line with count and checksum. Without it the file reads as truncated.
    [[nodiscard]] Expected<void> finish();

    /// Frames written so far, link events not counted.
    [[nodiscard]] qint64 frames() const { return m_frames; }

private:
    Expected<void> writeLine(const QByteArray& line);

    QIODevice& m_device;
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
    qint64 m_seq = 0;
    qint64 m_frames = 0;
};

} // namespace apex::inspection
