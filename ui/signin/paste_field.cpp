// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/paste_field.h"

#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace apex::ui {

using namespace Qt::StringLiterals;

PasteField::PasteField(const QString& name, const QString& words, const QString& button, QWidget* parent)
    : QWidget(parent), m_field(new QLineEdit(this)), m_submit(new QPushButton(button, this)) {
    setObjectName(name);
    m_field->setObjectName(name + u"Field"_s);
    m_field->setAccessibleName(words);
    m_field->setEchoMode(QLineEdit::Password);
    m_field->setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhHiddenText | Qt::ImhNoPredictiveText);
    m_field->setMinimumHeight(36);
    m_submit->setObjectName(name + u"Button"_s);
    m_submit->setMinimumHeight(36);
    m_submit->setEnabled(false);
    auto* label = new QLabel(words, this);
    label->setBuddy(m_field);
    label->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing::xs);
    column->addWidget(label);
    auto* row = new QHBoxLayout;
    row->setSpacing(spacing::s);
    row->addWidget(m_field, 1);
    row->addWidget(m_submit);
    column->addLayout(row);
    connect(m_field, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_submit->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_field, &QLineEdit::returnPressed, this, &PasteField::submit);
    connect(m_submit, &QPushButton::clicked, this, &PasteField::submit);
}

void PasteField::focusField() {
    m_field->setFocus();
}

void PasteField::hideEvent(QHideEvent* event) {
    m_field->clear();
    QWidget::hideEvent(event);
}

void PasteField::submit() {
    if (!m_submit->isEnabled())
        return;
    takeFromClipboard();
    const Secret pasted(m_field->text().trimmed().toUtf8());
    m_field->clear();
    Q_EMIT submitted(pasted);
}

void PasteField::takeFromClipboard() {
    QClipboard* clipboard = QGuiApplication::clipboard();
    if (clipboard->text().trimmed() == m_field->text().trimmed())
        clipboard->clear();
}

} // namespace apex::ui
