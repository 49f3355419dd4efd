// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/empty_transcript.h"

#include "ui/theme/elided_button.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace apex::ui {

namespace {

constexpr int kColumnWidth = 480;
constexpr qsizetype kMaxPrompts = 3;

QStringList builtInPrompts() {
    return {EmptyTranscript::tr("Where did last month's AI spend go, by project?"),
            EmptyTranscript::tr("Which prompts could move to a smaller model?"),
            EmptyTranscript::tr("Find unusual cost spikes in the last 14 days")};
}

} // namespace

EmptyTranscript::EmptyTranscript(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("emptyTranscript"));
    setAccessibleName(tr("Empty thread"));
    auto* column = new QVBoxLayout;
    column->setSpacing(spacing::s);
    m_title = new QLabel(tr("What would you like to know?"), this);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setProperty("role", QStringLiteral("title"));
    m_title->setWordWrap(true);
    m_sentence =
        new QLabel(tr("Ask about your AI spend, or attach a usage export. Every step the agent takes "
                      "is shown in the timeline."),
                   this);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setProperty("role", QStringLiteral("muted"));
    m_sentence->setWordWrap(true);
    column->addStretch(2);
    column->addWidget(m_title);
    column->addWidget(m_sentence);
    column->addSpacing(spacing::l);
    m_buttons = new QVBoxLayout;
    m_buttons->setSpacing(spacing::s);
    column->addLayout(m_buttons);
    column->addStretch(3);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(spacing::xl, spacing::s, spacing::xl, spacing::s);
    row->addStretch(1);
    row->addLayout(column, 100);
    row->addStretch(1);
    m_title->setMaximumWidth(kColumnWidth);
    m_sentence->setMaximumWidth(kColumnWidth);
    setPrompts({});
}

void EmptyTranscript::setTheme(const Theme& theme) {
    m_title->setFont(theme.fonts.title);
    m_sentence->setFont(theme.fonts.body);
}

void EmptyTranscript::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    // In a low window the way to begin matters more than the explanation, and one whole prompt more than
    // three halves.
    const auto fits = [this] { return layout()->totalHeightForWidth(width()) <= height(); };
    m_sentence->show();
    for (int i = 0; i < m_buttons->count(); ++i)
        m_buttons->itemAt(i)->widget()->show();
    m_sentence->setVisible(fits());
    for (int i = m_buttons->count() - 1; i >= 0 && !fits(); --i)
        m_buttons->itemAt(i)->widget()->hide();
}

void EmptyTranscript::setPrompts(const QStringList& prompts) {
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const QStringList shown = (prompts.isEmpty() ? builtInPrompts() : prompts).mid(0, kMaxPrompts);
    for (const QString& prompt : shown) {
        auto* button = new ElidedButton(this);
        button->setFullText(prompt);
        button->setToolTip(prompt);
        button->setObjectName(QStringLiteral("examplePromptButton"));
        button->setAccessibleName(tr("Example prompt: %1").arg(prompt));
        button->setProperty("role", QStringLiteral("example"));
        button->setProperty("size", QStringLiteral("large"));
        button->setMaximumWidth(kColumnWidth);
        connect(button, &QPushButton::clicked, this, [this, prompt] { Q_EMIT promptChosen(prompt); });
        m_buttons->addWidget(button);
    }
}

} // namespace apex::ui
