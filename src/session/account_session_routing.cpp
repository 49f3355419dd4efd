// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/logging.h"
#include "session/account_session_private.h"

#include <algorithm>

namespace apex::session {

using namespace Qt::StringLiterals;
using connection::LinkPhase;

namespace {

/// An id cut short by the server ("demo-use...") can be compared by its beginning only (protocol.md 3.4).
bool isSameUser(const UserId& mine, const UserId& theirs) {
    const QString& said = theirs.toString();
    if (!said.endsWith(u"..."_s))
        return mine == theirs;
    return mine.toString().startsWith(QStringView(said).chopped(3));
}

bool startsAnything(const protocol::Event& event) {
    return !std::holds_alternative<protocol::ServerError>(event.body) &&
           !std::holds_alternative<protocol::Unknown>(event.body) &&
           !std::holds_alternative<protocol::RunNotice>(event.body);
}

} // namespace

void AccountSession::Private::gotFrame(const connection::Frame& frame) {
    if (recorder)
        recorder->frame(frame.bytes, frame.receipt, frame.outgoing);
    if (!frame.outgoing) {
        lastFrame = frame;
        lastFrameAt = frame.receipt.mono;
    }
    Q_EMIT q.frame(frame);
}

void AccountSession::Private::undecodable(const QString& reason) {
    ++undecodableFrames;
    notify(u"undecodable"_s,
           makeError(ErrorKind::Protocol,
                     tr("%n frame(s) from the server could not be read.", nullptr, undecodableFrames),
                     tr("They are kept; look at them in the frame log."), reason));
}

void AccountSession::Private::gotEvent(const protocol::Event& event, const protocol::Receipt& receipt) {
    const QPointer<AccountSession> alive(&q);
    if (isForeign(event.envelope.user)) {
        refuseForeign(event);
        return;
    }
    if (takeSessionEvent(event))
        return;
    Conversation* conversation = target(event);
    if (!conversation) {
        if (const auto* error = std::get_if<protocol::ServerError>(&event.body))
            notify(u"server"_s,
                   makeError(ErrorKind::Unavailable,
                             error->message.isEmpty() ? tr("The server reported an error without words.")
                                                      : error->message,
                             {}, error->code));
        return;
    }
    if (const auto* notice = std::get_if<protocol::ThreadNotice>(&event.body))
        threadNotice(event, *notice);
    if (!event.envelope.run.isEmpty())
        byRun.insert(event.envelope.run.toString(), conversation);
    keepFrame(*conversation, receipt);
    conversation->apply(event, receipt);
    if (!alive)
        return;
    watchReaction();
    pump();
}

bool AccountSession::Private::isForeign(const UserId& from) const {
    // Opaque tokens name nobody, so there is nothing to compare with.
    return lastClaims && !from.isEmpty() && !lastClaims->user.isEmpty() &&
           !isSameUser(lastClaims->user, from);
}

void AccountSession::Private::refuseForeign(const protocol::Event& event) {
    ++foreignFrames;
    qCWarning(logSession) << "refused an event for another user:" << event.envelope.type;
    Error error =
        makeError(ErrorKind::Denied,
                  tr("%n event(s) for another account came in and were refused.", nullptr, foreignFrames),
                  tr("Tell your administrator: the server may be mixing accounts."),
                  u"%1, frame %2"_s.arg(event.envelope.type).arg(lastFrame.receipt.frame));
    error.kept = tr("They are in the recording, but not in your conversations.");
    notify(u"foreign"_s, error);
}

void AccountSession::Private::checkIdentity(const protocol::ConnectionEstablished& greeting) {
    if (!isForeign(greeting.user)) {
        clearNotice(u"identity"_s);
        return;
    }
    notify(u"identity"_s,
           makeError(ErrorKind::Authentication,
                     tr("The server knows you as %1, not as the account you signed in with.")
                         .arg(greeting.user.toString()),
                     tr("It may run in a demo mode. Do not send anything private."), greeting.mode));
}

bool AccountSession::Private::takeSessionEvent(const protocol::Event& event) {
    if (const auto* greeting = std::get_if<protocol::ConnectionEstablished>(&event.body)) {
        checkIdentity(*greeting);
        clearNotice(u"server"_s);
        leaving.stop();
        return true;
    }
    if (const auto* handshake = std::get_if<protocol::HandshakeResponse>(&event.body)) {
        handshakeThread = handshake->thread;
        return true;
    }
    if (const auto* notice = std::get_if<protocol::ServerNotice>(&event.body)) {
        serverLeaves(*notice);
        return true;
    }
    return std::holds_alternative<protocol::HandshakeComplete>(event.body) ||
           std::holds_alternative<protocol::Heartbeat>(event.body) ||
           std::holds_alternative<protocol::Ping>(event.body) ||
           std::holds_alternative<protocol::Acknowledgement>(event.body) ||
           std::holds_alternative<protocol::TokenNotice>(event.body);
}

void AccountSession::Private::serverLeaves(const protocol::ServerNotice& notice) {
    QString text = notice.text.isEmpty() ? tr("The server will go away for a while.") : notice.text;
    if (notice.drain)
        text = tr("%1 (in %2)").arg(text, durationText(*notice.drain));
    Error error = makeError(ErrorKind::Unavailable, text, tr("It is connected again by itself."));
    error.kept = tr("Messages you write now are kept and sent after that.");
    notify(u"server"_s, error);
    // A server that stays after all must not hold messages for ever.
    leaving.start(notice.drain.value_or(std::chrono::seconds(60)) + std::chrono::seconds(5));
}

void AccountSession::Private::watchReaction() {
    if (unanswered())
        return;
    reaction.stop();
    clearNotice(u"reaction"_s);
}

void AccountSession::Private::threadNotice(const protocol::Event& event,
                                           const protocol::ThreadNotice& notice) {
    const ThreadId named = notice.thread.isEmpty() ? event.envelope.thread : notice.thread;
    if (notice.kind == protocol::ThreadNotice::Kind::Deleted) {
        listed.erase(std::remove_if(listed.begin(), listed.end(),
                                    [&](const ThreadEntry& entry) { return entry.id == named; }),
                     listed.end());
        rebuildThreads();
    }
}

Conversation* AccountSession::Private::target(const protocol::Event& event) {
    const RunId& run = event.envelope.run;
    ThreadId thread = event.envelope.thread;
    const auto* notice = std::get_if<protocol::ThreadNotice>(&event.body);
    if (thread.isEmpty() && notice)
        thread = notice->thread;
    Conversation* known = run.isEmpty() ? nullptr : byRun.value(run.toString()).data();
    const bool names = notice && (notice->kind == protocol::ThreadNotice::Kind::Created ||
                                  notice->kind == protocol::ThreadNotice::Kind::Switched);
    if (thread.isEmpty()) {
        if (known)
            return known;
        return waitingForReaction();
    }
    if (Conversation* open = find(thread))
        return open;
    // A thread nobody knows belongs to the conversation that waits for its thread, or renames the one of its
    // run.
    Conversation* unnamed = known ? known : waitingForThread();
    // The account may be at work elsewhere too: a new thread of a run nobody here began is not ours.
    const bool elsewhere = names && !run.isEmpty() && !known;
    if (elsewhere)
        return nullptr;
    if (!unnamed && names)
        unnamed = waitingForReaction();
    if (unnamed && (unnamed->thread().isEmpty() || names)) {
        assignThread(*unnamed, thread);
        return unnamed;
    }
    if (known)
        return known;
    return startsAnything(event) ? create(thread) : nullptr;
}

Conversation* AccountSession::Private::waitingForThread() const {
    for (const OpenConversation& open : conversations) {
        const auto& rows = open.conversation->messages();
        const bool sent = std::any_of(rows.begin(), rows.end(), [](const Message& row) {
            return row.delivery == Delivery::Sent || row.delivery == Delivery::Sending;
        });
        const auto& runs = open.conversation->ledger().runs();
        const bool over =
            std::any_of(runs.begin(), runs.end(), [](const runs::Run& run) { return run.ended; });
        if (open.conversation->thread().isEmpty() && sent && !over)
            return open.conversation.get();
    }
    return nullptr;
}

Conversation* AccountSession::Private::unanswered() const {
    for (const OpenConversation& open : conversations) {
        const auto& rows = open.conversation->messages();
        const bool waits = std::any_of(rows.begin(), rows.end(), [&](const Message& row) {
            return row.speaker == Speaker::User && row.delivery == Delivery::Sent && row.id.isEmpty() &&
                   open.conversation->ledger().indexOf(row.run) < 0;
        });
        if (waits)
            return open.conversation.get();
    }
    return nullptr;
}

Conversation* AccountSession::Private::waitingForReaction() const {
    if (Conversation* waiting = unanswered())
        return waiting;
    const auto running = std::find_if(conversations.rbegin(), conversations.rend(),
                                      [](const auto& open) { return open.conversation->isRunning(); });
    return running == conversations.rend() ? nullptr : running->conversation.get();
}

void AccountSession::Private::keepFrame(Conversation& conversation, const protocol::Receipt& receipt) {
    const ThreadId& thread = conversation.thread();
    const bool kept = lastKept == receipt.frame && lastKeptThread == thread;
    if (kept || lastFrame.receipt.frame != receipt.frame)
        return;
    lastKept = receipt.frame;
    lastKeptThread = thread;
    if (thread.isEmpty())
        entryOf(conversation).unsaved.push_back(lastFrame);
    else if (archive)
        archive->addFrame(thread, lastFrame.bytes, receipt);
}

void AccountSession::Private::linkChanged(const connection::LinkState& state) {
    const LinkPhase before = linkState.phase;
    linkState = state;
    if (before == LinkPhase::Ready && state.phase != LinkPhase::Ready)
        noteLoss();
    if (state.phase != LinkPhase::Ready) {
        reaction.stop();
        clearNotice(u"reaction"_s);
    }
    const bool showWarning = state.phase == LinkPhase::Ready || state.phase == LinkPhase::Refused;
    notify(u"link"_s, showWarning ? state.error : Error{});
    Q_EMIT q.linkStateChanged();
    if (before != LinkPhase::Ready && state.phase == LinkPhase::Ready)
        restored();
}

void AccountSession::Private::noteLoss() {
    lostAt = receiptNow();
    for (const OpenConversation& open : conversations) {
        for (const Message& row : open.conversation->messages()) {
            if (row.speaker == Speaker::User && row.delivery == Delivery::Sent && row.id.isEmpty() &&
                open.conversation->ledger().indexOf(row.run) < 0)
                unconfirmedRuns.insert(row.run.toString());
        }
    }
}

void AccountSession::Private::restored() {
    if (lostAt) {
        const protocol::Receipt now = receiptNow();
        for (const OpenConversation& open : conversations)
            open.conversation->linkGap(*lostAt, now);
        // There is no resume cursor (protocol.md 3.10): what was missed is read from the server's store.
        for (const OpenConversation& open : conversations) {
            if (!open.conversation->thread().isEmpty())
                loadMessages(*open.conversation);
        }
        lostAt.reset();
    }
    listThreads();
    pump();
}

} // namespace apex::session
