// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/profile_card.h"

#include "ui/signin/colour_dot.h"

#include <QEvent>
#include <QPainter>
#include <QStyle>

namespace apex::ui {

using namespace Qt::StringLiterals;

QString placeOf(const environment::Profile& profile) {
    if (profile.backend == environment::BackendKind::Embedded)
        return ProfileCard::tr("On this computer");
    return profile.apiUrl.host();
}

namespace {

/// What somebody who has to choose wants to know.
QString invitationOf(const environment::Profile& profile) {
    return profile.backend == environment::BackendKind::Embedded
               ? ProfileCard::tr("Works at once, without an account; nothing leaves this computer")
               : placeOf(profile);
}

} // namespace

ProfileCard::ProfileCard(const environment::Profile& profile, const ThemeProvider& themes, QWidget* parent)
    : QAbstractButton(parent), m_themes(themes), m_colour(profile.colour), m_place(invitationOf(profile)) {
    setObjectName(u"profile-"_s + profile.id.toString());
    setText(profile.name);
    setAccessibleName(profile.name);
    setAccessibleDescription(m_place);
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&m_themes, &ThemeProvider::changed, this, &QWidget::updateGeometry);
}

QSize ProfileCard::sizeHint() const {
    return {320, heightForWidth(320)};
}

int ProfileCard::heightForWidth(int width) const {
    const auto& fonts = m_themes.theme().fonts;
    const QRect room(0, 0, wordsIn({0, 0, width, 0}).width(), QWIDGETSIZE_MAX);
    const int lines = QFontMetrics(fonts.caption).boundingRect(room, Qt::TextWordWrap, m_place).height();
    return QFontMetrics(fonts.strong).height() + lines + 2 * spacing::m + 2;
}

QRect ProfileCard::wordsIn(const QRect& card) const {
    const int left = spacing::l + dotSide(m_themes.theme()) + spacing::m;
    return card.adjusted(left, spacing::m, -spacing::l, -spacing::m);
}

bool ProfileCard::event(QEvent* event) {
    if (event->type() == QEvent::Enter || event->type() == QEvent::Leave)
        update();
    return QAbstractButton::event(event);
}

void ProfileCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled())
        painter.setOpacity(0.5);
    paintGround(painter);
    paintWords(painter);
}

void ProfileCard::paintGround(QPainter& painter) const {
    const Theme& theme = m_themes.theme();
    const qreal line = hasFocus() ? 2 : 1;
    painter.setPen(QPen(hasFocus() ? theme.colours.accent : theme.colours.border, line));
    painter.setBrush(isDown()       ? theme.colours.selection
                     : underMouse() ? theme.colours.alternate
                                    : theme.colours.window);
    painter.drawRoundedRect(QRectF(rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2), radius::medium,
                            radius::medium);
    const int side = dotSide(theme);
    const QRect dot(spacing::l, (height() - side) / 2, side, side);
    painter.setPen(Qt::NoPen);
    painter.setBrush(dotColour(theme, m_colour));
    painter.drawEllipse(QStyle::visualRect(layoutDirection(), rect(), dot));
}

void ProfileCard::paintWords(QPainter& painter) const {
    const Theme& theme = m_themes.theme();
    const QFontMetrics strong(theme.fonts.strong);
    const QRect words = QStyle::visualRect(layoutDirection(), rect(), wordsIn(rect()));
    const Qt::Alignment side =
        QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft) | Qt::AlignAbsolute | Qt::AlignTop;
    painter.setFont(theme.fonts.strong);
    painter.setPen(theme.colours.text);
    painter.drawText(words, static_cast<int>(side), strong.elidedText(text(), Qt::ElideRight, words.width()));
    // A sentence wraps; an address is one word, which can only be shortened.
    const QFontMetrics caption(theme.fonts.caption);
    const QString place =
        m_place.contains(u' ') ? m_place : caption.elidedText(m_place, Qt::ElideMiddle, words.width());
    painter.setFont(theme.fonts.caption);
    painter.setPen(theme.colours.muted);
    painter.drawText(words.adjusted(0, strong.height() + 2, 0, 2), static_cast<int>(side) | Qt::TextWordWrap,
                     place);
}

} // namespace apex::ui
