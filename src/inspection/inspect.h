// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inspection/recording.h"
#include "runs/run.h"

#include <vector>

namespace apex::inspection {

/// Whose clock the times of an inspection are from.
enum class ClockSource { Receive, Server, None };

/// What `apex inspect` found in one recording (design.md 1).
struct Inspection {
    QString source; ///< file name as given; may be empty
    RecordingFormat format = RecordingFormat::JsonLines;
    protocol::Dialect dialect = protocol::Dialect::Platform;
    ClockSource clock = ClockSource::None;
    qint64 frames = 0;  ///< both directions
    qint64 sent = 0;    ///< of these, sent by the client
    qint64 events = 0;  ///< known events decoded
    qint64 unknown = 0; ///< readable frames or batch members of no known type
    qint64 undecodable = 0;
    qint64 duplicates = 0; ///< events recognised as repeated
    bool truncated = false;
    std::optional<bool> checksumMatches;
    QStringList notes;
    std::optional<MonoTime> start; ///< time of the first frame; times of runs count from here
    std::vector<runs::Run> runs;

    /// True if every run is ok or repaired and nothing is cut: exit code 0 of `apex inspect`.
    [[nodiscard]] bool isSound() const;
};

/// How to inspect.
struct InspectOptions {
    protocol::Dialect dialect = protocol::Dialect::Platform; ///< used where the recording does not say
    UserId expectedUser;                                     ///< empty: any
    std::chrono::milliseconds silenceLimit{60'000};
    qsizetype maxFrameBytes =
        ReadLimits{}.maxLineBytes; ///< more than a live socket takes: nothing waits here
};

/// Decodes and judges a recording.
[[nodiscard]] Inspection inspectFrames(const Recording& recording, const InspectOptions& options = {},
                                       const QString& source = {});

/// The document of `apex inspect --json`, schema apex/inspect/1; several inspections become one document
/// whose counts are sums, whose runs name their "file" and whose "files" lists the facts of each.
[[nodiscard]] QByteArray toJson(const std::vector<Inspection>& inspections);
/// One run as in that document; times in milliseconds since `start`.
[[nodiscard]] QByteArray runToJson(const runs::Run& run, std::optional<MonoTime> start,
                                   const QString& file = {});
/// The same for people.
[[nodiscard]] QString toText(const std::vector<Inspection>& inspections);

} // namespace apex::inspection
