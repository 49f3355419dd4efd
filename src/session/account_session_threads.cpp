// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/decoder.h"
#include "session/account_session_private.h"
#include "session/archive_replay.h"

#include <algorithm>

namespace apex::session {

using namespace Qt::StringLiterals;

namespace {

std::vector<history::ToolTime> toolTimesOf(const runs::Run& run) {
    std::vector<history::ToolTime> times;
    for (const runs::Step& step : run.steps)
        if (step.kind == runs::StepKind::Tool && step.state == runs::StepState::Done && step.ended)
            times.push_back({step.name, std::chrono::duration_cast<std::chrono::milliseconds>(*step.ended -
                                                                                              step.started)});
    return times;
}

} // namespace

Conversation* AccountSession::Private::find(const ThreadId& thread) const {
    if (thread.isEmpty()) {
        // A new conversation that has not been used yet serves the next wish for one.
        for (const OpenConversation& open : conversations) {
            if (open.conversation->thread().isEmpty() && open.conversation->messages().empty())
                return open.conversation.get();
        }
        return nullptr;
    }
    for (const OpenConversation& open : conversations) {
        if (open.conversation->thread() == thread)
            return open.conversation.get();
    }
    return byFormerThread.value(thread.toString()).data();
}

OpenConversation& AccountSession::Private::entryOf(const Conversation& conversation) {
    return *std::find_if(conversations.begin(), conversations.end(), [&](const OpenConversation& open) {
        return open.conversation.get() == &conversation;
    });
}

Conversation* AccountSession::Private::create(const ThreadId& thread) {
    runs::LedgerOptions options;
    if (lastClaims)
        options.expectedUser = lastClaims->user;
    OpenConversation open;
    open.conversation = std::make_unique<Conversation>(thread, options);
    Conversation* conversation = open.conversation.get();
    conversations.push_back(std::move(open));
    const auto entry = std::find_if(listed.begin(), listed.end(),
                                    [&](const ThreadEntry& known) { return known.id == thread; });
    if (entry != listed.end() && !thread.isEmpty())
        conversation->setTitle(entry->title);
    replay(*conversation);
    connect(conversation, &Conversation::runChanged, &q,
            [this, conversation](const runs::Change& change) { runChanged(*conversation, change); });
    connect(conversation, &Conversation::titleChanged, &q, [this, conversation] {
        if (archive && !conversation->thread().isEmpty())
            archive->saveThread(conversation->thread(), conversation->title(), {});
        rebuildThreads();
    });
    rebuildThreads();
    return conversation;
}

void AccountSession::Private::replay(Conversation& conversation) {
    if (!archive || conversation.thread().isEmpty())
        return;
    const bool agUi = parts.profile.protocol == u"ag-ui"_s;
    replayArchive(conversation, archive->messages(conversation.thread()),
                  archive->frames(conversation.thread()),
                  {agUi ? protocol::Dialect::AgUi : protocol::Dialect::Platform,
                   archive->session(),
                   {parts.clock.wallNow(), parts.clock.monoNow()}});
    for (const runs::Run& run : conversation.ledger().runs())
        byRun.insert(run.id.toString(), &conversation);
}

void AccountSession::Private::loadMessages(Conversation& conversation) {
    OpenConversation& entry = entryOf(conversation);
    const bool canAsk = keeper && (keeper->state() == auth::TokenKeeper::State::SignedIn ||
                                   keeper->state() == auth::TokenKeeper::State::RenewalFailing);
    entry.loadAgain = entry.loading;
    if (entry.loading || !canAsk)
        return;
    entry.loading = true;
    const ThreadId asked = conversation.thread();
    rest->listMessages(
        asked, &conversation,
        [this, asked, &conversation](const Expected<std::vector<protocol::StoredMessage>>& stored) {
            const bool isOpen = find(conversation.thread()) == &conversation;
            if (!isOpen)
                return;
            entryOf(conversation).loading = false;
            if (entryOf(conversation).loadAgain) {
                loadMessages(conversation);
                return;
            }
            if (!stored) {
                notify(u"history"_s, stored.error());
                Q_EMIT q.historyRead(&conversation, stored.error());
                return;
            }
            clearNotice(u"history"_s);
            conversation.mergeHistory(*stored);
            if (archive)
                archive->saveMessages(asked, *stored);
            reconcile(conversation);
            Q_EMIT q.historyRead(&conversation, {});
        });
}

void AccountSession::Private::reconcile(Conversation& conversation) {
    std::vector<qint64> unconfirmed;
    const auto& rows = conversation.messages();
    const runs::Ledger& ledger = conversation.ledger();
    for (const Message& row : rows) {
        const bool beforeLoss = row.speaker == Speaker::User && row.delivery == Delivery::Sent &&
                                row.id.isEmpty() && ledger.indexOf(row.run) < 0 &&
                                unconfirmedRuns.contains(row.run.toString());
        if (beforeLoss)
            unconfirmed.push_back(row.localId);
    }
    for (const qint64 localId : unconfirmed) {
        Error error = makeError(ErrorKind::Network,
                                tr("The connection broke before the server confirmed this message."),
                                tr("Send it again if no answer appears."));
        error.kept = tr("The server's list does not hold it.");
        conversation.setDelivery(localId, Delivery::Failed, error);
    }
    // A run whose answer the server has stored will send no more events; its end itself was missed and stays
    // unknown.
    const auto open = [](const runs::Run& run) { return !run.ended; };
    const auto isStored = [&](const runs::Run& run) {
        return std::any_of(rows.begin(), rows.end(),
                           [&](const Message& row) { return row.recovered && row.run == run.id; });
    };
    const auto& runs = ledger.runs();
    const bool anyOpen = std::any_of(runs.begin(), runs.end(), open);
    const bool allStored =
        std::all_of(runs.begin(), runs.end(), [&](const auto& run) { return run.ended || isStored(run); });
    if (anyOpen && allStored)
        conversation.endOfInput(parts.clock.monoNow());
}

void AccountSession::Private::assignThread(Conversation& conversation, const ThreadId& thread) {
    const ThreadId former = conversation.thread();
    conversation.setThread(thread);
    if (!former.isEmpty())
        byFormerThread.insert(former.toString(), &conversation);
    if (archive && !former.isEmpty())
        archive->renameThread(former, thread);
    if (archive) {
        archive->saveThread(thread, conversation.title(), parts.clock.wallNow());
        for (const connection::Frame& frame : std::exchange(entryOf(conversation).unsaved, {}))
            archive->addFrame(thread, frame.bytes, frame.receipt);
        for (const Message& row : conversation.messages()) {
            if (row.speaker == Speaker::User && row.delivery == Delivery::Sent)
                savePrompt(conversation, row.localId);
        }
    }
    Q_EMIT q.threadAssigned(&conversation);
    rebuildThreads();
    pump();
}

void AccountSession::Private::runChanged(Conversation& conversation, const runs::Change& change) {
    const runs::Run& run = conversation.ledger().runs()[static_cast<size_t>(change.run)];
    if (change.runAdded && !run.id.isEmpty())
        byRun.insert(run.id.toString(), &conversation);
    if (change.outcomeChanged || run.ended)
        saveAnswer(conversation, run);
    if (change.outcomeChanged && archive && !run.id.isEmpty())
        archive->saveToolTimes(conversation.thread(), run.id, toolTimesOf(run));
    OpenConversation& entry = entryOf(conversation);
    const bool isRunning = conversation.isRunning();
    if (isRunning == entry.wasRunning && !change.outcomeChanged)
        return;
    entry.wasRunning = isRunning;
    rebuildThreads();
}

void AccountSession::Private::saveAnswer(const Conversation& conversation, const runs::Run& run) {
    if (!archive || conversation.thread().isEmpty() || run.id.isEmpty())
        return;
    history::ArchivedRun saved{run.id,    conversation.thread(), run.outcome, run.verdict,
                               run.agent, run.firstWall,         {}};
    saved.duration = std::chrono::duration_cast<std::chrono::milliseconds>(run.last - run.first);
    archive->saveRun(saved);
    if (run.outcome == runs::Outcome::Completed) {
        protocol::StoredMessage answer;
        answer.thread = conversation.thread();
        answer.run = run.id;
        answer.text = run.answer.isEmpty() ? run.partialText : run.answer;
        answer.finalReport = run.report;
        answer.reportType = run.reportType;
        answer.createdAt = parts.clock.wallNow();
        archive->saveMessages(conversation.thread(), {answer});
    }
    archive->saveThread(conversation.thread(), conversation.title(), parts.clock.wallNow());
}

void AccountSession::Private::listThreads() {
    if (listing)
        return;
    listing = true;
    rest->listThreads(&q, [this](const Expected<std::vector<protocol::ThreadSummary>>& found) {
        listing = false;
        if (!found) {
            notify(u"threads"_s, found.error());
            return;
        }
        clearNotice(u"threads"_s);
        const std::vector<ThreadEntry> before = std::exchange(listed, {});
        for (const protocol::ThreadSummary& thread : *found) {
            ThreadEntry entry;
            entry.id = thread.id;
            entry.title = thread.title;
            entry.updatedAt = thread.updatedAt ? thread.updatedAt : thread.createdAt;
            const auto known = std::find_if(before.begin(), before.end(),
                                            [&](const ThreadEntry& old) { return old.id == thread.id; });
            if (known != before.end()) {
                entry.hasRun = known->hasRun;
                entry.lastOutcome = known->lastOutcome;
            }
            if (archive)
                archive->saveThread(entry.id, entry.title, entry.updatedAt);
            listed.push_back(std::move(entry));
        }
        rebuildThreads();
    });
}

void AccountSession::Private::rebuildThreads() {
    threads = listed;
    for (const OpenConversation& open : conversations) {
        const Conversation& conversation = *open.conversation;
        if (conversation.thread().isEmpty())
            continue;
        auto entry = std::find_if(threads.begin(), threads.end(), [&](const ThreadEntry& known) {
            return known.id == conversation.thread();
        });
        if (entry == threads.end()) {
            if (conversation.messages().empty() && conversation.latestRun() < 0)
                continue;
            entry = threads.insert(threads.begin(), ThreadEntry{});
            entry->id = conversation.thread();
            entry->updatedAt =
                conversation.messages().empty() ? parts.clock.wallNow() : conversation.messages().back().at;
        }
        if (entry->title.isEmpty())
            entry->title = conversation.title();
        entry->running = conversation.isRunning();
        if (conversation.latestRun() >= 0) {
            entry->hasRun = true;
            entry->lastOutcome = conversation.ledger().runs().back().outcome;
        }
    }
    std::stable_sort(threads.begin(), threads.end(), [](const ThreadEntry& a, const ThreadEntry& b) {
        return a.updatedAt.value_or(WallTime{}) > b.updatedAt.value_or(WallTime{});
    });
    Q_EMIT q.threadsChanged();
}

protocol::Receipt AccountSession::Private::receiptNow() const {
    return {lastFrame.receipt.frame, parts.clock.wallNow(), parts.clock.monoNow()};
}

} // namespace apex::session
