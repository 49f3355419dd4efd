// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/chat_page.h"

#include "ui/shell/banner_stack.h"

#include <QScrollBar>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

ChatPage::ChatPage(const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_banners(new BannerStack(themes, this)),
      m_transcript(new TranscriptView(themes, this)), m_composer(new Composer(themes, m_picker, this)) {
    setObjectName(u"chatPage"_s);
    setAttribute(Qt::WA_StyledBackground);
    setProperty("role", u"window"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_banners);
    column->addWidget(m_transcript, 1);
    // The transcript's column is centred beside its scroll bar; the box to write in stands under the column.
    auto* below = new QHBoxLayout;
    below->setSpacing(0);
    below->addWidget(m_composer);
    below->addSpacing(
        m_transcript->verticalScrollBar()->sizeHint().width()); // a margin would not be mirrored
    column->addLayout(below);
    m_transcript->setExamplePrompts({tr("Where is my AI spend going?"),
                                     tr("Which model costs the most, and what would a cheaper one save?"),
                                     tr("Which calls failed, and what did they cost?")});
    connect(m_transcript, &TranscriptView::columnWidthChanged, m_composer, &Composer::setColumnWidth);
    m_composer->setColumnWidth(m_transcript->columnWidth());
    connect(m_transcript, &TranscriptView::examplePromptChosen, m_composer, [this](const QString& prompt) {
        m_composer->setDraft(prompt);
        m_composer->focusText();
    });
    connect(m_composer, &Composer::leaveRequested, m_transcript, [this] { m_transcript->setFocus(); });
}

} // namespace apex::ui
