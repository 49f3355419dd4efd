// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/run_host.h"

#include "backend/server/frames.h"

#include <condition_variable>
#include <mutex>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

// Frames after which a run may be over. They wait for the next frame or the end of the run.
bool mayBeLast(const QJsonObject& frame) {
    const QString type = frame.value("type"_L1).toString();
    return type == "agent_completed"_L1 || type == "agent_error"_L1 || type == "agent_stopped"_L1 ||
           type == "final_report"_L1;
}

} // namespace

/// Counts the frames of one run that the io thread has not taken yet.
class RunHost::Flow {
public:
    /// Waits for room; false if the io thread takes no more.
    bool enter() {
        std::unique_lock lock(m_mutex);
        m_room.wait(lock, [this] { return m_closed || m_underway < mostFramesUnderway; });
        if (!m_closed)
            ++m_underway;
        return !m_closed;
    }
    void leave() {
        const std::scoped_lock lock(m_mutex);
        --m_underway;
        m_room.notify_one();
    }
    void close() {
        const std::scoped_lock lock(m_mutex);
        m_closed = true;
        m_room.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_room;
    int m_underway = 0;
    bool m_closed = false;
};

RunHost::RunHost(RunFunction run, IoExecutor& io, const Clock& clock, Listener listener)
    : m_run(std::move(run)), m_io(io), m_clock(clock), m_listener(std::move(listener)) {}

RunHost::~RunHost() {
    for (auto& [id, active] : m_active) {
        active.flow->close();
        active.worker.request_stop();
    }
    m_active.clear();
}

void RunHost::start(RunRequest request) {
    const QString id = request.run.toString();
    auto shared = std::make_shared<const RunRequest>(std::move(request));
    auto flow = std::make_shared<Flow>();
    Active& active = m_active[id];
    active.request = shared;
    active.flow = flow;
    active.worker =
        std::jthread([this, shared, flow](std::stop_token stop) { work(std::move(stop), shared, flow); });
}

void RunHost::work(std::stop_token stop, const std::shared_ptr<const RunRequest>& request,
                   const std::shared_ptr<Flow>& flow) {
    const auto pass = [&](const QByteArray& frame) {
        if (!flow->enter())
            return;
        m_io.post([this, request, flow, frame] {
            flow->leave();
            m_listener.frame(*request, frame);
        });
    };
    std::vector<QByteArray> held;
    const auto take = [&](const QJsonObject& frame) {
        for (const QByteArray& earlier : held)
            pass(earlier);
        held.clear();
        if (mayBeLast(frame))
            held.push_back(frames::bytes(frame));
        else
            pass(frames::bytes(frame));
    };
    RunOutcome outcome;
    std::optional<QString> thrown;
    try {
        outcome = m_run(*request, take, std::move(stop), m_clock);
    } catch (const std::exception& exception) {
        thrown = QString::fromLocal8Bit(exception.what());
    } catch (...) {
        thrown = u"unknown exception"_s;
    }
    if (flow->enter())
        m_io.post([this, flow, id = request->run, outcome, held, thrown] {
            flow->leave();
            finished(id, outcome, held, thrown);
        });
}

void RunHost::finished(const RunId& id, const RunOutcome& outcome, const std::vector<QByteArray>& lastFrames,
                       const std::optional<QString>& thrown) {
    auto node = m_active.extract(id.toString());
    if (node.empty())
        return;
    node.mapped().worker.join();
    m_listener.ended(*node.mapped().request, outcome, lastFrames, thrown);
}

QStringList RunHost::stop(const UserId& user, const RunId& run, const ThreadId& thread) {
    QStringList stopped;
    for (auto& [id, active] : m_active) {
        if (!(active.request->user == user) || (!run.isEmpty() && !(active.request->run == run)) ||
            (run.isEmpty() && !thread.isEmpty() && !(active.request->thread == thread)))
            continue;
        active.worker.request_stop();
        stopped.append(id);
    }
    return stopped;
}

void RunHost::stopAll() {
    for (auto& [id, active] : m_active)
        active.worker.request_stop();
}

int RunHost::activeRuns(const UserId& user) const {
    int count = 0;
    for (const auto& [id, active] : m_active)
        count += active.request->user == user ? 1 : 0;
    return count;
}

} // namespace apex::backend
