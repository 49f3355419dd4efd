// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/conversation.h"

#include "base/free_memory.h"
#include "session/history_merge.h"

#include <QHash>
#include <QTimer>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace apex::session {

using protocol::Event;
using protocol::Receipt;

struct Conversation::Private {
    ThreadId thread;
    QString title;
    std::vector<Message> messages;
    runs::Ledger ledger;
    std::map<int, qint64> answers;                     ///< run index -> local id of its answer row
    QHash<std::pair<QString, int>, qint64> rowsOfRuns; ///< newest row of each
    std::set<qint64> outgoing;        ///< prompts whose run may not have begun; what is settled leaves it
    std::map<int, qsizetype> lengths; ///< of a run's streamed text when its row last heard of it
    std::set<int> behind;             ///< runs whose answer row has not taken the newest streamed text yet
    qint64 nextLocalId = 1;
    bool replaying = false;

    [[nodiscard]] int indexOfLocal(qint64 localId) const;
    [[nodiscard]] int indexOfRun(const RunId& run, Speaker speaker) const;
    [[nodiscard]] int placeOfAnswer(const RunId& run) const;
    [[nodiscard]] int promptWithoutRun();
    [[nodiscard]] int answerRow(int runIndex) const;
    [[nodiscard]] bool onlyGrows(int runIndex, int row) const;
    void catchUp();
    void noteRun(const Message& row);
};

namespace {

/// The text an answer row shows: the finished answer, else what has been streamed so far.
QString answerText(const runs::Run& run) {
    if (run.outcome == runs::Outcome::Completed && !run.answer.isEmpty())
        return run.answer;
    return run.partialText.isEmpty() ? run.answer : run.partialText;
}

/// Full and its like need a terminal event; everything else says what is missing (design.md 4.1).
AnswerKind answerKind(const runs::Run& run) {
    switch (run.outcome) {
    case runs::Outcome::Completed:
        return answerKindOf(run.reportType);
    case runs::Outcome::Failed:
        return AnswerKind::Failed;
    case runs::Outcome::Cancelled:
        return AnswerKind::Stopped;
    case runs::Outcome::None:
        break;
    }
    return run.ended ? AnswerKind::NotClosed : AnswerKind::InProgress;
}

Error failureOf(const runs::Run& run) {
    Error error = makeError(ErrorKind::Unavailable,
                            run.failure.isEmpty() ? Conversation::tr("The agent failed without saying why.")
                                                  : run.failure,
                            Conversation::tr("Send the message again to start a new run."));
    if (!run.partialText.isEmpty() || !run.answer.isEmpty())
        error.kept = Conversation::tr("What it had written so far is kept.");
    return error;
}

void takeRun(Message& row, const runs::Run& run) {
    row.speaker = Speaker::Agent;
    row.run = run.id;
    row.kind = answerKind(run);
    const QString text = answerText(run);
    // A text read back from the server's store is not replaced by the shorter piece the live stream left
    // behind.
    const bool keepStored = row.recovered && run.outcome != runs::Outcome::Completed;
    if (!text.isEmpty() && !keepStored)
        row.text = text;
    if (!run.report.isEmpty())
        row.report = run.report;
    row.setError(run.outcome == runs::Outcome::Failed ? failureOf(run) : Error{});
    if (run.outcome == runs::Outcome::Completed && run.ended && row.text.isEmpty() && row.report.isEmpty()) {
        row.speaker = Speaker::Notice;
        row.text = Conversation::tr("The agent finished without an answer text.");
    }
}

bool answersARun(const Event& event) {
    return std::holds_alternative<protocol::AgentCompleted>(event.body) ||
           std::holds_alternative<protocol::FinalReport>(event.body);
}

bool sameAnswer(const Message& a, const Message& b) {
    return a.text == b.text && a.kind == b.kind && a.report == b.report && a.cutByServer == b.cutByServer &&
           a.error().happened == b.error().happened && a.run == b.run;
}

} // namespace

const Error& Message::error() const {
    static const Error none;
    return failure ? *failure : none;
}

void Message::setError(const Error& error) {
    failure = error.happened.isEmpty() ? nullptr : std::make_shared<const Error>(error);
}

int Conversation::Private::indexOfLocal(qint64 localId) const {
    const auto found = std::find_if(messages.rbegin(), messages.rend(),
                                    [&](const Message& row) { return row.localId == localId; });
    return found == messages.rend() ? -1 : static_cast<int>(std::distance(found, messages.rend())) - 1;
}

int Conversation::Private::indexOfRun(const RunId& run, Speaker speaker) const {
    if (run.isEmpty())
        return -1;
    const auto known = rowsOfRuns.constFind({run.toString(), static_cast<int>(speaker)});
    const int index = known == rowsOfRuns.constEnd() ? -1 : indexOfLocal(*known);
    // A prompt that was tried again belongs to its new run only.
    return index >= 0 && messages[static_cast<size_t>(index)].run == run ? index : -1;
}

void Conversation::Private::noteRun(const Message& row) {
    if (!row.run.isEmpty())
        rowsOfRuns.insert({row.run.toString(), static_cast<int>(row.speaker)}, row.localId);
}

int Conversation::Private::placeOfAnswer(const RunId& run) const {
    // Live answers are the newest row; in a replay the rows of later runs may be there already.
    const int prompt = replaying ? indexOfRun(run, Speaker::User) : -1;
    return prompt < 0 ? static_cast<int>(messages.size()) : prompt + 1;
}

int Conversation::Private::promptWithoutRun() {
    for (auto it = outgoing.begin(); it != outgoing.end();) {
        const int index = indexOfLocal(*it);
        const Message* row = index < 0 ? nullptr : &messages[static_cast<size_t>(index)];
        const bool onItsWay = row &&
                              (row->delivery == Delivery::Sent || row->delivery == Delivery::Sending) &&
                              row->id.isEmpty();
        if (onItsWay && ledger.indexOf(row->run) < 0)
            return index;
        it = outgoing.erase(it);
    }
    return -1;
}

int Conversation::Private::answerRow(int runIndex) const {
    if (const auto known = answers.find(runIndex); known != answers.end())
        return indexOfLocal(known->second);
    return indexOfRun(ledger.runs()[static_cast<size_t>(runIndex)].id, Speaker::Agent);
}

/// True where a piece of text is all that a row can have gained.
bool Conversation::Private::onlyGrows(int runIndex, int row) const {
    if (row < 0)
        return false;
    const Message& shown = messages[static_cast<size_t>(row)];
    const runs::Run& run = ledger.runs()[static_cast<size_t>(runIndex)];
    return shown.kind == AnswerKind::InProgress && !shown.recovered && !run.ended && !shown.text.isEmpty() &&
           run.outcome == runs::Outcome::None && shown.run == run.id && !run.partialText.isEmpty();
}

// A row that shares its text with the ledger makes the next piece cost a copy of all of it, so rows take
// streamed text only when somebody reads them: views do, at most 30 times a second.
void Conversation::Private::catchUp() {
    for (const int run : std::exchange(behind, {})) {
        const int row = answerRow(run);
        if (row < 0)
            continue;
        Message& shown = messages[static_cast<size_t>(row)];
        shown.text = answerText(ledger.runs()[static_cast<size_t>(run)]);
        ++shown.revision;
    }
}

Conversation::Conversation(ThreadId thread, runs::LedgerOptions options, QObject* parent)
    : QObject(parent), m_private(std::make_unique<Private>()) {
    m_private->thread = std::move(thread);
    m_private->ledger = runs::Ledger(std::move(options));
}

Conversation::~Conversation() = default;

const ThreadId& Conversation::thread() const {
    return m_private->thread;
}
const QString& Conversation::title() const {
    return m_private->title;
}
const std::vector<Message>& Conversation::messages() const {
    m_private->catchUp();
    return m_private->messages;
}
const runs::Ledger& Conversation::ledger() const {
    return m_private->ledger;
}
int Conversation::latestRun() const {
    return static_cast<int>(m_private->ledger.runs().size()) - 1;
}

bool Conversation::isRunning() const {
    const auto& runs = m_private->ledger.runs();
    return std::any_of(runs.rbegin(), runs.rend(), [](const runs::Run& run) { return !run.ended; });
}

void Conversation::setTitle(const QString& title) {
    if (title == m_private->title)
        return;
    m_private->title = title;
    Q_EMIT titleChanged();
}

void Conversation::setThread(const ThreadId& thread) {
    if (thread == m_private->thread)
        return;
    m_private->ledger.renameThread(m_private->thread, thread);
    m_private->thread = thread;
    Q_EMIT threadChanged();
}

void Conversation::mergeHistory(const std::vector<protocol::StoredMessage>& stored) {
    m_private->catchUp();
    m_private->messages = mergeRows(m_private->messages, stored, m_private->ledger, m_private->nextLocalId);
    m_private->rowsOfRuns.clear();
    for (const Message& row : m_private->messages)
        m_private->noteRun(row);
    if (!m_private->replaying)
        tellReset();
}

const Message* Conversation::promptOf(const RunId& run) const {
    const int index = m_private->indexOfRun(run, Speaker::User);
    return index < 0 ? nullptr : &m_private->messages[static_cast<size_t>(index)];
}

const Message* Conversation::message(qint64 localId) const {
    m_private->catchUp();
    const int index = m_private->indexOfLocal(localId);
    return index < 0 ? nullptr : &m_private->messages[static_cast<size_t>(index)];
}

qint64 Conversation::appendPrompt(const QString& text, const QStringList& attachments, const RunId& run,
                                  Delivery delivery, WallTime at) {
    Message row;
    row.speaker = Speaker::User;
    row.text = text;
    row.attachments = attachments;
    row.run = run;
    row.delivery = delivery;
    row.at = at;
    const qint64 localId = insertRow(std::move(row), static_cast<int>(m_private->messages.size()));
    m_private->outgoing.insert(localId);
    return localId;
}

qint64 Conversation::appendNotice(const QString& text, const Error& error, WallTime at) {
    Message row;
    row.speaker = Speaker::Notice;
    row.text = text;
    row.setError(error);
    row.at = at;
    return insertRow(std::move(row), static_cast<int>(m_private->messages.size()));
}

qint64 Conversation::insertRow(Message row, int index) {
    row.localId = m_private->nextLocalId++;
    m_private->noteRun(row);
    const qint64 localId = row.localId;
    m_private->messages.insert(m_private->messages.begin() + index, std::move(row));
    if (!m_private->replaying)
        Q_EMIT messageAppended(index);
    return localId;
}

void Conversation::rowChanged(int index) {
    if (!m_private->replaying)
        Q_EMIT messageChanged(index);
}

void Conversation::setDelivery(qint64 localId, Delivery delivery, const Error& error) {
    const int index = m_private->indexOfLocal(localId);
    if (index < 0)
        return;
    Message& row = m_private->messages[static_cast<size_t>(index)];
    row.delivery = delivery;
    row.setError(error);
    m_private->outgoing.insert(localId);
    rowChanged(index);
}

void Conversation::setRun(qint64 localId, const RunId& run) {
    const int index = m_private->indexOfLocal(localId);
    if (index < 0)
        return;
    m_private->messages[static_cast<size_t>(index)].run = run;
    m_private->noteRun(m_private->messages[static_cast<size_t>(index)]);
    m_private->outgoing.insert(localId);
    rowChanged(index);
}

void Conversation::promptSent(qint64 localId, const RunId& run, const Receipt& receipt) {
    const int index = m_private->indexOfLocal(localId);
    if (index < 0)
        return;
    Message& row = m_private->messages[static_cast<size_t>(index)];
    row.run = run;
    m_private->noteRun(row);
    row.delivery = Delivery::Sent;
    row.setError({});
    m_private->outgoing.insert(localId);
    m_private->ledger.promptSent(m_private->thread, run, receipt);
    rowChanged(index);
}

void Conversation::apply(const Event& event, const Receipt& receipt) {
    if (const auto* history = std::get_if<protocol::ThreadHistory>(&event.body))
        mergeHistory(history->messages);
    if (const auto* notice = std::get_if<protocol::ThreadNotice>(&event.body);
        notice && !notice->title.isEmpty())
        setTitle(notice->title);
    const int waiting = m_private->promptWithoutRun();
    const runs::Change change = m_private->ledger.apply(event, receipt);
    if (change.runAdded)
        adoptRun(waiting, change.run);
    if (change.run >= 0 && std::holds_alternative<protocol::PartialText>(event.body))
        answerGrew(change.run, receipt.wall);
    else if (change.run >= 0)
        refreshAnswer(change.run, answersARun(event) && event.envelope.cutByServer, receipt.wall);
    if (const auto* error = std::get_if<protocol::ServerError>(&event.body); error && change.run < 0)
        showServerError(*error, waiting, receipt);
    publish(change);
}

void Conversation::adoptRun(int prompt, int run) {
    const RunId& id = m_private->ledger.runs()[static_cast<size_t>(run)].id;
    if (prompt < 0 || id.isEmpty() || promptOf(id) != nullptr)
        return;
    m_private->messages[static_cast<size_t>(prompt)].run = id;
    m_private->noteRun(m_private->messages[static_cast<size_t>(prompt)]);
    rowChanged(prompt);
}

void Conversation::showServerError(const protocol::ServerError& error, int waiting, const Receipt& receipt) {
    const QString said =
        error.message.isEmpty() ? tr("The server reported an error without words.") : error.message;
    Error shown = makeError(error.authentication ? ErrorKind::Authentication : ErrorKind::Protocol, said, {},
                            error.code);
    if (waiting < 0) {
        appendNotice(said, shown, receipt.wall);
        return;
    }
    // Nothing of this prompt's run has been seen yet, so the answer is taken as meant for it.
    shown.kept = tr("Your message is kept.");
    shown.action = tr("Change it or send it again.");
    setDelivery(m_private->messages[static_cast<size_t>(waiting)].localId, Delivery::Failed, shown);
}

void Conversation::markAccepted(const runs::Run& run) {
    const int index = m_private->indexOfRun(run.id, Speaker::User);
    if (index < 0 || run.firstFrame < 0)
        return;
    Message& row = m_private->messages[static_cast<size_t>(index)];
    if (row.delivery == Delivery::Sent)
        return;
    row.delivery = Delivery::Sent;
    row.setError({});
    rowChanged(index);
}

void Conversation::refreshAnswer(int runIndex, bool cut, WallTime at) {
    const runs::Run& run = m_private->ledger.runs()[static_cast<size_t>(runIndex)];
    markAccepted(run);
    const int index = m_private->answerRow(runIndex);
    m_private->catchUp(); // Views were told of it already.
    const Message before = index < 0 ? Message{} : m_private->messages[static_cast<size_t>(index)];
    Message row = before;
    row.cutByServer = row.cutByServer || cut;
    takeRun(row, run);
    const bool worthARow = !row.text.isEmpty() || !row.report.isEmpty() || run.ended;
    if (index < 0 && worthARow) {
        row.at = at;
        m_private->answers[runIndex] = insertRow(std::move(row), m_private->placeOfAnswer(run.id));
    } else if (index >= 0 && !sameAnswer(before, row)) {
        m_private->answers[runIndex] = row.localId;
        ++row.revision;
        m_private->noteRun(row);
        m_private->messages[static_cast<size_t>(index)] = std::move(row);
        rowChanged(index);
    }
}

void Conversation::answerGrew(int runIndex, WallTime at) {
    const int index = m_private->answerRow(runIndex);
    if (!m_private->onlyGrows(runIndex, index)) {
        refreshAnswer(runIndex, false, at);
        return;
    }
    const qsizetype length = m_private->ledger.runs()[static_cast<size_t>(runIndex)].partialText.size();
    // The same piece again changes nothing; text that was taken back and replaced goes the long way.
    if (length == std::exchange(m_private->lengths[runIndex], length))
        return refreshAnswer(runIndex, false, at);
    m_private->behind.insert(runIndex);
    rowChanged(index);
}

void Conversation::publish(const runs::Change& change) {
    if (change.run >= 0 && !m_private->replaying)
        Q_EMIT runChanged(change);
}

void Conversation::stopRequested(const RunId& run, const Receipt& receipt) {
    publish(m_private->ledger.stopRequested(run, receipt));
}

void Conversation::linkGap(const Receipt& lost, const Receipt& restored) {
    for (const runs::Change& change : m_private->ledger.linkGap(lost, restored))
        publish(change);
}

void Conversation::endOfInput(MonoTime at) {
    for (const runs::Change& change : m_private->ledger.endOfInput(at)) {
        if (change.run >= 0) {
            const runs::Run& run = m_private->ledger.runs()[static_cast<size_t>(change.run)];
            const auto shown = std::chrono::duration_cast<WallTime::duration>(run.last - run.first);
            refreshAnswer(change.run, false, run.firstWall + shown);
        }
        publish(change);
    }
}

void Conversation::beginReplay() {
    m_private->replaying = true;
}

void Conversation::endReplay() {
    m_private->replaying = false;
    tellReset();
}

void Conversation::tellReset() {
    // What a long thread was read from is several times its size; it is gone when the caller is.
    constexpr size_t kMany = 2'000;
    if (m_private->messages.size() >= kMany)
        QTimer::singleShot(0, this, &releaseFreeMemory);
    Q_EMIT messagesReset();
}

} // namespace apex::session
