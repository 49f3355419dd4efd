// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/doctor/doctor_window.h"

#include "ui/doctor/check_details.h"
#include "ui/doctor/proxy_sign_in_dialog.h"
#include "ui/theme/theme_icon.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QScreen>
#include <QShowEvent>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace apex::ui {

using namespace Qt::StringLiterals;
using diagnosis::Check;
using diagnosis::CheckState;

namespace {

QString stateWord(CheckState state) {
    switch (state) {
    case CheckState::Waiting:
        return DoctorWindow::tr("waiting");
    case CheckState::Running:
        return DoctorWindow::tr("checking…");
    case CheckState::Ok:
        return DoctorWindow::tr("fine");
    case CheckState::Warning:
        return DoctorWindow::tr("worth knowing");
    case CheckState::Failed:
        return DoctorWindow::tr("problem");
    case CheckState::Skipped:
        return DoctorWindow::tr("not tried");
    }
    return {};
}

Glyph glyphOf(CheckState state) {
    switch (state) {
    case CheckState::Waiting:
        return Glyph::Notice;
    case CheckState::Running:
        return Glyph::Busy;
    case CheckState::Ok:
        return Glyph::Finished;
    case CheckState::Warning:
        return Glyph::Warning;
    case CheckState::Failed:
        return Glyph::Failed;
    case CheckState::Skipped:
        return Glyph::Off;
    }
    return Glyph::Unknown;
}

QColor colourOf(CheckState state, const ThemeColours& colours) {
    switch (state) {
    case CheckState::Ok:
        return colours.completed;
    case CheckState::Warning:
        return colours.warning;
    case CheckState::Failed:
        return colours.failed;
    case CheckState::Running:
        return colours.accent;
    case CheckState::Waiting:
    case CheckState::Skipped:
        break;
    }
    return colours.muted;
}

} // namespace

DoctorWindow::DoctorWindow(std::unique_ptr<diagnosis::Doctor> doctor, const ThemeProvider& themes,
                           QWidget* parent)
    : QDialog(parent), m_doctor(std::move(doctor)), m_themes(themes) {
    setObjectName(u"doctorWindow"_s);
    setWindowTitle(tr("Connection check"));
    build();
    connect(m_doctor.get(), &diagnosis::Doctor::checkChanged, this, &DoctorWindow::refreshRow);
    connect(m_doctor.get(), &diagnosis::Doctor::finished, this, &DoctorWindow::onFinished);
    connect(&themes, &ThemeProvider::changed, this, &DoctorWindow::refreshIcons);
    for (int i = 0; i < static_cast<int>(m_doctor->checks().size()); ++i) {
        m_list->addTopLevelItem(new QTreeWidgetItem);
        refreshRow(i);
    }
    refreshIcons();
    m_list->setCurrentItem(m_list->topLevelItem(0));
}

DoctorWindow::~DoctorWindow() {
    m_doctor->disconnect(this);
}

void DoctorWindow::build() {
    m_summary = new QLabel(this);
    m_summary->setObjectName(u"doctorSummary"_s);
    m_summary->setProperty("role", u"heading"_s);
    m_summary->setWordWrap(true);
    m_summary->setContentsMargins(0, 0, 0, spacing::s);
    m_list = new QTreeWidget(this);
    m_list->setObjectName(u"doctorChecks"_s);
    m_list->setAccessibleName(tr("Checks"));
    m_list->setColumnCount(3);
    m_list->setHeaderHidden(true);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_details = new CheckDetails(this);
    m_halves = new QSplitter(Qt::Vertical, this);
    m_halves->addWidget(m_list);
    m_halves->addWidget(m_details);
    m_halves->setStretchFactor(1, 1);
    m_halves->setChildrenCollapsible(false);
    m_again = new QPushButton(tr("Run again"), this);
    m_copy = new QPushButton(tr("Copy report"), this);
    m_copy->setToolTip(tr("Everything shown here as text for support, without secrets"));
    m_proxy = new QPushButton(tr("Sign in to the proxy…"), this);
    m_proxy->setProperty("role", u"primary"_s);
    m_proxy->setAutoDefault(false);
    m_proxy->hide();
    auto* close = new QPushButton(tr("Close"), this);
    m_again->setAutoDefault(false);
    m_copy->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(0, spacing::s, 0, 0);
    buttons->setSpacing(spacing::s);
    buttons->addWidget(m_again);
    buttons->addWidget(m_copy);
    buttons->addWidget(m_proxy);
    buttons->addStretch();
    buttons->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::l, spacing::l, spacing::l, spacing::m);
    column->setSpacing(0);
    column->addWidget(m_summary);
    column->addWidget(m_halves, 1);
    column->addLayout(buttons);
    connect(m_again, &QPushButton::clicked, this, &DoctorWindow::start);
    connect(m_proxy, &QPushButton::clicked, this, &DoctorWindow::askProxySignIn);
    connect(m_copy, &QPushButton::clicked, this, &DoctorWindow::copyReport);
    connect(close, &QPushButton::clicked, this, &QWidget::close);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &DoctorWindow::showCurrent);
    connect(m_list, &QTreeWidget::itemClicked, this, [this] { m_chosen = true; });
    resize((QSizeF(760, 720) * m_themes.textScale()).toSize().boundedTo(screen()->availableSize() * 0.9));
}

void DoctorWindow::showEvent(QShowEvent* event) {
    QDialog::showEvent(event);
    if (m_started)
        return;
    m_started = true;
    giveRoom();
    m_list->setFocus();
    start();
}

/// Every check in sight where the screen allows it; what is said of the one chosen gets the rest.
void DoctorWindow::giveRoom() {
    const int row = std::max(28, fontMetrics().height() + spacing::s);
    for (int i = 0; i < m_list->topLevelItemCount(); ++i)
        m_list->topLevelItem(i)->setSizeHint(
            2, QSize(0, row)); // the one column whose width is not its content's
    layout()->activate();
    const int rows = m_list->topLevelItemCount() * row + 2 * m_list->frameWidth();
    const int most = m_halves->height() - m_details->minimumSizeHint().height() - m_halves->handleWidth();
    m_halves->setSizes({std::min(rows, most), m_halves->height() - std::min(rows, most)});
}

void DoctorWindow::setProxySignIn(StoreProxySignIn store) {
    m_storeProxySignIn = std::move(store);
}

void DoctorWindow::askProxySignIn() {
    auto* question = new ProxySignInDialog(this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(question, &QDialog::accepted, this, [this, question] {
        const QPointer<DoctorWindow> alive(this);
        m_storeProxySignIn(question->user(), question->takePassword(),
                           [alive](Expected<environment::Profile> profile) {
                               if (!alive)
                                   return;
                               if (!profile) {
                                   alive->m_summary->setText(profile.error().forPeople());
                                   return;
                               }
                               alive->m_doctor->useProfile(std::move(*profile));
                               alive->start();
                           });
    });
    question->open();
}

void DoctorWindow::start() {
    m_proxy->hide();
    m_chosen = false;
    m_doctor->run();
    m_again->setEnabled(false);
    refreshSummary();
}

QIcon DoctorWindow::iconFor(const Check& check) const {
    const QColor colour = colourOf(check.state, m_themes.theme().colours);
    if (check.state == CheckState::Ok)
        return themeIcon(u"check"_s, colour);
    return glyphIcon(glyphOf(check.state), colour);
}

void DoctorWindow::refreshRow(int index) {
    const Check& check = m_doctor->checks()[static_cast<size_t>(index)];
    QTreeWidgetItem* row = m_list->topLevelItem(index);
    const QString word = stateWord(check.state);
    row->setIcon(0, iconFor(check));
    row->setText(0, check.title);
    row->setText(1, word);
    row->setText(2, check.found);
    row->setForeground(1, m_themes.theme().colours.muted);
    // One sentence a row, so that no column has to be asked for.
    row->setData(0, Qt::AccessibleTextRole,
                 check.found.isEmpty() ? u"%1: %2"_s.arg(check.title, word)
                                       : u"%1: %2. %3"_s.arg(check.title, word, check.found));
    if (check.state == CheckState::Running)
        m_list->scrollToItem(row);
    if (m_list->currentItem() == row)
        m_details->setCheck(check);
    refreshSummary();
}

void DoctorWindow::refreshIcons() {
    const int side = m_list->fontMetrics().height();
    m_list->setIconSize(QSize(side, side));
    for (int i = 0; i < m_list->topLevelItemCount(); ++i)
        refreshRow(i);
}

void DoctorWindow::refreshSummary() {
    const auto& checks = m_doctor->checks();
    const auto count = [&checks](CheckState state) {
        return static_cast<int>(std::count_if(checks.begin(), checks.end(),
                                              [state](const Check& check) { return check.state == state; }));
    };
    const int problems = count(CheckState::Failed);
    const int waiting = count(CheckState::Waiting) + count(CheckState::Running);
    QString text;
    if (m_doctor->isRunning() && waiting > 0)
        text =
            tr("Checking: %1 of %2 done").arg(static_cast<int>(checks.size()) - waiting).arg(checks.size());
    else if (waiting > 0)
        text = tr("Nothing has been checked yet.");
    else if (problems > 0)
        text = problems == 1 ? tr("1 problem found.") : tr("%n problems found.", nullptr, problems);
    else if (const int notes = count(CheckState::Warning); notes > 0)
        text = notes == 1 ? tr("Everything works; 1 thing is worth knowing.")
                          : tr("Everything works; %n things are worth knowing.", nullptr, notes);
    else
        text = tr("Everything works.");
    m_summary->setText(text);
}

void DoctorWindow::showCurrent() {
    const int row = m_list->indexOfTopLevelItem(m_list->currentItem());
    if (row >= 0)
        m_details->setCheck(m_doctor->checks()[static_cast<size_t>(row)]);
}

void DoctorWindow::onFinished() {
    m_again->setEnabled(true);
    refreshSummary();
    const auto& checks = m_doctor->checks();
    const bool proxyAsks = std::any_of(checks.begin(), checks.end(), [](const Check& check) {
        return check.fault == diagnosis::Fault::ProxySignIn;
    });
    m_proxy->setVisible(proxyAsks && m_storeProxySignIn != nullptr);
    const auto worst = std::find_if(checks.begin(), checks.end(),
                                    [](const Check& check) { return check.state == CheckState::Failed; });
    if (worst != checks.end() && !m_chosen)
        m_list->setCurrentItem(m_list->topLevelItem(static_cast<int>(worst - checks.begin())));
    m_list->scrollToItem(m_list->currentItem()); // it followed what ran
    // Said once, at the end: a reader that spoke at every row would drown its user.
    QAccessibleEvent said(m_summary, QAccessible::Alert);
    QAccessible::updateAccessibility(&said);
}

void DoctorWindow::copyReport() {
    QApplication::clipboard()->setText(m_doctor->report());
    m_summary->setText(tr("The report is in the clipboard."));
}

} // namespace apex::ui
