// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "history/recording_folder.h"
#include "history/recording_format.h"
#include "protocol/event.h"

#include <QObject>

#include <memory>

namespace apex::history {

/// Where and how much a recorder writes.
struct RecorderOptions {
    QString folder; ///< created owner-only
    QString protocol = QStringLiteral("platform");
    QString environment;
    QString client;                         ///< program and version
    qint64 capBytes = 1024LL * 1024 * 1024; ///< of the whole folder; the oldest finished recordings go first
    qint64 fileBytes = 128LL * 1024 * 1024; ///< a longer recording goes on in a new file
};

/// The flight recorder: every frame and link event to an *.apexrec (design.md 5), one write a line, so that a
/// killed process loses nothing it had seen. A full disk stops the recorder, never the chat. Main thread.
class Recorder final : public QObject {
    Q_OBJECT
public:
    Recorder(RecorderOptions options, const Clock& clock, QObject* parent = nullptr);
    /// Finishes the recording.
    ~Recorder() override;

    /// Makes room and opens a new recording. Storage if that fails; then nothing is recorded.
    [[nodiscard]] Expected<void> start();
    /// Appends a frame whose token values are gone already; nothing happens while not recording.
    void frame(const QByteArray& bytes, const protocol::Receipt& receipt, bool outgoing);
    /// Appends an event of the connection; `facts` is a JSON object or empty.
    void link(const QString& event, const QByteArray& facts, const protocol::Receipt& receipt);
    /// Writes the end line and closes the file.
    void finish();

    [[nodiscard]] bool isRecording() const;
    /// The file being written; empty if none is.
    [[nodiscard]] QString filePath() const;

Q_SIGNALS:
    /// Writing failed; nothing more is recorded until start().
    void failed(const apex::Error& error);
    /// Old recordings were removed to stay within the limit.
    void madeRoom(const apex::history::RoomMade& room);

private:
    struct Private;
    void append(const QByteArray& line);
    void rotateIfLong();
    void stopFor(const QString& cause);

    std::unique_ptr<Private> m_private;
};

} // namespace apex::history
