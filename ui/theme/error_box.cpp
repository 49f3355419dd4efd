// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/error_box.h"

#include "ui/theme/flush_row.h"
#include "ui/theme/glyph.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

QLabel* plainLabel(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

ErrorBox::ErrorBox(const ThemeProvider& themes, QWidget* parent)
    : QFrame(parent), m_themes(themes), m_happened(plainLabel(this)), m_advice(plainLabel(this)),
      m_details(plainLabel(this)), m_more(new QPushButton(this)), m_copy(new QPushButton(this)) {
    setObjectName(u"errorBox"_s);
    setAccessibleName(tr("What went wrong"));
    m_advice->setProperty("role", u"muted"_s);
    m_details->setProperty("role", u"caption"_s);
    // Support reads it, and it is Latin in every language.
    m_details->setLayoutDirection(Qt::LeftToRight);
    m_more->setText(tr("Details"));
    m_more->setCheckable(true);
    m_copy->setText(tr("Copy"));
    m_copy->setToolTip(tr("Copy the details for support"));
    for (QPushButton* button : {m_more, m_copy}) {
        button->setProperty("role", u"link"_s);
        button->setAutoDefault(false); // Enter means what the dialog around says
    }
    layOut();
    connect(m_more, &QPushButton::toggled, this, &ErrorBox::setDetailsShown);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_error.forSupport()); });
    connect(&m_themes, &ThemeProvider::changed, this, &ErrorBox::applyTheme);
    applyTheme();
    setError({});
}

void ErrorBox::layOut() {
    auto* column = new QVBoxLayout(this);
    column->setSpacing(spacing::xs);
    column->addWidget(m_happened);
    column->addWidget(m_advice);
    column->addWidget(m_details);
    auto* buttons = new FlushRow(linkOverhang);
    buttons->addWidget(m_more);
    buttons->addWidget(m_copy);
    buttons->addStretch();
    column->addLayout(buttons);
}

/// The words stand beside the shape at every text size.
void ErrorBox::applyTheme() {
    const int side = QFontMetrics(m_themes.theme().fonts.body).ascent() + 4;
    const int room = side + 2 * spacing::m;
    layout()->setContentsMargins(isRightToLeft() ? spacing::m : room, spacing::m,
                                 isRightToLeft() ? room : spacing::m, spacing::s);
    update();
}

void ErrorBox::setError(const Error& error) {
    m_error = error;
    m_happened->setText(error.happened);
    QStringList advice;
    for (const QString& part : {error.kept, error.action})
        if (!part.isEmpty())
            advice << part;
    m_advice->setText(advice.join(u' '));
    m_advice->setVisible(!advice.isEmpty());
    const bool more = !error.details.isEmpty() || error.cause;
    m_details->setText(more ? error.forSupport() : QString());
    m_more->setVisible(more);
    m_more->setChecked(false);
    setDetailsShown(false);
    setVisible(!error.happened.isEmpty());
}

void ErrorBox::setDetailsShown(bool shown) {
    m_details->setVisible(shown);
    m_copy->setVisible(shown);
}

void ErrorBox::paintEvent(QPaintEvent*) {
    const auto& c = m_themes.theme().colours;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    // In high contrast panel and ground are one colour.
    painter.setPen(m_themes.theme().isHighContrast() ? QPen(c.border, 1) : QPen(Qt::NoPen));
    painter.setBrush(c.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius::medium, radius::medium);
    const int side = QFontMetrics(m_themes.theme().fonts.body).ascent() + 4;
    const int top = m_happened->geometry().top() + (QFontMetrics(font()).height() - side) / 2;
    const QRect sign = QStyle::visualRect(layoutDirection(), rect(), QRect(spacing::m, top, side, side));
    paintGlyph(painter, QRectF(sign), Glyph::Warning, c.warning);
}

} // namespace apex::ui
