// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/profile_card.h"

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
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&m_themes, &ThemeProvider::changed, this, &QWidget::updateGeometry);
}

QSize ProfileCard::sizeHint() const {
    const auto& fonts = m_themes.theme().fonts;
    return {320,
            QFontMetrics(fonts.strong).height() + QFontMetrics(fonts.caption).height() + 2 * spacing::m + 2};
}

bool ProfileCard::event(QEvent* event) {
    if (event->type() == QEvent::Enter || event->type() == QEvent::Leave)
        update();
    return QAbstractButton::event(event);
}

void ProfileCard::paintEvent(QPaintEvent*) {
    const Theme& theme = m_themes.theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled())
        painter.setOpacity(0.5);
    const qreal line = hasFocus() ? 2 : 1;
    const QColor outline = hasFocus()     ? theme.colours.accent
                           : underMouse() ? theme.colours.border
                                          : theme.colours.divider;
    painter.setPen(QPen(outline, line));
    painter.setBrush(isDown()       ? theme.colours.selection
                     : underMouse() ? theme.colours.alternate
                                    : theme.colours.window);
    painter.drawRoundedRect(QRectF(rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2), radius::medium,
                            radius::medium);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_colour.isValid() ? m_colour : theme.colours.muted);
    const auto seen = [this](const QRect& part) {
        return QStyle::visualRect(layoutDirection(), rect(), part);
    };
    painter.drawEllipse(seen({spacing::l, (height() - 12) / 2, 12, 12}));
    const int left = spacing::l + 12 + spacing::m;
    const QRect text = seen(rect().adjusted(left, spacing::m, -spacing::l, -spacing::m));
    const Qt::Alignment side = QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft) | Qt::AlignAbsolute;
    painter.setFont(theme.fonts.strong);
    painter.setPen(theme.colours.text);
    painter.drawText(text, static_cast<int>(side | Qt::AlignTop),
                     QFontMetrics(theme.fonts.strong).elidedText(this->text(), Qt::ElideRight, text.width()));
    painter.setFont(theme.fonts.caption);
    painter.setPen(theme.colours.muted);
    painter.drawText(text, static_cast<int>(side | Qt::AlignBottom),
                     QFontMetrics(theme.fonts.caption).elidedText(m_place, Qt::ElideMiddle, text.width()));
}

} // namespace apex::ui
