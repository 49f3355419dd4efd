// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/environment_page.h"

#include "ui/signin/centred_column.h"
#include "ui/signin/own_server_form.h"
#include "ui/signin/profile_card.h"
#include "ui/theme/error_box.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

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
    auto* title = new QLabel(tr("Which server does your team use?"), m_content);
    title->setProperty("role", u"title"_s);
    title->setWordWrap(true);
    auto* intro =
        new QLabel(tr("Your chats, your sign-in and your settings are kept apart for each environment. "
                      "You can change it later."),
                   m_content);
    intro->setProperty("role", u"muted"_s);
    intro->setWordWrap(true);
    column->addWidget(makeProgramIcon(m_content));
    column->addSpacing(spacing::m);
    column->addWidget(title);
    column->addWidget(intro);
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
    column->addSpacing(spacing::s);
    addLink(column, m_addOwn);
    column->addWidget(m_form);
    connect(m_addOwn, &QPushButton::clicked, this, [this] { setFormShown(true); });
    connect(m_form, &OwnServerForm::cancelled, this, [this] { setFormShown(false); });
    connect(m_form, &OwnServerForm::submitted, this, &EnvironmentPage::serverEntered);
}

void EnvironmentPage::setFormShown(bool shown) {
    m_cards->setVisible(!shown);
    m_addOwn->setVisible(!shown);
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
}

void EnvironmentPage::showError(const Error& error) {
    m_error->setError(error);
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
}

void EnvironmentPage::addCards(QVBoxLayout* column, const environment::ProfileCatalog& catalog) {
    for (const auto& profile : catalog.profiles()) {
        auto* card = new ProfileCard(profile, m_themes, column->parentWidget());
        auto* row = new QHBoxLayout;
        row->addWidget(card, 1);
        column->addLayout(row);
        if (environment::isOwnServer(profile))
            addRemoval(row, profile);
        connect(card, &QAbstractButton::clicked, this,
                [this, id = profile.id] { Q_EMIT environmentChosen(id); });
    }
    if (catalog.profiles().empty()) {
        auto* none = new QLabel(
            tr("No environment is set up. Add your own server, or put a profile into the folder for "
               "environments; your administrator has the file."),
            column->parentWidget());
        none->setWordWrap(true);
        column->addWidget(none);
    }
}

void EnvironmentPage::addRemoval(QHBoxLayout* row, const environment::Profile& profile) {
    auto* remove = new QToolButton(row->parentWidget() ? row->parentWidget() : m_cards);
    remove->setObjectName(u"remove-"_s + profile.id.toString());
    remove->setText(tr("Remove…"));
    remove->setAccessibleName(tr("Remove %1").arg(profile.name));
    row->addWidget(remove);
    connect(remove, &QToolButton::clicked, this, [this, id = profile.id, name = profile.name] {
        auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Remove this server?"),
                                    tr("Remove %1 from the list?").arg(name), QMessageBox::Cancel, this);
        box->setObjectName(u"confirmServerRemoval"_s);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setTextFormat(Qt::PlainText);
        box->setInformativeText(tr("You can add it again at any time. Nothing on the server is changed."));
        auto* confirm = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
        connect(box, &QMessageBox::buttonClicked, this, [this, confirm, id](QAbstractButton* button) {
            if (button == confirm)
                Q_EMIT removalRequested(id);
        });
        box->open();
    });
}

void EnvironmentPage::addBrokenFiles(QVBoxLayout* column, const environment::ProfileCatalog& catalog) {
    for (const Error& error : catalog.errors()) {
        auto* box = new ErrorBox(m_themes, column->parentWidget());
        box->setError(error);
        column->addWidget(box);
    }
}

} // namespace apex::ui
