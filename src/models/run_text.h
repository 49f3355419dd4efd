// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/finding_index.h"
#include "runs/run.h"

#include <QStringList>

namespace apex::models {

/// One row of the timeline in words. Times count from the start of the run.
struct TimelineRow {
    runs::StepKind kind = runs::StepKind::Notice;
    runs::StepState state = runs::StepState::Instant;
    int depth = 0;
    QString kindWord;      ///< "tool", "thinking", ...
    QString title;         ///< agent or tool name, or a short label; one line
    QString text;          ///< thought, description or error in full; may have many lines
    QString argumentsLine; ///< support mode only
    QStringList badges;    ///< words such as "retry 2", "cut by server", "unfinished"
    QString startedText;   ///< "+0.2 s"
    QString durationText;  ///< empty for instants
    QString sentence;      ///< the row as a person would say it
    std::chrono::milliseconds started{};
    std::chrono::milliseconds duration{};
    bool problem = false; ///< failed, unfinished, or blamed by a remark
    bool hasDetails = false;
};

/// What an open row shows beneath. Arguments and results are shortened to a size that can be laid out at
/// once.
struct RowDetails {
    QString text;
    QString arguments;
    QString result;
    QString timing; ///< measured against claimed duration
    QStringList remarks;
    QString frames;                ///< "frames 12 to 19"
    bool hiddenParameters = false; ///< there are some, but not for this reader
};

/// One remark on a run.
struct FindingText {
    runs::Gravity gravity = runs::Gravity::Note;
    QString text; ///< the rule in a sentence
    QString detail;
    int row = -1;      ///< row it belongs to, -1 if to none
    qint64 frame = -1; ///< frame that caused it, -1 if no single one did
};

/// Words for a step of `run`; `now` is used for what still runs.
/// `findings` has followed `run`.
[[nodiscard]] TimelineRow describeStep(const runs::Run& run, int step, const FindingIndex& findings,
                                       MonoTime now, bool supportMode);
/// Details of a step; `findings` has followed `run`.
[[nodiscard]] RowDetails describeDetails(const runs::Run& run, int step, const FindingIndex& findings,
                                         bool supportMode);
/// The gravest `limit` remarks of a run in the order of their frames; `row` is an index into Run::steps.
[[nodiscard]] std::vector<FindingText> describeFindings(const runs::Run& run, int limit);
/// A frame for reading, JSON indented. At most `maxBytes` of it are used; `cut` says whether that was too
/// little.
[[nodiscard]] QString frameText(const QByteArray& frame, qsizetype maxBytes, bool* cut = nullptr);
/// A frame in one line of at most `maxChars` characters; its type comes first.
[[nodiscard]] QString frameLine(const QByteArray& frame, qsizetype maxChars);

} // namespace apex::models
