// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/random.h"
#include "protocol/encoder.h"
#include "session/account_session_private.h"
#include "session/attachment_check.h"

#include <QFileInfo>

#include <algorithm>

namespace apex::session {

using namespace Qt::StringLiterals;

namespace {

QStringList fileNames(const QStringList& paths) {
    QStringList names;
    for (const QString& path : paths)
        names.append(QFileInfo(path).isDir() ? attachmentName(path) + u'/' : attachmentName(path));
    return names;
}

RunId newRunId() {
    return RunId(u"run_"_s + QString::fromLatin1(randomToken(12)));
}

} // namespace

void AccountSession::Private::queueMessage(Conversation& conversation, const QString& text,
                                           const Attachments& attached) {
    if (text.trimmed().isEmpty() && attached.files.isEmpty())
        return;
    const RunId run = newRunId();
    const qint64 localId = conversation.appendPrompt(text, fileNames(attached.files), run, Delivery::Queued,
                                                     parts.clock.wallNow());
    if (conversation.title().isEmpty() && conversation.messages().size() == 1)
        conversation.setTitle(text.simplified().left(60));
    filesOf.insert({&conversation, localId}, attached);
    if (archive)
        archive->addPrompt(text);
    enqueue(conversation, localId, run, text, attached);
}

void AccountSession::Private::queueAgain(Conversation& conversation, qint64 localId,
                                         const Attachments& attached) {
    const Message* row = conversation.message(localId);
    const RunId run = newRunId();
    const QString text = row->text;
    conversation.setRun(localId, run);
    conversation.setDelivery(localId, Delivery::Queued);
    enqueue(conversation, localId, run, text, attached);
}

void AccountSession::Private::enqueue(Conversation& conversation, qint64 localId, const RunId& run,
                                      const QString& text, const Attachments& attached) {
    auto sending = filesBehind(attached);
    if (!sending) {
        conversation.setDelivery(localId, Delivery::Failed, sending.error());
        return;
    }
    if (archive)
        archive->saveOutgoing(
            {run, conversation.thread(), text, attached.files, parts.clock.wallNow(), attached.columns});
    outbox.push_back({&conversation, localId, run, text, attached, std::move(*sending), {}, false});
    rebuildThreads();
    pump();
}

Expected<std::vector<OutgoingFile>> AccountSession::Private::filesBehind(const Attachments& attached) const {
    std::vector<OutgoingFile> files;
    for (const QString& path : attached.files) {
        const protocol::ColumnMap columns = attached.columns.value(path);
        if (!QFileInfo(path).isDir()) {
            files.push_back({path, attachmentName(path), QFileInfo(path).size(), columns});
            continue;
        }
        auto below = usageFilesIn(path);
        if (!below)
            return below;
        for (OutgoingFile& file : *below) {
            file.columns = columns;
            files.push_back(std::move(file));
        }
    }
    if (static_cast<qsizetype>(files.size()) > mostFilesOfMessage) {
        Error error = makeError(ErrorKind::TooLarge,
                                tr("These are %1 files; a message takes %2.")
                                    .arg(QString::number(files.size()), QString::number(mostFilesOfMessage)),
                                tr("Attach fewer, or a folder further down."));
        error.kept = tr("Nothing was sent.");
        return fail(error);
    }
    for (const OutgoingFile& file : files) {
        if (const auto sound = checkAttachment(file.path, parts.profile.maxAttachmentBytes); !sound)
            return fail(sound.error());
    }
    return files;
}

void AccountSession::Private::restoreOutgoing() {
    if (!archive)
        return;
    // A restart is no click: what was waiting is shown with its reason, and the person decides.
    for (const history::ArchivedOutgoing& waiting : archive->outgoing()) {
        Conversation* conversation = waiting.thread.isEmpty() ? create({}) : find(waiting.thread);
        if (!conversation)
            conversation = create(waiting.thread);
        const qint64 localId = conversation->appendPrompt(waiting.text, fileNames(waiting.files), waiting.run,
                                                          Delivery::Failed, waiting.queuedAt);
        Error error = makeError(ErrorKind::Cancelled, tr("The program ended before this message was sent."),
                                tr("Send it again if you still want to."));
        error.kept = tr("It was not sent.");
        conversation->setDelivery(localId, Delivery::Failed, error);
        filesOf.insert({conversation, localId}, {waiting.files, waiting.columns});
    }
}

void AccountSession::Private::forget(const RunId& run) {
    if (archive && !run.isEmpty())
        (void)archive->removeOutgoing(run);
}

OutgoingMessage* AccountSession::Private::outgoing(const RunId& run) {
    const auto found = std::find_if(outbox.begin(), outbox.end(),
                                    [&](const OutgoingMessage& message) { return message.run == run; });
    return found == outbox.end() ? nullptr : &*found;
}

bool AccountSession::Private::mustWait(const OutgoingMessage& message) const {
    // Of one conversation the oldest goes first.
    for (const OutgoingMessage& other : outbox) {
        if (&other == &message)
            break;
        if (other.conversation == message.conversation)
            return true;
    }
    // A second message would begin a second thread while the server has not named the first.
    return message.conversation->thread().isEmpty() && message.conversation == waitingForThread();
}

void AccountSession::Private::pump() {
    if (pumping)
        return;
    pumping = true;
    bool moved = true;
    while (moved && linkState.phase == connection::LinkPhase::Ready && !leaving.isActive()) {
        moved = false;
        for (size_t i = 0; i < outbox.size() && !moved; ++i) {
            if (!outbox[i].conversation) {
                outbox.erase(outbox.begin() + static_cast<std::ptrdiff_t>(i));
                moved = true;
            } else if (!outbox[i].uploading && !mustWait(outbox[i])) {
                const size_t before = outbox.size();
                advance(outbox[i]);
                moved = outbox.size() != before;
            }
        }
    }
    pumping = false;
}

void AccountSession::Private::advance(OutgoingMessage& message) {
    const bool uploads = parts.profile.attachments == environment::AttachmentTransport::Upload;
    if (uploads && message.uploaded.size() < message.sending.size())
        uploadNext(message);
    else
        send(message);
}

void AccountSession::Private::uploadNext(OutgoingMessage& message) {
    message.uploading = true;
    const Message* row = message.conversation->message(message.localId);
    if (row && row->delivery != Delivery::Uploading)
        message.conversation->setDelivery(message.localId, Delivery::Uploading);
    const OutgoingFile file = message.sending[message.uploaded.size()];
    rest->uploadFile(
        file.path, file.name, file.columns, &q, {}, [this, run = message.run](const Expected<FileId>& sent) {
            OutgoingMessage* waiting = outgoing(run);
            if (!waiting || !waiting->conversation)
                return;
            waiting->uploading = false;
            if (sent) {
                waiting->uploaded.push_back(*sent);
                Q_EMIT q.filesUploaded(waiting->conversation, waiting->localId,
                                       static_cast<qsizetype>(waiting->uploaded.size()),
                                       static_cast<qsizetype>(waiting->sending.size()));
            } else {
                failMessage(*waiting, sent.error());
            }
            pump();
            // The connection is gone, or a message before it has to leave first.
            if (const OutgoingMessage* held = outgoing(run); held && held->conversation && !held->uploading)
                held->conversation->setDelivery(held->localId, Delivery::Queued);
        });
}

Expected<QByteArray> AccountSession::Private::frameOf(const OutgoingMessage& message) const {
    protocol::UserMessage wire;
    wire.content = message.text;
    wire.thread = message.conversation->thread();
    wire.run = message.run;
    wire.references = message.uploaded;
    wire.timestamp = parts.clock.wallNow();
    if (parts.profile.attachments == environment::AttachmentTransport::Inline) {
        for (const OutgoingFile& file : message.sending) {
            auto records = inlineRecords(file.path);
            if (!records)
                return fail(records.error());
            std::move(records->begin(), records->end(), std::back_inserter(wire.inlineLogs));
        }
    }
    return protocol::encode(wire);
}

void AccountSession::Private::send(OutgoingMessage& message) {
    const OutgoingMessage outward = message;
    if (outward.conversation->thread().isEmpty() && !handshakeThread.isEmpty() && !find(handshakeThread)) {
        const ThreadId offered = std::exchange(handshakeThread, {});
        assignThread(*outward.conversation, offered);
    }
    const auto frame = frameOf(outward);
    if (!frame) {
        failMessage(outward, frame.error());
        return;
    }
    // Struck from the list before it leaves: after a crash in between it is missing, never doubled.
    if (archive && !archive->removeOutgoing(outward.run)) {
        failMessage(outward, makeError(ErrorKind::Storage,
                                       tr("The message could not be noted as sent, so it was not sent."),
                                       tr("Check that the disk is not full, then send it again.")));
        return;
    }
    outward.conversation->setDelivery(outward.localId, Delivery::Sending);
    byRun.insert(outward.run.toString(), outward.conversation);
    if (const auto sent = link->send(*frame); !sent) {
        notSent(outward, sent.error());
        return;
    }
    leave(outward.run);
    outward.conversation->promptSent(outward.localId, outward.run, receiptNow());
    savePrompt(*outward.conversation, outward.localId);
    reaction.start();
}

void AccountSession::Private::notSent(const OutgoingMessage& message, const Error& error) {
    if (error.kind != ErrorKind::Unavailable) {
        failMessage(message, error);
        return;
    }
    message.conversation->setDelivery(message.localId, Delivery::Queued);
    if (archive)
        archive->saveOutgoing({message.run, message.conversation->thread(), message.text,
                               message.attached.files, parts.clock.wallNow(), message.attached.columns});
}

void AccountSession::Private::leave(const RunId& run) {
    outbox.erase(
        std::remove_if(outbox.begin(), outbox.end(), [&](const OutgoingMessage& m) { return m.run == run; }),
        outbox.end());
}

void AccountSession::Private::failMessage(const OutgoingMessage& message, const Error& error) {
    Error shown = error;
    if (shown.kept.isEmpty())
        shown.kept = tr("Your message is kept here; it was not sent.");
    const QPointer<Conversation> conversation = message.conversation;
    const qint64 localId = message.localId;
    const RunId run = message.run;
    forget(run);
    leave(run);
    if (conversation)
        conversation->setDelivery(localId, Delivery::Failed, shown);
}

void AccountSession::Private::savePrompt(const Conversation& conversation, qint64 localId) {
    const Message* row = conversation.message(localId);
    if (!archive || !row || conversation.thread().isEmpty())
        return;
    protocol::StoredMessage stored;
    stored.thread = conversation.thread();
    stored.run = row->run;
    stored.fromUser = true;
    stored.text = row->text;
    stored.createdAt = row->at;
    archive->saveThread(conversation.thread(), conversation.title(), parts.clock.wallNow());
    archive->saveMessages(conversation.thread(), {stored});
}

} // namespace apex::session
