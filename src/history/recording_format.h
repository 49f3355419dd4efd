// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

namespace apex::history {

/// Facts of the first line of an *.apexrec (design.md 5).
struct RecordingFacts {
    QString protocol = QStringLiteral("platform"); ///< "platform" or "ag-ui"
    QString environment;
    WallTime created{};
    QString client;
    bool redacted = false;
};

/// Suffix of recordings, without the dot.
[[nodiscard]] QString recordingSuffix();

/// The lines of the format, each with its line end. Frames that are not one JSON object or array in one line
/// become "text", where line ends are kept and invalid UTF-8 is replaced; tokens must be gone already
/// (protocol::withoutTokens).
[[nodiscard]] QByteArray recordingHeaderLine(const RecordingFacts& facts);
[[nodiscard]] QByteArray recordingFrameLine(qint64 seq, bool outgoing, const QByteArray& frame, WallTime at,
                                            MonoTime mono);
/// `facts` is a JSON object or empty.
[[nodiscard]] QByteArray recordingLinkLine(qint64 seq, const QString& event, const QByteArray& facts,
                                           WallTime at, MonoTime mono);
/// `sha256` is the raw digest of all bytes before this line; `frames` does not count link lines.
[[nodiscard]] QByteArray recordingEndLine(qint64 frames, const QByteArray& sha256);

} // namespace apex::history
