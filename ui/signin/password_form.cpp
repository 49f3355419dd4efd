// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/password_form.h"

#include "ui/theme/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

QLineEdit* addFormField(QVBoxLayout* column, const QString& words, const QString& name, QWidget* parent) {
    auto* label = new QLabel(words, parent);
    auto* field = new QLineEdit(parent);
    field->setObjectName(name);
    field->setAccessibleName(words);
    field->setProperty("size", u"large"_s);
    label->setBuddy(field);
    column->addWidget(label);
    column->addWidget(field);
    return field;
}

} // namespace

PasswordForm::PasswordForm(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing::xs);
    m_email = addFormField(column, tr("E-mail address"), u"email"_s, this);
    m_email->setInputMethodHints(Qt::ImhEmailCharactersOnly | Qt::ImhNoAutoUppercase |
                                 Qt::ImhNoPredictiveText);
    column->addSpacing(spacing::xs);
    m_password = addFormField(column, tr("Password"), u"password"_s, this);
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhHiddenText | Qt::ImhNoAutoUppercase |
                                    Qt::ImhNoPredictiveText);
    m_submit = new QPushButton(tr("Sign in"), this);
    m_submit->setObjectName(u"passwordSignIn"_s);
    m_submit->setProperty("role", u"primary"_s);
    m_submit->setProperty("size", u"large"_s);
    column->addSpacing(spacing::m);
    column->addWidget(m_submit);
    connect(m_email, &QLineEdit::textChanged, this, &PasswordForm::refresh);
    connect(m_password, &QLineEdit::textChanged, this, &PasswordForm::refresh);
    connect(m_email, &QLineEdit::returnPressed, m_password, qOverload<>(&QWidget::setFocus));
    connect(m_password, &QLineEdit::returnPressed, this, &PasswordForm::submit);
    connect(m_submit, &QPushButton::clicked, this, &PasswordForm::submit);
    refresh();
}

void PasswordForm::setBusy(bool busy) {
    m_busy = busy;
    refresh();
}

void PasswordForm::focusNext() {
    (m_email->text().trimmed().isEmpty() ? m_email : m_password)->setFocus();
}

void PasswordForm::forget() {
    m_password->clear();
}

void PasswordForm::hideEvent(QHideEvent* event) {
    forget();
    QWidget::hideEvent(event);
}

void PasswordForm::submit() {
    if (!m_submit->isEnabled())
        return;
    const Secret password(m_password->text().toUtf8());
    forget();
    Q_EMIT submitted(m_email->text().trimmed(), password);
}

void PasswordForm::refresh() {
    m_email->setEnabled(!m_busy);
    m_password->setEnabled(!m_busy);
    m_submit->setEnabled(!m_busy && !m_email->text().trimmed().isEmpty() && !m_password->text().isEmpty());
    m_submit->setText(m_busy ? tr("Signing in…") : tr("Sign in"));
}

} // namespace apex::ui
