// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/environment_page.h"

#include "ui/signin/centred_column.h"
#include "ui/signin/own_server_form.h"
#include "ui/signin/profile_card.h"
#include "ui/theme/error_box.h"
#include "ui/theme/removal_question.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace apex::ui {

using namespace Qt::StringLiterals;

EnvironmentPage::EnvironmentPage(const environment::ProfileCatalog& catalog, const ThemeProvider& themes,
                                 QWidget* parent)
    : QWidget(parent), m_themes(themes) {
    setObjectName(u"environmentPage"_s);
    setAccessibleName(tr("Choose an environment"));
    setAttribute(Qt::WA_StyledBackground);
    setProperty("role", u"window"_s);
    m_content = addCentredColumn(this);
    QVBoxLayout* column = layOutColumn(m_content);
    column->addStretch(1);
    buildHead(column);
    m_cards = new QWidget(m_content);
    auto* cards = new QVBoxLayout(m_cards);
    cards->setContentsMargins(0, 0, 0, 0);
    cards->setSpacing(spacing::s);
    column->addWidget(m_cards);
    buildOwnServer(column);
    m_back = new QPushButton(tr("Back"), m_content);
    m_back->setObjectName(u"backFromEnvironments"_s);
    m_back->hide();
    connect(m_back, &QPushButton::clicked, this, &EnvironmentPage::backRequested);
    addLink(column, m_back);
    column->addStretch(2);
    setCatalog(catalog);
}

void EnvironmentPage::buildHead(QVBoxLayout* column) {
    m_title = new QLabel(m_content);
    m_title->setProperty("role", u"title"_s);
    m_title->setWordWrap(true);
    m_intro = new QLabel(tr("Your chats, your sign-in and your settings are kept apart for each environment. "
                            "You can change it later."),
                         m_content);
    m_intro->setProperty("role", u"muted"_s);
    m_intro->setWordWrap(true);
    column->addWidget(makeProgramIcon(m_content));
    column->addSpacing(spacing::m);
    column->addWidget(m_title);
    column->addWidget(m_intro);
    column->addSpacing(spacing::m);
    m_error = new ErrorBox(m_themes, m_content);
    column->addWidget(m_error);
    m_waiting = new QLabel(m_content);
    m_waiting->setObjectName(u"starting"_s);
    m_waiting->setTextFormat(Qt::PlainText);
    m_waiting->setWordWrap(true);
    m_waiting->hide();
    column->addWidget(m_waiting);
}

void EnvironmentPage::buildOwnServer(QVBoxLayout* column) {
    m_addOwn = new QPushButton(tr("Add your own server"), m_content);
    m_addOwn->setObjectName(u"addOwnServer"_s);
    m_form = new OwnServerForm(m_themes, m_content);
    m_form->hide();
    m_onlyThese = new QLabel(m_content);
    m_onlyThese->setObjectName(u"onlyThese"_s);
    m_onlyThese->setProperty("role", u"caption"_s);
    m_onlyThese->setTextFormat(Qt::PlainText);
    m_onlyThese->setWordWrap(true);
    column->addSpacing(spacing::s);
    column->addWidget(m_onlyThese);
    addLink(column, m_addOwn);
    column->addWidget(m_form);
    connect(m_addOwn, &QPushButton::clicked, this, [this] { setFormShown(true); });
    connect(m_form, &OwnServerForm::cancelled, this, &EnvironmentPage::leaveForm);
    connect(m_form, &OwnServerForm::submitted, this, [this](const environment::OwnServer& server) {
        if (m_edited.isEmpty())
            Q_EMIT serverEntered(server);
        else
            Q_EMIT serverChanged(m_edited, server);
    });
}

void EnvironmentPage::editServer(const EnvironmentId& id, const environment::OwnServer& server) {
    m_edited = id;
    m_form->edit(server);
    setFormShown(true);
}

/// What was typed for a new server stays for the next time; what was changed of a known one does not.
void EnvironmentPage::leaveForm() {
    const EnvironmentId edited = std::exchange(m_edited, {});
    if (!edited.isEmpty())
        m_form->clear();
    setFormShown(false);
    if (auto* button = m_cards->findChild<QToolButton*>(u"edit-"_s + edited.toString()))
        button->setFocus();
}

void EnvironmentPage::showCards() {
    if (!m_form->isHidden())
        leaveForm();
}

void EnvironmentPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Escape)
        return QWidget::keyPressEvent(event);
    if (!m_form->isHidden())
        leaveForm();
    else if (!m_back->isHidden())
        Q_EMIT backRequested();
}

void EnvironmentPage::setFormShown(bool shown) {
    m_cards->setVisible(!shown);
    m_addOwn->setVisible(!shown && m_mayAdd);
    m_form->setVisible(shown);
    showError({});
    m_form->showError({});
    if (shown)
        return m_form->focusFirst();
    m_addOwn->setFocus();
}

void EnvironmentPage::serverJudged(const Error& error) {
    if (!error.happened.isEmpty())
        return m_form->showError(error);
    m_edited = {};
    m_form->clear();
    setFormShown(false);
}

void EnvironmentPage::setCatalog(const environment::ProfileCatalog& catalog) {
    // Later: this may be called from a signal of one of them.
    while (QLayoutItem* item = m_cards->layout()->takeAt(0))
        delete item; // rows; their widgets are the page's
    for (QWidget* old : m_cards->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
        old->hide();
        old->setParent(nullptr);
        old->deleteLater();
    }
    auto* column = static_cast<QVBoxLayout*>(m_cards->layout());
    addCards(column, catalog);
    addBrokenFiles(column, catalog);
    refreshOffer(catalog);
    m_form->setLocked(catalog.locked(), catalog.lockedBy());
}

/// What the administrator of this computer leaves to choose.
void EnvironmentPage::refreshOffer(const environment::ProfileCatalog& catalog) {
    m_nothing = catalog.nothingOffered().value_or(Error{});
    const bool nothing = !m_nothing.happened.isEmpty();
    m_title->setText(nothing ? tr("No environment can be opened") : tr("Which server does your team use?"));
    m_intro->setVisible(!nothing);
    m_mayAdd = !nothing && catalog.onlyBy().isEmpty();
    m_addOwn->setVisible(m_mayAdd && m_form->isHidden());
    m_onlyThese->setText(
        tr("The administrator of this computer allows only these (%1).").arg(catalog.onlyBy()));
    m_onlyThese->setVisible(!nothing && !m_mayAdd);
    showError({});
}

void EnvironmentPage::showError(const Error& error) {
    m_error->setError(m_nothing.happened.isEmpty() ? error : m_nothing);
}

void EnvironmentPage::setWaiting(const QString& environmentName) {
    m_waiting->setText(tr("Starting %1…").arg(environmentName));
    m_waiting->setVisible(!environmentName.isEmpty());
    m_cards->setEnabled(environmentName.isEmpty());
    m_addOwn->setEnabled(environmentName.isEmpty());
}

void EnvironmentPage::setBackOffered(bool offered) {
    m_back->setVisible(offered);
}

void EnvironmentPage::focusFirst() {
    if (auto* card = m_cards->findChild<ProfileCard*>())
        card->setFocus();
    else if (m_mayAdd)
        m_addOwn->setFocus();
}

void EnvironmentPage::addCards(QVBoxLayout* column, const environment::ProfileCatalog& catalog) {
    for (const auto& profile : catalog.profiles()) {
        auto* card = new ProfileCard(profile, m_themes, column->parentWidget());
        auto* row = new QHBoxLayout;
        row->addWidget(card, 1);
        column->addLayout(row);
        if (environment::isOwnServer(profile)) {
            if (profile.backend == environment::BackendKind::Remote)
                addEditing(row, profile);
            addRemoval(row, profile);
        }
        connect(card, &QAbstractButton::clicked, this,
                [this, id = profile.id] { Q_EMIT environmentChosen(id); });
    }
    if (catalog.profiles().empty() && !catalog.nothingOffered()) {
        auto* none = new QLabel(
            tr("No environment is set up. Add your own server, or put a profile into the folder for "
               "environments; your administrator has the file."),
            column->parentWidget());
        none->setWordWrap(true);
        column->addWidget(none);
    }
}

void EnvironmentPage::addEditing(QHBoxLayout* row, const environment::Profile& profile) {
    auto* edit = new QToolButton(m_cards);
    edit->setObjectName(u"edit-"_s + profile.id.toString());
    edit->setText(tr("Change…"));
    edit->setAccessibleName(tr("Change %1").arg(profile.name));
    row->addWidget(edit);
    connect(edit, &QToolButton::clicked, this, [this, id = profile.id] { Q_EMIT editRequested(id); });
}

void EnvironmentPage::addRemoval(QHBoxLayout* row, const environment::Profile& profile) {
    auto* remove = new QToolButton(row->parentWidget() ? row->parentWidget() : m_cards);
    remove->setObjectName(u"remove-"_s + profile.id.toString());
    remove->setText(tr("Remove…"));
    remove->setAccessibleName(tr("Remove %1").arg(profile.name));
    row->addWidget(remove);
    connect(remove, &QToolButton::clicked, this, [this, id = profile.id, name = profile.name] {
        askBeforeRemoval(this, u"confirmServerRemoval"_s,
                         {tr("Remove this server?"), tr("Remove %1 from the list?").arg(name),
                          tr("You can add it again at any time. Nothing on the server is changed.")},
                         [this, id] { Q_EMIT removalRequested(id); });
    });
}

void EnvironmentPage::addBrokenFiles(QVBoxLayout* column, const environment::ProfileCatalog& catalog) {
    const auto nothing = catalog.nothingOffered();
    for (const Error& error : catalog.errors()) {
        if (nothing && nothing->happened == error.happened)
            continue; // stands at the top of the page
        auto* box = new ErrorBox(m_themes, column->parentWidget());
        box->setError(error);
        column->addWidget(box);
    }
}

} // namespace apex::ui
