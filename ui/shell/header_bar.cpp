// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/header_bar.h"

#include "ui/shell/status_chip.h"
#include "ui/theme/elided_label.h"
#include "ui/theme/theme_icon.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

// Characters of the title: that it never loses, and for which the account shortens.
constexpr int kLeastTitle = 8;
constexpr int kReadableTitle = 16;

struct ChipLook {
    Glyph glyph;
    QColor colour;
};

ChipLook lookOf(const models::LinkWords& words, const ThemeColours& c) {
    switch (words.tone) {
    case models::StatusTone::Off:
        return {Glyph::Off, c.muted};
    case models::StatusTone::Busy:
        return {Glyph::Busy, c.accent};
    case models::StatusTone::Good:
        return {Glyph::Link, c.completed};
    case models::StatusTone::Attention:
        return {words.needsSignIn ? Glyph::Key : Glyph::Warning, c.warning};
    case models::StatusTone::Problem:
        return {Glyph::Failed, c.failed};
    }
    return {Glyph::Off, c.muted};
}

} // namespace

HeaderBar::HeaderBar(const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_themes(themes), m_sidebar(new QToolButton(this)),
      m_account(new StatusChip(themes, this)), m_title(new ElidedLabel(this)),
      m_model(new StatusChip(themes, this)), m_connection(new StatusChip(themes, this)),
      m_timeline(new QToolButton(this)) {
    setObjectName(u"header"_s);
    setAttribute(Qt::WA_StyledBackground);
    setProperty("role", u"panel"_s);
    for (QToolButton* button : {m_sidebar, m_timeline})
        button->setCheckable(true);
    m_sidebar->setObjectName(u"toggleSidebar"_s);
    m_sidebar->setAccessibleName(tr("Show chats"));
    m_sidebar->setToolTip(tr("Show or hide the chats"));
    m_timeline->setObjectName(u"toggleTimeline"_s);
    m_timeline->setAccessibleName(tr("Show timeline"));
    m_timeline->setToolTip(tr("Show or hide the timeline (F8)"));
    m_account->setObjectName(u"accountChip"_s);
    m_account->setPurpose(tr("Account"));
    m_connection->setObjectName(u"connectionChip"_s);
    m_connection->setPurpose(tr("Connection"));
    m_model->setObjectName(u"languageModelChip"_s);
    m_model->setPurpose(tr("Language model"));
    m_model->hide();
    m_title->setObjectName(u"chatTitle"_s);
    m_title->setAlignment(Qt::AlignCenter);
    m_connection->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(spacing::s, spacing::xs, spacing::s, spacing::xs + stripe);
    row->setSpacing(spacing::xs);
    row->addWidget(m_sidebar);
    row->addWidget(m_account);
    row->addWidget(m_title, 1);
    row->addWidget(m_model);
    row->addWidget(m_connection);
    row->addWidget(m_timeline);
    connect(m_sidebar, &QToolButton::clicked, this, &HeaderBar::sidebarToggled);
    connect(m_timeline, &QToolButton::clicked, this, &HeaderBar::timelineToggled);
    connect(m_account, &QAbstractButton::clicked, this, &HeaderBar::accountClicked);
    connect(m_connection, &QAbstractButton::clicked, this, &HeaderBar::connectionClicked);
    connect(m_model, &QAbstractButton::clicked, this, &HeaderBar::languageModelClicked);
    connect(&m_themes, &ThemeProvider::changed, this, &HeaderBar::applyTheme);
    applyTheme();
}

void HeaderBar::applyTheme() {
    const auto& c = m_themes.theme().colours;
    m_sidebar->setIcon(themeIcon(u"sidebar"_s, c.text));
    m_timeline->setIcon(themeIcon(u"timeline"_s, c.text));
    m_title->setFont(m_themes.theme().fonts.strong);
    m_title->setMinimumWidth(kLeastTitle * QFontMetrics(m_themes.theme().fonts.strong).averageCharWidth());
    m_model->setGlyph(Glyph::Thinking, c.muted);
    setLink(m_words);
}

/// Where room is scarce the account shortens first: title and connection change more often.
void HeaderBar::shareRoom() {
    const QFontMetrics strong(m_themes.theme().fonts.strong);
    int room = contentsRect().width() - layout()->contentsMargins().left() -
               layout()->contentsMargins().right() -
               std::min(m_title->sizeHint().width(), kReadableTitle * strong.averageCharWidth());
    for (const QWidget* part : {static_cast<QWidget*>(m_sidebar), static_cast<QWidget*>(m_model),
                                static_cast<QWidget*>(m_connection), static_cast<QWidget*>(m_timeline)})
        if (!part->isHidden())
            room -= part->sizeHint().width() + layout()->spacing();
    m_account->setMaximumWidth(std::max(m_account->minimumSizeHint().width(), room - layout()->spacing()));
}

void HeaderBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    shareRoom();
}

void HeaderBar::setAccount(const QString& environment, const QString& colour, const QString& account) {
    const QColor dot(colour);
    if (dot != m_colour) {
        m_colour = dot;
        update();
    }
    m_account->setDot(dot.isValid() ? dot : m_themes.theme().colours.muted);
    m_account->setWords(account.isEmpty() ? environment : environment + u" / "_s + account);
    m_account->setToolTip(m_account->text());
    shareRoom();
}

/// Whoever has several environments open sees at a glance in which one they write.
void HeaderBar::paintEvent(QPaintEvent* event) {
    QWidget::paintEvent(event);
    if (!m_colour.isValid())
        return;
    QPainter painter(this);
    const Theme& theme = m_themes.theme();
    painter.fillRect(QRect(0, height() - stripe, width(), stripe),
                     theme.isHighContrast() ? theme.colours.text : m_colour);
}

void HeaderBar::setTitle(const QString& title) {
    m_title->setFullText(title);
    shareRoom();
}

void HeaderBar::setLink(const models::LinkWords& words) {
    m_words = words;
    const ChipLook look = lookOf(words, m_themes.theme().colours);
    m_connection->setGlyph(look.glyph, look.colour);
    m_connection->setWords(words.chip);
    m_connection->setToolTip(words.sentence);
    shareRoom();
}

void HeaderBar::setLanguageModel(const QString& name, const QString& sentence) {
    m_model->setWords(name);
    m_model->setToolTip(sentence);
    m_model->setVisible(!name.isEmpty());
    shareRoom();
}

void HeaderBar::setPanes(bool sidebarShown, bool timelineShown) {
    m_sidebar->setChecked(sidebarShown);
    m_timeline->setChecked(timelineShown);
}

void HeaderBar::setPanesAvailable(bool available) {
    m_sidebar->setVisible(available);
    m_timeline->setVisible(available);
    shareRoom();
}

} // namespace apex::ui
