// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/connection_popover.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

ConnectionPopover::ConnectionPopover(const ThemeProvider& themes, QWidget* parent)
    : QFrame(parent, Qt::Popup), m_themes(themes), m_title(new QLabel(this)), m_sentence(new QLabel(this)),
      m_facts(new QLabel(this)), m_retry(new QPushButton(tr("Retry now"), this)),
      m_signIn(new QPushButton(tr("Sign in"), this)),
      m_check(new QPushButton(tr("Check the connection…"), this)),
      m_copy(new QPushButton(tr("Copy details"), this)) {
    setObjectName(u"connectionPopover"_s);
    setAccessibleName(tr("Connection details"));
    setMinimumWidth(320);
    setMaximumWidth(420);
    m_title->setProperty("role", u"heading"_s);
    m_facts->setProperty("role", u"caption"_s);
    for (QLabel* label : {m_title, m_sentence, m_facts}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    for (QPushButton* button : {m_check, m_copy})
        button->setProperty("role", u"quiet"_s);
    m_check->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::l, spacing::l, spacing::l, spacing::m);
    column->setSpacing(spacing::s);
    column->addWidget(m_title);
    column->addWidget(m_sentence);
    column->addWidget(m_facts);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_retry);
    buttons->addWidget(m_signIn);
    buttons->addStretch();
    buttons->addWidget(m_check);
    buttons->addWidget(m_copy);
    column->addLayout(buttons);
    connect(m_retry, &QPushButton::clicked, this, &ConnectionPopover::retryRequested);
    connect(m_signIn, &QPushButton::clicked, this, &ConnectionPopover::signInRequested);
    connect(m_signIn, &QPushButton::clicked, this, &QWidget::hide);
    connect(m_check, &QPushButton::clicked, this, &ConnectionPopover::checkRequested);
    connect(m_check, &QPushButton::clicked, this, &QWidget::hide);
    connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_support); });
}

void ConnectionPopover::setFacts(const models::LinkWords& words, const QStringList& facts,
                                 const Error& error) {
    m_title->setText(words.chip);
    m_sentence->setText(words.sentence);
    m_facts->setText(facts.join(u'\n'));
    m_facts->setVisible(!facts.isEmpty());
    m_retry->setVisible(words.canRetry);
    m_signIn->setVisible(words.needsSignIn);
    m_support = error.happened.isEmpty() ? QString() : error.forSupport();
    m_copy->setVisible(!m_support.isEmpty());
}

void ConnectionPopover::setCheckOffered(bool offered) {
    m_check->setVisible(offered);
}

void ConnectionPopover::openBelow(const QWidget* anchor) {
    adjustSize();
    const QPoint corner =
        anchor->mapToGlobal(QPoint(anchor->width() - width(), anchor->height() + spacing::xs));
    move(corner);
    show();
    setFocus();
}

void ConnectionPopover::paintEvent(QPaintEvent*) {
    const auto& c = m_themes.theme().colours;
    QPainter painter(this);
    painter.fillRect(rect(), c.window);
    painter.setPen(c.border);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace apex::ui
