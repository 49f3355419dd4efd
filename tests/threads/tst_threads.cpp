// SPDX-License-Identifier: GPL-3.0-or-later
// What runs in more than one thread, without signals and slots, so that ThreadSanitizer can judge it: the
// runs of the backend with their agents and importers, and decoders side by side.
#include "backend/agents/agent_run.h"
#include "backend/server/run_host.h"
#include "inspection/inspect.h"

#include <QDir>
#include <QFileInfo>
#include <QTextStream>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

/// The io thread of the test: whoever calls runUntil.
class Queue final : public IoExecutor {
public:
    void post(std::function<void()> work) override {
        const std::scoped_lock lock(m_mutex);
        m_work.push_back(std::move(work));
        m_more.notify_one();
    }
    void after(std::chrono::milliseconds, std::function<void()>) override {}

    /// Works until `done` holds; false after a minute without work.
    bool runUntil(const std::function<bool()>& done) {
        while (!done()) {
            std::function<void()> work;
            {
                std::unique_lock lock(m_mutex);
                if (!m_more.wait_for(lock, std::chrono::minutes(1), [this] { return !m_work.empty(); }))
                    return false;
                work = std::move(m_work.front());
                m_work.pop_front();
            }
            work();
        }
        return true;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_more;
    std::deque<std::function<void()>> m_work;
};

RunRequest question(int number, const QString& path) {
    RunRequest request;
    request.run = RunId(u"run-%1"_s.arg(number));
    request.thread = ThreadId(u"thread-%1"_s.arg(number));
    request.user = UserId(u"user-1"_s);
    request.text = u"Where is my AI spend going?"_s;
    request.files.push_back(
        {FileId(u"file-1"_s), QFileInfo(path).fileName(), path, QFileInfo(path).size(), true});
    request.priceFilePath = QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json");
    return request;
}

QString sampleFile() {
    return QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");
}

/// What was wrong; empty if nothing.
using Complaint = QString;

Complaint decodersSideBySideAgree() {
    const QDir folder(QStringLiteral(APEX_TEST_DATA "/recordings"));
    const QStringList names = folder.entryList(QDir::Files);
    if (names.size() < 4)
        return u"there is hardly anything to decode"_s;
    const auto inspectAll = [&] {
        std::vector<QByteArray> results;
        for (const QString& name : names)
            if (auto recording = inspection::readRecordingFile(folder.filePath(name)))
                results.push_back(inspection::toJson({inspection::inspectFrames(*recording, {}, name)}));
        return results;
    };
    const std::vector<QByteArray> expected = inspectAll();
    std::atomic<int> different = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] { different += inspectAll() == expected ? 0 : 1; });
    }
    return different == 0 ? Complaint() : u"threads that decode side by side disagree"_s;
}

/// Counts how runs end.
struct Ends {
    int ended = 0;
    int completed = 0;
    int stopped = 0;

    void add(const RunOutcome& outcome) {
        ++ended;
        completed += outcome.end == RunEnd::Completed ? 1 : 0;
        stopped += outcome.end == RunEnd::Stopped ? 1 : 0;
    }
};

Complaint runsSideBySideAllEnd() {
    constexpr int count = 4;
    Queue io;
    const SystemClock clock;
    Ends ends;
    std::map<QString, int> frames;
    RunHost host(runAgents, io, clock,
                 {[&](const RunRequest& run, const QByteArray&) { ++frames[run.run.toString()]; },
                  [&](const RunRequest&, const RunOutcome& outcome, const std::vector<QByteArray>&,
                      const std::optional<QString>&) { ends.add(outcome); }});
    for (int i = 0; i < count; ++i)
        host.start(question(i, sampleFile()));
    if (!io.runUntil([&] { return ends.ended == count; }))
        return u"the runs did not end"_s;
    return ends.completed == count && frames.size() == count && host.isIdle()
               ? Complaint()
               : u"%1 of %2 runs completed"_s.arg(ends.completed).arg(count);
}

Complaint runsStopWhileTheyWork() {
    Queue io;
    const SystemClock clock;
    Ends ends;
    RunHost* asked = nullptr;
    RunHost host(
        runAgents, io, clock,
        {[&](const RunRequest& run, const QByteArray&) { asked->stop(run.user, run.run, run.thread); },
         [&](const RunRequest&, const RunOutcome& outcome, const std::vector<QByteArray>&,
             const std::optional<QString>&) { ends.add(outcome); }});
    asked = &host;
    for (int i = 0; i < 3; ++i)
        host.start(question(i, sampleFile()));
    if (!io.runUntil([&] { return ends.ended == 3; }))
        return u"the runs did not end"_s;
    return ends.stopped > 0 ? Complaint() : u"no run that was asked to stop at its first frame did"_s;
}

/// The host joins its workers, or this never returns.
Complaint hostLeavesWhileRunsWork() {
    Queue io;
    const SystemClock clock;
    int frames = 0;
    RunHost host(runAgents, io, clock,
                 {[&](const RunRequest&, const QByteArray&) { ++frames; },
                  [](const RunRequest&, const RunOutcome&, const std::vector<QByteArray>&,
                     const std::optional<QString>&) {}});
    for (int i = 0; i < 3; ++i)
        host.start(question(i, sampleFile()));
    return io.runUntil([&] { return frames > 2; }) ? Complaint() : u"no frames came"_s;
}

struct Case {
    const char* name;
    Complaint (*run)();
};

constexpr Case cases[] = {
    {"decoders side by side agree", decodersSideBySideAgree},
    {"runs side by side all end", runsSideBySideAllEnd},
    {"runs stop while they work", runsStopWhileTheyWork},
    {"the host leaves while runs work", hostLeavesWhileRunsWork},
};

} // namespace

int main() {
    QTextStream out(stdout);
    int wrong = 0;
    for (const Case& each : cases) {
        const Complaint complaint = each.run();
        wrong += complaint.isEmpty() ? 0 : 1;
        out << (complaint.isEmpty() ? "PASS " : "FAIL ") << each.name << ' ' << complaint << Qt::endl;
    }
    return wrong;
}
