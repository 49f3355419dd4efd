// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/ask_run.h"

#include "cli/command.h"
#include "inspection/inspect.h"
#include "session/report_file.h"
#include "session/session_text.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace apex::cli {

using namespace Qt::StringLiterals;
using SignInState = session::AccountSession::SignInState;

namespace {

/// A one-shot command does not wait for a server as patiently as the window does.
constexpr auto LinkPatience = std::chrono::seconds(15);
/// After Ctrl-C the server has this long to confirm the stop.
constexpr auto StopPatience = std::chrono::seconds(2);
/// A long upload tells how far it is this often.
constexpr auto UploadNews = std::chrono::seconds(1);

qint64 milliseconds(MonoTime from, MonoTime to) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

} // namespace

AskRun::AskRun(session::AccountSession& session, AskOptions options)
    : m_session(session), m_options(std::move(options)) {
    m_timeout.setSingleShot(true);
    m_timeout.setInterval(m_options.timeout);
    connect(&m_timeout, &QTimer::timeout, this, &AskRun::waitedTooLong);
    connect(&session, &session::AccountSession::signInStateChanged, this, &AskRun::signInChanged);
    connect(&session, &session::AccountSession::linkStateChanged, this, &AskRun::linkChanged);
    connect(&session, &session::AccountSession::frame, this, &AskRun::record);
    connect(&session, &session::AccountSession::linkEvent, this, &AskRun::recordLink);
    connect(&session, &session::AccountSession::notice, this, &AskRun::showNotice);
    connect(&session, &session::AccountSession::filesUploaded, this, &AskRun::showUpload);
    m_linkPatience.setSingleShot(true);
    m_linkPatience.setInterval(LinkPatience);
    connect(&m_linkPatience, &QTimer::timeout, this, &AskRun::noWayToTheServer);
    connect(&m_interruption, &Interruption::interrupted, this, &AskRun::interrupted);
}

AskRun::~AskRun() = default;

void AskRun::begin() {
    m_began = m_session.clock().monoNow();
    m_uploadShown = m_began;
    if (!m_options.recordTo.isEmpty() && !startRecording())
        return;
    m_timeout.start();
    m_session.start();
}

bool AskRun::startRecording() {
    m_recordFile.setFileName(m_options.recordTo);
    // Unbuffered: what was received is on record even if this program is killed.
    if (!m_recordFile.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::Unbuffered)) {
        Error error =
            makeError(ErrorKind::Storage, u"The recording %1 cannot be written."_s.arg(m_options.recordTo),
                      u"Choose another file."_s, m_recordFile.errorString());
        error.kept = u"Nothing was sent."_s;
        finishWithError(error);
        return false;
    }
    m_recordFile.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    m_recorder = std::make_unique<inspection::RecordingWriter>(m_recordFile);
    inspection::RecordingHeader header;
    header.dialect =
        m_session.profile().protocol == u"ag-ui"_s ? protocol::Dialect::AgUi : protocol::Dialect::Platform;
    header.environment = m_session.profile().id.toString();
    header.created = m_session.clock().wallNow();
    header.client = u"apex/" APEX_VERSION ""_s;
    if (const auto begun = m_recorder->begin(header); !begun)
        recordingFailed(begun.error());
    return true;
}

void AskRun::recordingFailed(const Error& error) {
    m_recorder.reset();
    m_recordingError = error;
    m_recordingError.kept = u"The run goes on; it is not recorded from here on."_s;
    complain(m_recordingError);
}

void AskRun::showNotice(const QString& key, const Error& error) {
    // The link is watched for itself; a history that cannot be read is told by the message it holds back.
    if (error.happened.isEmpty() || m_over || key == u"link"_s || key == u"history"_s)
        return;
    complain(error);
}

void AskRun::record(const connection::Frame& frame) {
    if (!m_recorder)
        return;
    const auto direction = frame.outgoing ? inspection::Direction::Out : inspection::Direction::In;
    const auto written =
        m_recorder->writeFrame(direction, frame.bytes, frame.receipt.wall, frame.receipt.mono);
    if (!written)
        recordingFailed(written.error());
}

void AskRun::recordLink(const QString& name, const QByteArray& facts, const protocol::Receipt& receipt) {
    if (!m_recorder)
        return;
    if (const auto written = m_recorder->writeLink(name, facts, receipt.wall, receipt.mono); !written)
        recordingFailed(written.error());
}

void AskRun::signInChanged() {
    switch (m_session.signInState()) {
    case SignInState::SignedIn:
        return send();
    case SignInState::SignedOut:
    case SignInState::NeedsSignIn: {
        const bool ended = m_session.signInState() == SignInState::NeedsSignIn;
        const QString sentence =
            ended ? u"The sign-in to %1 has ended."_s : u"Nobody is signed in to %1 here."_s;
        Error error =
            makeError(ErrorKind::Authentication, sentence.arg(m_session.profile().name),
                      u"Run: apex sign-in --environment %1"_s.arg(m_session.profile().id.toString()));
        if (!m_session.signInError().happened.isEmpty())
            error.cause = std::make_shared<const Error>(m_session.signInError());
        return stopWaiting(error);
    }
    case SignInState::StoreTrouble:
        return stopWaiting(m_session.signInError());
    case SignInState::Unknown:
    case SignInState::SigningIn:
    case SignInState::RenewalFailing:
        return;
    }
}

void AskRun::linkChanged() {
    const auto& link = m_session.linkState();
    using connection::LinkPhase;
    if (link.phase == LinkPhase::Ready) {
        if (!m_readyAt)
            m_readyAt = m_session.clock().monoNow();
        m_linkPatience.stop();
        m_shownLinkError.clear();
    } else if (link.phase == LinkPhase::Waiting) {
        if (!m_linkPatience.isActive())
            m_linkPatience.start();
        if (std::exchange(m_shownLinkError, link.error.happened) != link.error.happened)
            complain(u"apex: %1 Trying again."_s.arg(link.error.happened));
    } else if (link.phase == LinkPhase::Refused) {
        stopWaiting(link.error);
    }
}

void AskRun::noWayToTheServer() {
    const Error cause = m_session.linkState().error;
    stopWaiting(wrapError(
        cause.kind,
        m_readyAt ? u"The connection broke and could not be restored within %1 s."_s.arg(LinkPatience.count())
                  : u"The server could not be reached within %1 s."_s.arg(LinkPatience.count()),
        cause, cause.action.isEmpty() ? u"Check that the server runs, and your network."_s : cause.action));
}

void AskRun::send() {
    if (m_conversation)
        return;
    m_conversation = m_session.openThread(m_options.thread);
    connect(m_conversation, &session::Conversation::messageAppended, this, &AskRun::look);
    connect(m_conversation, &session::Conversation::messageChanged, this, &AskRun::look);
    connect(m_conversation, &session::Conversation::runChanged, this, &AskRun::look);
    if (m_options.thread.isEmpty())
        return sendMessage();
    // A server that does not know the thread would answer in a new one, without the past.
    connect(&m_session, &session::AccountSession::historyRead, this,
            [this](session::Conversation* read, const Error& error) {
                if (read != m_conversation || m_promptId >= 0)
                    return;
                if (error.kind == ErrorKind::NotFound && !error.happened.isEmpty())
                    return unknownThread(error);
                sendMessage();
            });
}

void AskRun::unknownThread(const Error& cause) {
    Error error =
        wrapError(ErrorKind::NotFound,
                  u"The server does not know the conversation %1."_s.arg(m_options.thread.toString()), cause,
                  u"Check the id, or leave --thread away to begin a new conversation."_s);
    error.kept = u"Nothing was sent."_s;
    finishWithError(error);
}

void AskRun::sendMessage() {
    if (!m_options.columns.isEmpty() && !m_session.previewsFiles()) {
        Error error =
            makeError(ErrorKind::InvalidInput, u"%1 takes files as they are."_s.arg(m_session.profile().name),
                      u"Leave --column away, or rename the columns in the file."_s);
        error.kept = u"Nothing was sent."_s;
        return finishWithError(error);
    }
    protocol::FileColumns columns;
    if (!m_options.columns.isEmpty()) {
        for (const QString& file : m_options.files)
            columns.insert(file, m_options.columns);
    }
    m_session.sendMessage(m_conversation, m_options.text, m_options.files, columns);
    // The newest row of ours is the prompt; a file that cannot be sent has failed it already.
    for (const auto& message : m_conversation->messages()) {
        if (message.speaker == session::Speaker::User)
            m_promptId = message.localId;
    }
    look();
}

void AskRun::showUpload(const session::Conversation* conversation, qint64 localId, qsizetype done,
                        qsizetype total) {
    // Files given one by one are few, and their names are known.
    if (conversation != m_conversation || localId != m_promptId || total <= m_options.files.size())
        return;
    const MonoTime now = m_session.clock().monoNow();
    if (done < total && now - m_uploadShown < UploadNews)
        return;
    m_uploadShown = now;
    complain(u"apex: %1 of %2 files sent"_s.arg(QString::number(done), QString::number(total)));
}

const session::Message* AskRun::prompt() const {
    return m_conversation ? m_conversation->message(m_promptId) : nullptr;
}

const runs::Run* AskRun::run() const {
    const session::Message* row = prompt();
    if (!row || row->run.isEmpty())
        return nullptr;
    const auto& ledger = m_conversation->ledger();
    const int index = ledger.indexOf(row->run);
    return index < 0 ? nullptr : &ledger.runs()[static_cast<size_t>(index)];
}

void AskRun::look() {
    if (m_over || m_promptId < 0)
        return;
    const session::Message* row = prompt();
    if (row && row->delivery == session::Delivery::Failed)
        return finishWithError(row->error());
    if (const runs::Run* current = run(); current && current->ended)
        finish(*current);
}

bool AskRun::hasLeft() const {
    const session::Message* row = prompt();
    return row && row->delivery == session::Delivery::Sent;
}

void AskRun::waitedTooLong() {
    const QString limit = QString::number(m_options.timeout.count());
    Error error = makeError(ErrorKind::Timeout, u"The message could not be sent within %1 s."_s.arg(limit),
                            u"Check the server and your network, or wait longer with --timeout."_s);
    if (run())
        error = makeError(ErrorKind::Timeout, u"There was no end of the run within %1 s."_s.arg(limit),
                          u"The agents may still be at work: ask again with --thread, or with a longer "
                          u"--timeout."_s);
    else if (hasLeft())
        error = makeError(ErrorKind::Timeout, u"The server did not react within %1 s."_s.arg(limit),
                          u"Check the server, or wait longer with --timeout."_s);
    if (!m_session.linkState().error.happened.isEmpty())
        error.cause = std::make_shared<const Error>(m_session.linkState().error);
    stopWaiting(error);
}

void AskRun::interrupted() {
    const Error error = makeError(ErrorKind::Cancelled, u"Interrupted."_s);
    const runs::Run* current = run();
    if (m_stopAsked || !current || current->ended)
        return stopWaiting(error);
    m_stopAsked = true;
    complain(u"apex: asking the server to stop the run; once more leaves at once."_s);
    m_session.stopRun(m_conversation, current->id);
    QTimer::singleShot(StopPatience, this, [this, error] { stopWaiting(error); });
}

/// Ends without the end of the run: a run under way stays without an outcome, a message not yet sent is not.
void AskRun::stopWaiting(const Error& why) {
    if (m_over)
        return;
    if (!hasLeft()) {
        Error error = why;
        if (error.kept.isEmpty())
            error.kept = u"Nothing was sent."_s;
        return finishWithError(error);
    }
    m_why = why;
    if (m_why.kept.isEmpty())
        m_why.kept = run() ? u"What came until then is shown."_s : u"Your message was sent."_s;
    m_conversation->endOfInput(m_session.clock().monoNow());
    if (m_over)
        return; // closing the run has finished us
    if (m_options.json)
        printJson(document());
    complain(m_why);
    end(FellShort);
}

QJsonObject AskRun::document() const {
    QJsonObject timings{{u"total_ms"_s, milliseconds(m_began, m_session.clock().monoNow())}};
    if (m_readyAt)
        timings.insert(u"connected_ms"_s, milliseconds(m_began, *m_readyAt));
    const runs::Run* current = run();
    QJsonArray runs;
    if (current) {
        timings.insert(u"run_ms"_s, milliseconds(current->first, current->last));
        runs.append(QJsonDocument::fromJson(inspection::runToJson(*current, current->first)).object());
    }
    QJsonObject document{{u"schema"_s, askSchema},
                         {u"answer"_s, current ? current->answer : QString()},
                         {u"thread_id"_s, m_conversation->thread().toString()},
                         {u"runs"_s, runs},
                         {u"timings"_s, timings}};
    if (!m_why.happened.isEmpty())
        document.insert(u"error"_s, errorToJson(m_why));
    if (!m_recordingError.happened.isEmpty())
        document.insert(u"recording_error"_s, errorToJson(m_recordingError));
    return document;
}

void AskRun::finish(const runs::Run& run) {
    if (m_over)
        return;
    if (m_options.json)
        printJson(document());
    else if (!run.answer.isEmpty())
        printLine(run.answer);
    const int code = judge(run);
    const bool saved = saveReport(run);
    end(saved ? code : FellShort);
}

/// True if there was nothing to save or it was saved.
bool AskRun::saveReport(const runs::Run& run) const {
    if (m_options.reportTo.isEmpty())
        return true;
    const auto saved = session::saveReport(m_options.reportTo, run.answer, run.report);
    if (!saved)
        complain(saved.error());
    return saved.has_value();
}

/// Says what is wrong with how the run ended; the code to leave with.
int AskRun::judge(const runs::Run& run) const {
    if (run.outcome == runs::Outcome::Completed && run.verdict == runs::Verdict::Violation) {
        complain(u"apex: the run says that it is complete. "_s + session::verdictText(run.verdict) +
                 u" Do not rely on the answer."_s);
        return FellShort;
    }
    if (run.outcome == runs::Outcome::Completed)
        return m_recordingError.happened.isEmpty() ? AsAsked : FellShort;
    if (run.outcome == runs::Outcome::None)
        complain(u"apex: the run ended without an outcome; the answer above, if any, may be incomplete."_s);
    else
        complain(run.failure.isEmpty()
                     ? u"apex: the run was %1."_s.arg(runs::outcomeName(run.outcome))
                     : u"apex: the run %1: %2"_s.arg(runs::outcomeName(run.outcome), run.failure));
    if (!m_why.happened.isEmpty())
        complain(m_why);
    return FellShort;
}

void AskRun::finishWithError(const Error& error) {
    if (m_over)
        return;
    end(giveUp(error, m_options.json, askSchema));
}

void AskRun::end(int code) {
    if (m_over)
        return;
    m_over = true;
    m_timeout.stop();
    m_linkPatience.stop();
    if (m_recorder) {
        if (const auto finished = m_recorder->finish(); !finished)
            complain(finished.error());
    }
    disconnect(&m_session, nullptr, this, nullptr);
    QCoreApplication::exit(code);
}

} // namespace apex::cli
