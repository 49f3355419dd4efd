// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/own_server_form.h"

#include "ui/theme/elided_combo_box.h"
#include "ui/theme/error_box.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;
using environment::SignInKind;

OwnServerForm::OwnServerForm(const ThemeProvider& themes, QWidget* parent) : QWidget(parent) {
    setObjectName(u"ownServerForm"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing::xs);
    m_heading = new QLabel(this);
    m_heading->setObjectName(u"serverHeading"_s);
    m_heading->setProperty("role", u"heading"_s);
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setWordWrap(true);
    column->addWidget(m_heading);
    m_name = addField(column, tr("Name"), u"serverName"_s, {});
    m_name->setMaxLength(60);
    m_address = addField(column, tr("Address"), u"serverAddress"_s, u"https://chat.example.org"_s);
    auto* words = new QLabel(tr("How people sign in there"), this);
    m_signIn = new ElidedComboBox(this);
    m_signIn->setObjectName(u"serverSignIn"_s);
    m_signIn->setProperty("size", u"large"_s);
    m_signIn->setAccessibleName(words->text());
    m_signIn->addItem(tr("OAuth: at an issuer, in the browser"), static_cast<int>(SignInKind::OAuth));
    m_signIn->addItem(tr("The platform's own sign-in, with a password"),
                      static_cast<int>(SignInKind::Platform));
    words->setBuddy(m_signIn);
    column->addSpacing(spacing::s);
    column->addWidget(words);
    column->addWidget(m_signIn);
    m_issuer =
        addField(column, tr("Address of the sign-in"), u"serverIssuer"_s, u"https://login.example.org"_s);
    column->addSpacing(spacing::s);
    m_clientWords = new QLabel(tr("Client ID"), this);
    m_client = addField(column, {}, u"serverClient"_s, {});
    m_client->setAccessibleName(m_clientWords->text());
    m_clientWords->setBuddy(m_client);
    column->insertWidget(column->indexOf(m_client), m_clientWords);
    buildCaFile(column);
    buildNotes(column);
    m_error = new ErrorBox(themes, this);
    column->addSpacing(spacing::s);
    column->addWidget(m_error);
    buildButtons(column);
    connect(m_signIn, &QComboBox::currentIndexChanged, this, &OwnServerForm::refresh);
    clear();
}

QLineEdit* OwnServerForm::addField(QVBoxLayout* column, const QString& words, const QString& name,
                                   const QString& example) {
    auto* field = new QLineEdit(this);
    field->setObjectName(name);
    field->setProperty("size", u"large"_s);
    field->setPlaceholderText(example);
    if (!words.isEmpty()) {
        if (column->count() > 0)
            column->addSpacing(spacing::s); // a label belongs to the field below it
        auto* label = new QLabel(words, this);
        label->setWordWrap(true);
        label->setBuddy(field);
        field->setAccessibleName(words);
        column->addWidget(label);
    }
    column->addWidget(field);
    connect(field, &QLineEdit::textChanged, this, &OwnServerForm::refresh);
    connect(field, &QLineEdit::returnPressed, this, &OwnServerForm::submit);
    return field;
}

void OwnServerForm::buildCaFile(QVBoxLayout* column) {
    m_caFile = addField(column, tr("File with its certificate authority, if it has one of its own"),
                        u"serverCaFile"_s, {});
    m_choose = new QPushButton(tr("Choose…"), this);
    m_choose->setObjectName(u"chooseCaFile"_s);
    m_choose->setProperty("size", u"field"_s);
    m_choose->setAccessibleName(tr("Choose the file with the certificate authority"));
    auto* row = new QHBoxLayout;
    row->setSpacing(spacing::s);
    column->removeWidget(m_caFile);
    row->addWidget(m_caFile, 1);
    row->addWidget(m_choose);
    column->addLayout(row);
    connect(m_choose, &QPushButton::clicked, this, &OwnServerForm::chooseCaFile);
}

void OwnServerForm::buildNotes(QVBoxLayout* column) {
    m_caNote = new QLabel(this);
    m_caNote->setObjectName(u"serverCaNote"_s);
    m_signInNote = new QLabel(tr("The sign-in is at another place than before: whoever is signed in at this "
                                 "server has to sign in again. Chats and drafts are kept."),
                              this);
    m_signInNote->setObjectName(u"serverSignInNote"_s);
    for (QLabel* note : {m_caNote, m_signInNote}) {
        note->setTextFormat(Qt::PlainText);
        note->setWordWrap(true);
        note->hide();
        column->addWidget(note);
    }
    m_caNote->setProperty("role", u"caption"_s);
}

void OwnServerForm::buildButtons(QVBoxLayout* column) {
    m_add = new QPushButton(this);
    m_add->setObjectName(u"addServer"_s);
    m_add->setProperty("role", u"primary"_s);
    m_add->setProperty("size", u"large"_s);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(u"cancelServer"_s);
    cancel->setProperty("size", u"large"_s);
    auto* row = new QHBoxLayout;
    row->setSpacing(spacing::s);
    row->addWidget(m_add, 1);
    row->addWidget(cancel);
    column->addSpacing(spacing::m);
    column->addLayout(row);
    connect(m_add, &QPushButton::clicked, this, &OwnServerForm::submit);
    connect(cancel, &QPushButton::clicked, this, &OwnServerForm::cancelled);
}

void OwnServerForm::showError(const Error& error) {
    m_error->setError(error);
    if (error.happened.isEmpty())
        return;
    const std::pair<QString, QLineEdit*> fields[] = {
        {u"key: name"_s, m_name},     {u"key: api_url"_s, m_address},  {u"key: socket_url"_s, m_address},
        {u"key: issuer"_s, m_issuer}, {u"key: client_id"_s, m_client}, {u"key: ca_file"_s, m_caFile}};
    for (const auto& [key, field] : fields)
        if (error.details.contains(key))
            field->setFocus();
}

void OwnServerForm::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        Q_EMIT cancelled();
    else
        QWidget::keyPressEvent(event);
}

void OwnServerForm::clear() {
    m_before.reset();
    fill({.name = {}, .address = {}, .issuer = {}, .clientId = u"apex-desktop"_s, .caFile = {}});
}

void OwnServerForm::edit(const environment::OwnServer& server) {
    m_before = server;
    fill(server);
}

void OwnServerForm::fill(const environment::OwnServer& server) {
    m_name->setText(server.name);
    m_address->setText(server.address);
    m_signIn->setCurrentIndex(m_signIn->findData(static_cast<int>(server.signIn)));
    m_issuer->setText(server.issuer);
    m_client->setText(server.clientId);
    m_caFile->setText(m_caFile->isEnabled() ? server.caFile : QString());
    refreshWords();
    showError({});
    refresh();
}

void OwnServerForm::refreshWords() {
    const QString heading = m_before ? tr("Change %1").arg(m_before->name) : tr("Add your own server");
    m_heading->setText(heading);
    setAccessibleName(heading);
    m_add->setText(m_before ? tr("Save") : tr("Add this server"));
}

void OwnServerForm::setLocked(const QStringList& keys, const QString& file) {
    const bool locked = keys.contains(u"ca_file"_s);
    m_caFile->setEnabled(!locked);
    m_choose->setEnabled(!locked);
    m_caNote->setText(tr("Fixed by the administrator of this computer (%1).").arg(file));
    m_caNote->setVisible(locked);
    m_caFile->setAccessibleDescription(locked ? m_caNote->text() : QString());
    if (locked)
        m_caFile->clear();
}

void OwnServerForm::focusFirst() {
    m_name->setFocus();
}

void OwnServerForm::chooseCaFile() {
    auto* dialog = new QFileDialog(this, tr("File with the certificate authority"), {},
                                   tr("Certificates (*.pem *.crt *.cer);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, m_caFile, &QLineEdit::setText);
    dialog->open();
}

void OwnServerForm::submit() {
    if (!m_add->isEnabled())
        return;
    Q_EMIT submitted(entered());
}

environment::OwnServer OwnServerForm::entered() const {
    // What the administrator fixed is not the person's to write; what they had chosen stays for later.
    const QString caFile = m_caFile->isEnabled() ? m_caFile->text() : m_before ? m_before->caFile : QString();
    return {m_name->text(), m_address->text(), signIn(), m_issuer->text(), m_client->text(), caFile};
}

void OwnServerForm::refresh() {
    if (!m_add) // still being built
        return;
    const bool oauth = signIn() == SignInKind::OAuth;
    m_client->setVisible(oauth);
    m_clientWords->setVisible(oauth);
    m_add->setEnabled(!m_name->text().trimmed().isEmpty() && !m_address->text().trimmed().isEmpty() &&
                      (!oauth || !m_issuer->text().trimmed().isEmpty()));
    m_signInNote->setVisible(m_before && environment::isSignedInElsewhere(*m_before, entered()));
}

SignInKind OwnServerForm::signIn() const {
    return static_cast<SignInKind>(m_signIn->currentData().toInt());
}

} // namespace apex::ui
