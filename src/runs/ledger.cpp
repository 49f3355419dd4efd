// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/ledger.h"

#include "runs/run_directory.h"
#include "runs/run_reducer.h"

#include <deque>

namespace apex::runs {

namespace {

using namespace protocol;

template <class... Types>
bool isAnyOf(const Body& body) {
    return (std::holds_alternative<Types>(body) || ...);
}

/// Bodies that prove that a run exists.
bool makesRun(const Body& body) {
    return isAnyOf<AgentStarted, AgentThinking, ToolExecuting, ToolCompleted, AgentCompleted, AgentFailed,
                   PartialText, FinalReport>(body);
}

/// Bodies that belong to some run if there is one.
bool belongsToRun(const Body& body) {
    return makesRun(body) || isAnyOf<AgentStopped, RunNotice, ServerError, Unknown>(body);
}

/// Bodies that end an agent, and with it perhaps a run.
bool isEnd(const Body& body) {
    return isAnyOf<AgentCompleted, AgentFailed>(body);
}

/// The sent prompt that a run answers.
struct Prompt {
    RunId clientRun;
    Receipt receipt;
};

} // namespace

struct Ledger::State {
    explicit State(LedgerOptions chosen) : options(std::move(chosen)) {}

    struct Found {
        int run = -1;
        bool adopted = false; ///< assigned by thread and order
        bool isNew = false;
    };

    Found find(const Event& event, const Receipt& receipt);
    Found findWithoutId(const Event& event, const Receipt& receipt);
    int stopCandidate(const ThreadId& thread);
    bool hasPrompt(const ThreadId& thread) const;
    std::optional<Prompt> takePrompt(const Event& event);
    bool mayBelong(int nameless, const Event& event) const;
    Found addRun(const Event& event, const Receipt& receipt);
    void learnIdentity(int index, const Envelope& envelope);
    void learnThread(const Event& event);
    bool isForeign(const Envelope& envelope) const;
    std::vector<Change> forAllOpen(const std::function<void(Run&, RunReducer&, Change&)>& act);

    Run& run(int index) { return runs[static_cast<std::size_t>(index)]; }
    RunReducer& reducer(int index) { return reducers[static_cast<std::size_t>(index)]; }

    LedgerOptions options;
    std::vector<Run> runs;
    std::deque<RunReducer> reducers;
    RunDirectory directory;
    QHash<ThreadId, std::deque<Prompt>> prompts;
    ThreadId announced;                  ///< the thread that the server spoke of last
    QHash<int, ThreadId> supposedThread; ///< thread announced last when a run without one began
    qint64 foreign = 0;
};

bool Ledger::State::isForeign(const Envelope& envelope) const {
    return !options.expectedUser.isEmpty() && !envelope.user.isEmpty() &&
           envelope.user != options.expectedUser;
}

bool Ledger::State::hasPrompt(const ThreadId& thread) const {
    const auto waiting = prompts.constFind(thread);
    return (waiting != prompts.constEnd() && !waiting->empty()) ||
           (!thread.isEmpty() && prompts.contains(ThreadId()) && !prompts[ThreadId()].empty());
}

std::optional<Prompt> Ledger::State::takePrompt(const Event& event) {
    const ThreadId& thread = event.envelope.thread;
    const RunId& run = event.envelope.run;
    for (const ThreadId& key : {thread, ThreadId()}) {
        const auto waiting = prompts.find(key);
        if (waiting == prompts.end() || waiting->empty())
            continue;
        auto chosen = waiting->begin();
        for (auto it = waiting->begin(); it != waiting->end(); ++it)
            if (!run.isEmpty() && it->clientRun == run)
                chosen = it;
        // The end of a run of another name, without a word before it, answers nobody's prompt for certain.
        const bool named = !run.isEmpty() && chosen->clientRun != run;
        if (isEnd(event.body) && named && key.isEmpty())
            continue;
        Prompt prompt = std::move(*chosen);
        waiting->erase(chosen);
        return prompt;
    }
    return std::nullopt;
}

/// Whether an event with an id of its own may be the first to name an open run that has none yet.
bool Ledger::State::mayBelong(int nameless, const Event& event) const {
    const QString turn = directory.turnOf(nameless);
    if (!turn.isEmpty() && !event.envelope.turn.isEmpty() && turn != event.envelope.turn)
        return false;
    // An agent that is not at work there cannot end there: this is somebody else's run.
    return !isEnd(event.body) || reducers[static_cast<std::size_t>(nameless)].mayEnd(event.envelope.agent);
}

Ledger::State::Found Ledger::State::addRun(const Event& event, const Receipt& receipt) {
    const Envelope& envelope = event.envelope;
    Run run;
    run.id = envelope.run;
    run.thread = envelope.thread;
    run.first = run.firstEvent = run.last = receipt.mono;
    run.firstWall = receipt.wall;
    run.firstFrame = run.lastFrame = receipt.frame;
    if (const auto prompt = takePrompt(event)) {
        run.first = std::min(prompt->receipt.mono, receipt.mono);
        run.firstWall = prompt->receipt.wall;
        if (run.id.isEmpty())
            run.id = prompt->clientRun;
    }
    const auto index = static_cast<int>(runs.size());
    runs.push_back(std::move(run));
    reducers.emplace_back(options);
    directory.noteOpen(runs.back(), index);
    directory.noteTurn(envelope.turn, index);
    if (runs.back().thread.isEmpty() && !announced.isEmpty())
        supposedThread.insert(index, announced);
    return {index, envelope.run.isEmpty(), true};
}

Ledger::State::Found Ledger::State::find(const Event& event, const Receipt& receipt) {
    const Envelope& envelope = event.envelope;
    // What breaks a run's sequence concerns it, whatever it is.
    if (!belongsToRun(event.body) && envelope.faults.empty())
        return {};
    if (envelope.run.isEmpty())
        return findWithoutId(event, receipt);
    const int known = directory.byId(envelope.run);
    // AG-UI lets a run id start again after its end (peers.md 4.1).
    const bool startsAgain =
        known >= 0 && run(known).ended && envelope.family == 'U' && envelope.wireType == u"RUN_STARTED";
    if (known >= 0 && !startsAgain)
        return {known, false, false};
    if (!makesRun(event.body))
        return {};
    const int nameless = directory.latestOpen(envelope.thread, runs);
    if (nameless >= 0 && run(nameless).id.isEmpty() && !startsAgain && mayBelong(nameless, event))
        return {nameless, true, false};
    return addRun(event, receipt);
}

Ledger::State::Found Ledger::State::findWithoutId(const Event& event, const Receipt& receipt) {
    const ThreadId& thread = event.envelope.thread;
    if (std::holds_alternative<AgentStopped>(event.body))
        if (const int stopping = stopCandidate(thread); stopping >= 0)
            return {stopping, true, false};
    const QString& turn = event.envelope.turn;
    if (const int same = turn.isEmpty() ? -1 : directory.byTurn(turn); same >= 0)
        return {same, true, false};
    const int open = directory.latestOpen(thread, runs);
    const bool otherTurn = open >= 0 && !turn.isEmpty() && !directory.turnOf(open).isEmpty();
    if (otherTurn && makesRun(event.body))
        return addRun(event, receipt);
    if (open >= 0)
        return {open, true, false};
    const bool begins =
        std::holds_alternative<AgentStarted>(event.body) || (makesRun(event.body) && hasPrompt(thread));
    if (begins)
        return addRun(event, receipt);
    if (std::holds_alternative<Unknown>(event.body) || std::holds_alternative<ServerError>(event.body))
        return {};
    if (const int last = directory.latest(thread, runs); last >= 0)
        return {last, true, false};
    return makesRun(event.body) ? addRun(event, receipt) : Found{};
}

int Ledger::State::stopCandidate(const ThreadId& thread) {
    const std::vector<int> open = directory.allOpen(runs);
    for (auto it = open.rbegin(); it != open.rend(); ++it) {
        const Run& candidate = runs[static_cast<std::size_t>(*it)];
        const bool fits = thread.isEmpty() || candidate.thread.isEmpty() || candidate.thread == thread;
        if (candidate.stopRequested && fits)
            return *it;
    }
    return -1;
}

void Ledger::State::learnIdentity(int index, const Envelope& envelope) {
    Run& known = run(index);
    if (known.id.isEmpty() && !envelope.run.isEmpty()) {
        known.id = envelope.run;
        directory.noteId(known.id, index);
    }
    if (known.thread.isEmpty() && !envelope.thread.isEmpty()) {
        known.thread = envelope.thread;
        directory.noteThread(known.thread, index);
    }
    directory.noteTurn(envelope.turn, index);
}

void Ledger::State::learnThread(const Event& event) {
    const auto* notice = std::get_if<ThreadNotice>(&event.body);
    if (notice &&
        (notice->kind == ThreadNotice::Kind::Created || notice->kind == ThreadNotice::Kind::Switched))
        announced = notice->thread;
    if (!notice || notice->kind != ThreadNotice::Kind::Created || notice->thread.isEmpty())
        return;
    const int open = directory.latestOpen({}, runs);
    if (open >= 0 && run(open).thread.isEmpty()) {
        run(open).thread = notice->thread;
        directory.noteThread(notice->thread, open);
    }
}

std::vector<Change> Ledger::State::forAllOpen(const std::function<void(Run&, RunReducer&, Change&)>& act) {
    std::vector<Change> changes;
    for (const int index : directory.allOpen(runs)) {
        Change change;
        change.run = index;
        act(run(index), reducer(index), change);
        changes.push_back(std::move(change));
    }
    return changes;
}

Ledger::Ledger(LedgerOptions options) : m_state(std::make_unique<State>(std::move(options))) {}
Ledger::~Ledger() = default;
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;

Change Ledger::apply(const Event& event, const Receipt& receipt) {
    Change change;
    if (m_state->isForeign(event.envelope)) {
        ++m_state->foreign;
        change.run = event.envelope.run.isEmpty() ? -1 : m_state->directory.byId(event.envelope.run);
        if (change.run >= 0)
            m_state->reducer(change.run)
                .addFinding(m_state->run(change.run), Rule::ForeignUser, event.envelope.type, receipt.frame);
        return change;
    }
    const auto* unknown = std::get_if<Unknown>(&event.body);
    if (unknown && event.envelope.type.isEmpty() && event.envelope.family == '?')
        return undecodable(unknown->reason, receipt);
    m_state->learnThread(event);
    const State::Found found = m_state->find(event, receipt);
    change.run = found.run;
    change.runAdded = found.isNew;
    if (found.run < 0)
        return change;
    m_state->learnIdentity(found.run, event.envelope);
    Run& run = m_state->run(found.run);
    RunReducer& reducer = m_state->reducer(found.run);
    if (found.adopted && makesRun(event.body))
        reducer.addFinding(run, Rule::AdoptedRunId, event.envelope.type, receipt.frame);
    const bool wasEnded = run.ended;
    reducer.apply(run, event, receipt, change);
    if (wasEnded && !run.ended)
        m_state->directory.noteOpen(run, found.run);
    return change;
}

Change Ledger::undecodable(const QString& reason, const Receipt& receipt) {
    Change change;
    constexpr std::size_t mostMarked = 64;
    for (const int index : m_state->directory.recentlyOpened(m_state->runs, mostMarked)) {
        Run& run = m_state->run(index);
        change.run = index;
        const bool isMarked = !run.findings.empty() && run.findings.back().rule == Rule::Undecodable &&
                              run.findings.back().frame == receipt.frame;
        if (!isMarked)
            m_state->reducer(index).addFinding(run, Rule::Undecodable, reason, receipt.frame);
    }
    return change;
}

void Ledger::promptSent(const ThreadId& thread, const RunId& clientRun, const Receipt& receipt) {
    m_state->prompts[thread].push_back({clientRun, receipt});
}

Change Ledger::stopRequested(const RunId& run, const Receipt&) {
    Change change;
    change.run = m_state->directory.byId(run);
    if (change.run >= 0 && !m_state->run(change.run).ended) {
        m_state->run(change.run).stopRequested = true;
        change.outcomeChanged = true;
    }
    return change;
}

std::vector<Change> Ledger::linkGap(const Receipt& lost, const Receipt& restored) {
    return m_state->forAllOpen([&](Run& run, RunReducer& reducer, Change& change) {
        reducer.addLinkGap(run, lost, restored, change);
    });
}

void Ledger::renameThread(const ThreadId& from, const ThreadId& to) {
    if (from == to)
        return;
    for (std::size_t i = 0; i < m_state->runs.size(); ++i)
        if (m_state->runs[i].thread == from) {
            m_state->runs[i].thread = to;
            m_state->directory.noteThread(to, static_cast<int>(i));
        }
    if (const auto waiting = m_state->prompts.find(from); waiting != m_state->prompts.end()) {
        std::deque<Prompt> moved = std::move(*waiting);
        m_state->prompts.erase(waiting);
        auto& target = m_state->prompts[to];
        target.insert(target.end(), moved.begin(), moved.end());
    }
}

std::vector<Change> Ledger::endOfInput(MonoTime at) {
    // Nobody will name the thread any more: the one announced before the run began was it.
    for (auto it = m_state->supposedThread.cbegin(); it != m_state->supposedThread.cend(); ++it)
        if (Run& run = m_state->run(it.key()); run.thread.isEmpty())
            run.thread = it.value();
    return m_state->forAllOpen(
        [&](Run& run, RunReducer& reducer, Change& change) { reducer.endWithoutOutcome(run, at, change); });
}

const std::vector<Run>& Ledger::runs() const {
    return m_state->runs;
}
int Ledger::indexOf(const RunId& run) const {
    return m_state->directory.byId(run);
}
qint64 Ledger::foreignEvents() const {
    return m_state->foreign;
}

} // namespace apex::runs
