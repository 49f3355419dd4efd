// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/device_code_view.h"

#include "ui/signin/wrapped_field.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

/// A field and not a label: it takes the focus, is read out letter by letter, and can be selected by keys.
WrappedField* addField(QVBoxLayout* column, const QString& words, const QString& name, QWidget* parent) {
    auto* label = new QLabel(words, parent);
    label->setWordWrap(true);
    auto* field = new WrappedField(parent);
    field->setObjectName(name);
    field->setProperty("role", u"field"_s);
    field->setAccessibleName(words);
    // Codes and addresses are written from left to right in every language.
    field->setLayoutDirection(Qt::LeftToRight);
    label->setBuddy(field);
    column->addWidget(label);
    column->addWidget(field);
    return field;
}

QString untilWhen(WallTime expiresAt) {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(expiresAt.time_since_epoch());
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(since.count());
    return at.date() == QDate::currentDate() ? QLocale().toString(at.time(), QLocale::ShortFormat)
                                             : QLocale().toString(at, QLocale::ShortFormat);
}

} // namespace

DeviceCodeView::DeviceCodeView(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing::xs);
    m_address = addField(column, tr("Open this address on the other device:"), u"deviceAddress"_s, this);
    column->addSpacing(spacing::s);
    m_code = addField(column, tr("Type in this code there:"), u"deviceCode"_s, this);
    m_code->setProperty("role", u"code"_s);
    m_code->setCentred();
    m_expiry = new QLabel(this);
    m_expiry->setObjectName(u"deviceExpiry"_s);
    m_expiry->setProperty("role", u"muted"_s);
    m_expiry->setWordWrap(true);
    m_copy = new QPushButton(tr("Copy address"), this);
    m_copy->setObjectName(u"copyDeviceAddress"_s);
    column->addSpacing(spacing::s);
    column->addWidget(m_expiry);
    column->addSpacing(spacing::s);
    column->addWidget(m_copy);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_address->words()); });
}

void DeviceCodeView::setPrompt(const std::optional<auth::DevicePrompt>& prompt) {
    if (!prompt) {
        m_code->clear();
        m_address->clear();
        m_expiry->clear();
        return;
    }
    m_code->setWords(prompt->userCode);
    m_address->setWords(prompt->address.toString(QUrl::FullyEncoded));
    m_expiry->setText(
        tr("Waiting for you to finish there. The code is good until %1.").arg(untilWhen(prompt->expiresAt)));
}

void DeviceCodeView::focusCode() {
    m_code->setFocus();
}

} // namespace apex::ui
