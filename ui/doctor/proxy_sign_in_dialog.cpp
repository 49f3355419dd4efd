// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/doctor/proxy_sign_in_dialog.h"

#include "ui/theme/theme.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

ProxySignInDialog::ProxySignInDialog(QWidget* parent)
    : QDialog(parent), m_user(new QLineEdit(this)), m_password(new QLineEdit(this)) {
    setObjectName(u"proxySignIn"_s);
    setWindowTitle(tr("Sign in to the proxy"));
    auto* words =
        new QLabel(tr("The proxy of this network wants a name and a password of its own. They are kept in "
                      "the keychain of this computer and shown to the proxy only."),
                   this);
    words->setWordWrap(true);
    m_user->setAccessibleName(tr("Name"));
    m_password->setAccessibleName(tr("Password"));
    m_password->setEchoMode(QLineEdit::Password);
    auto* form = new QFormLayout;
    form->addRow(tr("&Name"), m_user);
    form->addRow(tr("&Password"), m_password);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    QPushButton* confirm = buttons->button(QDialogButtonBox::Ok);
    confirm->setText(tr("Keep and check again"));
    confirm->setEnabled(false);
    connect(m_user, &QLineEdit::textChanged, confirm,
            [confirm](const QString& name) { confirm->setEnabled(!name.trimmed().isEmpty()); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::l, spacing::l, spacing::l, spacing::m);
    column->setSpacing(spacing::m);
    column->addWidget(words);
    column->addLayout(form);
    column->addWidget(buttons);
    setMinimumWidth(420);
}

QString ProxySignInDialog::user() const {
    return m_user->text().trimmed();
}

Secret ProxySignInDialog::takePassword() {
    Secret password(m_password->text().toUtf8());
    m_password->clear();
    return password;
}

} // namespace apex::ui
