// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/column_choices.h"
#include "base/clock.h"
#include "base/ids.h"

#include <QJsonObject>
#include <QString>

#include <functional>
#include <stop_token>
#include <vector>

namespace apex::backend {

/// A file the user attached; it stays on disk while the run reads it.
struct AttachedFile {
    FileId id;
    QString name; ///< as the user called it; for reports, never used as a path
    QString path; ///< where the backend stored it
    qint64 sizeBytes = 0;
    bool ofThisMessage = true; ///< false: attached to an earlier message of the thread
    ColumnChoices columns{};   ///< what the user said its columns are
};

/// An earlier message of the same thread, oldest first.
struct EarlierMessage {
    bool fromUser = false;
    QString text;
    std::vector<FileId> files{}; ///< attached to it
};

/// Everything one run works from.
struct RunRequest {
    RunId run;
    ThreadId thread;
    UserId user;
    QString text; ///< the user's request, not empty
    std::vector<AttachedFile>
        files; ///< files of this message and of earlier ones of the thread, oldest first
    std::vector<EarlierMessage> history;
    QString priceFilePath; ///< the dated price file to use
    QString importFolder;  ///< where imported rows are kept; created if missing
};

/// How a run ended; every run has exactly one of these and exactly one matching terminal frame.
enum class RunEnd { Completed, Failed, Stopped };

/// What the server stores after a run.
struct RunOutcome {
    RunEnd end = RunEnd::Failed;
    QString answerMarkdown;  ///< the answer as shown; for Failed and Stopped a sentence that says so
    QJsonObject finalReport; ///< platform-features.md 5.5 output contract; empty if there is none
};

/// Receives each frame of the run, in order, in the worker's thread. The server adds nothing but transport.
using FrameSink = std::function<void(const QJsonObject& frame)>;

/// Runs the whole team (supervisor first) to its end in the calling thread, which must not be an I/O thread.
///
/// Emits flat frames (protocol.md family A: type, run_id, thread_id, user_id, agent_name, timestamp, ...).
/// When `stop` is requested the tools end within 100 ms, an `agent_stopped` frame with run_id is the last
/// one, and RunEnd is Stopped.
[[nodiscard]] RunOutcome runAgents(const RunRequest& request, const FrameSink& emitFrame,
                                   std::stop_token stop, const Clock& clock);

class ModelSource;

/// The same with a language model that words the answer, if `models` has one. Not owned.
[[nodiscard]] RunOutcome runAgentsWithModel(const RunRequest& request, const FrameSink& emitFrame,
                                            std::stop_token stop, const Clock& clock, ModelSource& models);

} // namespace apex::backend
