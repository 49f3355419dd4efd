// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/io_executor.h"
#include "backend/server/server_options.h"

#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace apex::backend {

/// Runs the agents in one worker thread per run and brings their frames to the io thread in order.
///
/// All functions belong to the io thread. A worker that is ahead of the io thread by mostFramesUnderway
/// frames waits; it never waits for a socket.
class RunHost {
public:
    static constexpr int mostFramesUnderway = 256;

    /// What happens in the io thread.
    struct Listener {
        /// The next frame of a run.
        std::function<void(const RunRequest& run, const QByteArray& frame)> frame;
        /// The run is over. `lastFrames` are its last ones, held back so that the answer can be stored before
        /// they go out. `thrown` tells of an exception, in which case the outcome is empty.
        std::function<void(const RunRequest& run, const RunOutcome& outcome,
                           const std::vector<QByteArray>& lastFrames, const std::optional<QString>& thrown)>
            ended;
    };

    RunHost(RunFunction run, IoExecutor& io, const Clock& clock, Listener listener);
    /// Stops what still runs, drops its frames and waits for the workers.
    ~RunHost();
    RunHost(const RunHost&) = delete;
    RunHost& operator=(const RunHost&) = delete;

    void start(RunRequest request);
    /// Asks the user's runs to stop: the one named, else those of the thread named, else all. Returns which.
    QStringList stop(const UserId& user, const RunId& run, const ThreadId& thread);
    void stopAll();
    [[nodiscard]] int activeRuns(const UserId& user) const;
    [[nodiscard]] bool isIdle() const { return m_active.empty(); }

private:
    class Flow;
    struct Active {
        std::shared_ptr<const RunRequest> request;
        std::shared_ptr<Flow> flow;
        std::jthread worker;
    };
    void work(std::stop_token stop, const std::shared_ptr<const RunRequest>& request,
              const std::shared_ptr<Flow>& flow);
    void finished(const RunId& id, const RunOutcome& outcome, const std::vector<QByteArray>& lastFrames,
                  const std::optional<QString>& thrown);

    RunFunction m_run;
    IoExecutor& m_io;
    const Clock& m_clock;
    Listener m_listener;
    std::map<QString, Active> m_active;
};

} // namespace apex::backend
