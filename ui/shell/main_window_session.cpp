// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/report_file.h"
#include "ui/inspector/raw_frames_panel.h"
#include "ui/shell/banner_stack.h"
#include "ui/shell/chat_page.h"
#include "ui/shell/connection_popover.h"
#include "ui/shell/header_bar.h"
#include "ui/shell/main_window.h"
#include "ui/shell/status_chip.h"
#include "ui/shell/workspace.h"
#include "ui/signin/arrival_page.h"
#include "ui/signin/profile_card.h"
#include "ui/signin/sign_in_page.h"
#include "ui/threads/thread_list.h"
#include "ui/timeline/timeline_panel.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QStackedWidget>
#include <QStatusBar>

namespace apex::ui {

using namespace Qt::StringLiterals;
using session::AccountSession;
using SignInState = AccountSession::SignInState;

namespace {

const QString kSignInBanner = u"sign-in"_s;

bool isSignedIn(SignInState state) {
    return state == SignInState::SignedIn || state == SignInState::RenewalFailing;
}

} // namespace

void MainWindow::connectSession() {
    connect(&m_session, &AccountSession::signInStateChanged, this, &MainWindow::refreshSignIn);
    connect(&m_session, &AccountSession::linkStateChanged, this, &MainWindow::refreshComposer);
    connect(&m_session, &AccountSession::threadsChanged, this, &MainWindow::refreshThreads);
    connect(&m_session, &AccountSession::notice, this, &MainWindow::showNotice);
    connect(&m_session, &AccountSession::threadAssigned, this, &MainWindow::onThreadAssigned);
    if (m_frames)
        connect(&m_session, &AccountSession::frame, m_frames, &RawFramesPanel::append);
    connect(&m_status, &models::SessionStatus::changed, this, &MainWindow::refreshStatus);
    connectSignInPage();
    connect(m_chat->banners(), &BannerStack::focusReleased, this, &MainWindow::focusPlace);
    connect(m_popover, &ConnectionPopover::retryRequested, this, [this] { m_session.retryConnection(); });
    connect(m_popover, &ConnectionPopover::signInRequested, this, &MainWindow::wantSignIn);
    connect(m_popover, &ConnectionPopover::checkRequested, this, [this] { m_check->trigger(); });
    connect(m_threads, &ThreadList::renameRequested, &m_session, &AccountSession::renameThread);
    connect(m_threads, &ThreadList::archiveRequested, this, [this](const ThreadId& thread) {
        const bool open = m_conversation && m_conversation->thread() == thread;
        m_session.archiveThread(thread);
        if (open)
            openNewChat();
    });
    connect(m_chat->transcript(), &TranscriptView::retryRequested, this, [this](qint64 localId) {
        if (m_conversation)
            m_session.retryMessage(m_conversation, localId);
    });
    connect(m_chat->transcript(), &TranscriptView::saveRequested, this, &MainWindow::saveAnswer);
    connect(m_chat->composer(), &Composer::stopRequested, this, [this] { stopRun({}); });
    connect(m_chat->composer(), &Composer::sendRequested, this,
            [this](const QString& text, const QStringList& files, const protocol::FileColumns& columns) {
                if (!m_conversation)
                    return;
                // First, so that what comes next is followed from its start.
                m_chat->transcript()->jumpToLatest();
                m_session.sendMessage(m_conversation, text, files, columns);
                saveDraft();
            });
    connect(m_chat->composer(), &Composer::columnsWanted, this, &MainWindow::previewColumns);
}

void MainWindow::saveAnswer(qint64 localId) {
    const session::Message* answer = m_conversation ? m_conversation->message(localId) : nullptr;
    if (!answer)
        return;
    auto* dialog = new QFileDialog(this, tr("Save this answer"));
    dialog->setObjectName(u"saveAnswerDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    const QStringList endings{u"md"_s, u"json"_s, u"csv"_s};
    const QStringList filters{tr("Answer as Markdown (*.md)"), tr("Structured report (*.json)"),
                              tr("Table of costs (*.csv)")};
    dialog->setNameFilters(answer->report.isEmpty() ? filters.mid(0, 1) : filters);
    dialog->setDefaultSuffix(endings.front());
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, endings, filters](const QString& filter) {
        dialog->setDefaultSuffix(endings.value(filters.indexOf(filter)));
    });
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, text = answer->text, report = answer->report](const QString& path) {
                if (const auto saved = session::saveReport(path, text, report))
                    statusBar()->showMessage(tr("Saved as %1").arg(QFileInfo(path).fileName()));
                else
                    showNotice(u"save"_s, saved.error());
            });
    dialog->open();
}

/// Without an answer the file is shown as it is; the agents say in the report what they took its columns for.
void MainWindow::previewColumns(const QString& path) {
    if (!m_session.previewsFiles() || m_session.linkState().phase != connection::LinkPhase::Ready) {
        m_chat->composer()->columnsUnknown(path);
        return;
    }
    m_session.previewFile(path, this, [this, path](const Expected<protocol::FilePreview>& preview) {
        if (preview)
            m_chat->composer()->setColumns(path, *preview);
        else
            m_chat->composer()->columnsUnknown(path);
    });
}

void MainWindow::refreshSignIn() {
    const SignInState state = m_session.signInState();
    m_signedInHere = m_signedInHere || state == SignInState::SigningIn;
    if (isSignedIn(state)) {
        m_signInWanted = false;
        if (!m_conversation) {
            openNewChat();
            m_arriving = m_signedInHere && m_session.isNewHere();
        }
    }
    if (state == SignInState::SignedOut) {
        m_arriving = false;
        showConversation(nullptr);
    }
    const bool asks = state == SignInState::SignedOut || state == SignInState::NeedsSignIn;
    if (asks && m_session.signInOfferError().happened.isEmpty())
        m_session.askSignInOffer();
    m_signIn->show(signInFacts());
    const bool stay = m_conversation && state != SignInState::SignedOut && state != SignInState::Unknown;
    refreshPage();
    m_signOut->setEnabled(state != SignInState::SignedOut && state != SignInState::Unknown);
    m_newChat->setEnabled(stay);
    m_showThreads->setEnabled(stay);
    m_showTimeline->setEnabled(stay);
    showSignInBanner();
    refreshStatus();
    refreshComposer();
    Q_EMIT accountLineChanged();
}

void MainWindow::refreshPage() {
    const SignInState state = m_session.signInState();
    // Who was in the middle of something stays there: draft, place and chat are kept while signing in again.
    const bool stay = m_conversation && state != SignInState::SignedOut && state != SignInState::Unknown;
    QWidget* page = m_signIn;
    if (stay && m_arriving && isSignedIn(state))
        page = m_arrival;
    else if (stay && !m_signInWanted)
        page = m_workspace;
    refreshArrival();
    m_header->setPanesAvailable(page == m_workspace);
    if (m_pages->currentWidget() == page)
        return;
    m_pages->setCurrentWidget(page);
    focusPlace();
}

void MainWindow::refreshArrival() {
    if (!m_arriving)
        return;
    ArrivalFacts facts;
    facts.environmentName = m_session.profile().name;
    facts.environmentColour = m_session.profile().colour;
    facts.account = m_status.account();
    facts.host = m_session.profile().backend == environment::BackendKind::Embedded
                     ? tr("the backend on this computer")
                     : placeOf(m_session.profile());
    facts.sessionOnly = m_session.isSessionOnly();
    facts.link = m_status.link().tone;
    facts.linkError = m_session.linkState().error;
    facts.checkOffered = m_openDoctor != nullptr;
    m_arrival->show(facts);
}

void MainWindow::connectSignInPage() {
    connect(m_arrival, &ArrivalPage::startRequested, this, [this] {
        m_arriving = false;
        refreshPage();
    });
    connect(m_arrival, &ArrivalPage::retryRequested, this, [this] { m_session.retryConnection(); });
    connect(m_arrival, &ArrivalPage::checkRequested, this, [this] { m_check->trigger(); });
    connect(&m_session, &AccountSession::linkStateChanged, this, &MainWindow::refreshArrival);
    connect(m_signIn, &SignInPage::signInRequested, this, [this] { m_session.signIn(); });
    connect(m_signIn, &SignInPage::codeRequested, &m_session, &AccountSession::signInByCode);
    connect(m_signIn, &SignInPage::cancelRequested, this, [this] { m_session.cancelSignIn(); });
    connect(m_signIn, &SignInPage::retryStoreRequested, this,
            [this] { m_session.isSignOutUnfinished() ? m_session.signOut() : m_session.retryStore(); });
    connect(m_signIn, &SignInPage::sessionOnlyRequested, this,
            [this] { m_session.signInForThisSessionOnly(); });
    connect(m_signIn, &SignInPage::passwordEntered, &m_session, &AccountSession::signInWithPassword);
    connect(m_signIn, &SignInPage::developmentRequested, &m_session, &AccountSession::signInForDevelopment);
    connect(m_signIn, &SignInPage::askAgainRequested, &m_session, &AccountSession::askSignInOffer);
    connect(m_signIn, &SignInPage::addressPasted, &m_session, &AccountSession::submitSignInAddress);
    connect(m_signIn, &SignInPage::tokenPasted, this,
            [this](const Secret& token) { m_session.signInWithToken(token.clone()); });
    connect(m_signIn, &SignInPage::backRequested, this, [this] {
        m_signInWanted = false;
        refreshSignIn();
    });
}

SignInFacts MainWindow::signInFacts() const {
    const environment::Profile& profile = m_session.profile();
    SignInFacts facts;
    facts.state = m_session.signInState();
    facts.phase = m_session.signInPhase();
    facts.error = m_session.signInError();
    facts.attemptError = m_session.signInAttemptError();
    facts.address = m_session.signInUrl();
    facts.device = m_session.devicePrompt();
    facts.environmentName = profile.name;
    facts.environmentColour = profile.colour;
    facts.place = placeOf(profile);
    facts.ownPage = profile.backend == environment::BackendKind::Embedded;
    facts.platform = profile.signIn == environment::SignInKind::Platform;
    facts.offer = m_session.signInOffer();
    facts.asking = m_session.isAskingSignInOffer();
    facts.offerError = m_session.signInOfferError();
    facts.canGoBack = m_conversation && facts.state != SignInState::SignedOut;
    return facts;
}

void MainWindow::wantSignIn() {
    if (m_session.profile().signIn != environment::SignInKind::Platform)
        return m_session.signIn();
    m_signInWanted = true;
    refreshSignIn();
}

void MainWindow::setAccounts(std::vector<AccountLine> accounts) {
    m_accounts = std::move(accounts);
}

AccountLine MainWindow::accountLine() const {
    return {m_session.profile().name, m_session.profile().colour, m_status.account(), m_status.link().chip,
            false};
}

void MainWindow::focusPlace() {
    if (m_pages->currentWidget() == m_signIn)
        m_signIn->focusFirst();
    else if (m_pages->currentWidget() == m_arrival)
        m_arrival->focusFirst();
    else
        m_chat->composer()->focusText();
}

void MainWindow::showSignInBanner() {
    auto* banners = m_chat->banners();
    const SignInState state = m_session.signInState();
    if (!m_conversation || isSignedIn(state) || m_signInWanted)
        return banners->remove(kSignInBanner);
    if (state == SignInState::SigningIn) {
        banners->setBanner(kSignInBanner,
                           makeError(ErrorKind::Authentication, tr("Continue in your browser."),
                                     tr("This chat and your draft stay as they are.")),
                           {{tr("Copy address"),
                             [this] {
                                 QApplication::clipboard()->setText(
                                     m_session.signInUrl().toString(QUrl::FullyEncoded));
                             }},
                            {tr("Cancel"), [this] { m_session.cancelSignIn(); }}});
    } else if (m_session.isSignOutUnfinished()) {
        banners->setBanner(kSignInBanner, m_session.signInError(),
                           {{tr("Sign out again"), [this] { m_session.signOut(); }}});
    } else if (state == SignInState::StoreTrouble) {
        banners->setBanner(kSignInBanner, m_session.signInError(),
                           {{tr("Try again"), [this] { m_session.retryStore(); }},
                            {tr("This session only"), [this] { m_session.signInForThisSessionOnly(); }}});
    } else if (state == SignInState::NeedsSignIn) {
        Error error = makeError(ErrorKind::Authentication, tr("Your sign-in has ended."));
        error.kept = tr("A run may continue on the server. Your draft and this chat are kept.");
        banners->setBanner(kSignInBanner, error,
                           {{tr("Sign in"), [this] { wantSignIn(); }}, {tr("Other ways"), [this] {
                                                                            m_signInWanted = true;
                                                                            refreshSignIn();
                                                                        }}});
    }
}

void MainWindow::refreshStatus() {
    const models::LinkWords words = m_status.link();
    m_header->setAccount(m_session.profile().name, m_session.profile().colour, m_status.account());
    m_header->setLink(words);
    QStringList parts{words.chip};
    if (const QString last = m_status.lastEvent(); !last.isEmpty())
        parts << last;
    const QString text = parts.join(u" · "_s);
    if (m_statusText->text() != text)
        m_statusText->setText(text);
    if (m_lineState != words.chip) {
        m_lineState = words.chip;
        Q_EMIT accountLineChanged();
    }
}

void MainWindow::refreshThreads() {
    m_threadModel.setThreads(m_session.threads());
    if (m_conversation)
        m_threads->setCurrentThread(m_conversation->thread());
}

void MainWindow::refreshComposer() {
    const bool ready =
        isSignedIn(m_session.signInState()) && m_session.linkState().phase == connection::LinkPhase::Ready;
    m_chat->composer()->setMode(!m_conversation ? ComposerMode::Disabled
                                : ready         ? ComposerMode::Send
                                                : ComposerMode::Queue);
    m_chat->composer()->setLimits(m_session.profile().maxFrameBytes, m_session.profile().maxAttachmentBytes);
    if (ready && m_session.previewsFiles())
        m_chat->composer()->askForColumns();
}

void MainWindow::refreshRun() {
    const bool running = m_conversation && m_conversation->isRunning();
    bool stopping = false;
    if (running)
        for (const auto& run : m_conversation->ledger().runs())
            stopping = stopping || (!run.ended && run.stopRequested);
    m_status.setRunning(running);
    m_stop->setEnabled(running && !stopping);
    m_chat->composer()->setRunning(running);
    m_chat->composer()->setStopping(stopping);
}

void MainWindow::openNewChat() {
    openThread({});
}

void MainWindow::openThread(const ThreadId& thread) {
    showConversation(m_session.openThread(thread));
    if (thread.isEmpty())
        m_chat->composer()->focusText();
}

void MainWindow::showConversation(session::Conversation* conversation) {
    if (conversation == m_conversation && conversation)
        return;
    rememberPlace();
    saveDraft();
    if (m_conversation)
        disconnect(m_conversation, nullptr, this, nullptr);
    m_conversation = conversation;
    m_transcriptModel.setConversation(conversation);
    m_timelineModel.setConversation(conversation);
    if (conversation) {
        connect(conversation, &session::Conversation::titleChanged, this, &MainWindow::refreshTitle);
        connect(conversation, &session::Conversation::runChanged, this, [this](const runs::Change& change) {
            if (change.runAdded || change.outcomeChanged || !m_conversation->isRunning())
                refreshRun();
        });
        m_chat->composer()->setDraft(m_session.draft(conversation->thread()));
        m_chat->composer()->setHistory(m_session.promptHistory(50));
        m_draftDelay.stop();
        if (const auto place = m_places.find(conversation->thread()); place != m_places.end())
            m_chat->transcript()->restore(place->second);
        else
            m_chat->transcript()->jumpToLatest();
        m_threads->setCurrentThread(conversation->thread());
    }
    refreshTitle();
    refreshRun();
    refreshComposer();
}

void MainWindow::onThreadAssigned(session::Conversation* conversation) {
    if (conversation != m_conversation)
        return;
    m_threads->setCurrentThread(conversation->thread());
    refreshTitle();
}

void MainWindow::stopRun(const RunId& run) {
    if (!m_conversation)
        return;
    RunId wanted = run;
    for (const auto& candidate : m_conversation->ledger().runs())
        if (wanted.isEmpty() && !candidate.ended)
            wanted = candidate.id;
    m_session.stopRun(m_conversation, wanted);
    refreshRun();
}

void MainWindow::showNotice(const QString& key, const Error& error) {
    std::vector<BannerAction> actions;
    if (key == u"credentials" && m_session.isSessionOnly())
        actions.push_back({tr("Try again"), [this] { m_session.retryStore(); }});
    switch (error.kind) {
    case ErrorKind::Authentication:
        actions.push_back({tr("Sign in"), [this] { wantSignIn(); }});
        break;
    case ErrorKind::Network:
    case ErrorKind::Timeout:
    case ErrorKind::Unavailable:
        if (m_session.linkState().phase == connection::LinkPhase::Waiting)
            actions.push_back({tr("Retry now"), [this] { m_session.retryConnection(); }});
        break;
    case ErrorKind::Locked:
    case ErrorKind::Denied:
        if (m_session.signInState() == SignInState::StoreTrouble)
            actions.push_back({tr("Try again"), [this] { m_session.retryStore(); }});
        break;
    case ErrorKind::Configuration:
    case ErrorKind::InvalidInput:
    case ErrorKind::TooLarge:
    case ErrorKind::NotFound:
    case ErrorKind::Conflict:
    case ErrorKind::Tls:
    case ErrorKind::Protocol:
    case ErrorKind::Storage:
    case ErrorKind::Cancelled:
    case ErrorKind::Internal:
        break;
    }
    m_chat->banners()->setBanner(key, error, std::move(actions));
}

void MainWindow::showPopover() {
    const auto& link = m_session.linkState();
    QStringList facts{tr("Environment: %1").arg(m_session.profile().name),
                      tr("Server: %1").arg(placeOf(m_session.profile()))};
    // Told where it is asked for: on show all the time it would grow old or need a clock.
    if (const QString renewal = m_status.renewal(); !renewal.isEmpty())
        facts << renewal;
    if (link.roundTrip)
        facts << tr("Answer to the last ping: %1 ms").arg(link.roundTrip->count());
    if (link.attempt > 1)
        facts << tr("Attempts since the last connection: %1").arg(link.attempt);
    if (!link.connection.isEmpty() && m_session.isSupportMode())
        facts << tr("Connection: %1").arg(link.connection.toString());
    m_popover->setFacts(m_status.link(), facts, link.error);
    m_popover->openBelow(m_header->connectionChip());
}

void MainWindow::announce(const QString& sentence) {
    if (!QAccessible::isActive())
        return;
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QAccessibleAnnouncementEvent event(m_statusText, sentence);
#else
    // Before Qt 6.8 there is no announcement; the changed description is what screen readers are told.
    m_statusText->setAccessibleDescription(sentence);
    QAccessibleEvent event(m_statusText, QAccessible::Alert);
#endif
    QAccessible::updateAccessibility(&event);
}

} // namespace apex::ui
