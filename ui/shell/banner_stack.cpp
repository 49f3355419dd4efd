// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/banner_stack.h"

#include "ui/theme/glyph.h"
#include "ui/theme/theme_icon.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

/// Its background and shape; the words and buttons are ordinary widgets.
class Banner final : public QFrame {
public:
    Banner(const ThemeProvider& themes, QWidget* parent) : QFrame(parent), m_themes(themes) {}

protected:
    void paintEvent(QPaintEvent*) override {
        const auto& c = m_themes.theme().colours;
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(c.warning, 1));
        painter.setBrush(c.panel);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius::medium,
                                radius::medium);
        const int side = QFontMetrics(font()).ascent() + 4;
        const QRect sign =
            QStyle::visualRect(layoutDirection(), rect(), QRect(spacing::m, spacing::m, side, side));
        paintGlyph(painter, QRectF(sign), Glyph::Warning, c.warning);
    }

private:
    const ThemeProvider& m_themes;
};

} // namespace

BannerStack::BannerStack(const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_themes(themes), m_column(new QVBoxLayout(this)) {
    setObjectName(u"banners"_s);
    setAccessibleName(tr("Messages"));
    m_column->setContentsMargins(spacing::m, spacing::s, spacing::m, 0);
    m_column->setSpacing(spacing::s);
    hide();
}

void BannerStack::setBanner(const QString& key, const Error& error, std::vector<BannerAction> actions) {
    remove(key);
    if (error.happened.isEmpty())
        return;
    QFrame* banner = build(key, error, std::move(actions));
    m_banners[key] = banner;
    m_column->addWidget(banner);
    show();
    if (QAccessible::isActive()) {
        QAccessibleEvent event(banner, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

void BannerStack::remove(const QString& key) {
    const auto found = m_banners.find(key);
    if (found == m_banners.end())
        return;
    QFrame* banner = found->second;
    const bool hadFocus = banner->isAncestorOf(QApplication::focusWidget());
    banner->hide();
    banner->deleteLater(); // its own button may be what was clicked
    m_banners.erase(found);
    setVisible(!m_banners.empty());
    if (hadFocus)
        Q_EMIT focusReleased();
}

QFrame* BannerStack::build(const QString& key, const Error& error, std::vector<BannerAction> actions) {
    auto* banner = new Banner(m_themes, this);
    banner->setObjectName(u"banner-"_s + key);
    banner->setAccessibleName(error.forPeople());
    auto* column = new QVBoxLayout(banner);
    column->setSpacing(spacing::s);
    // Room for the sign, on the side where reading begins.
    const int sign = spacing::xl + spacing::l;
    column->setContentsMargins(isRightToLeft() ? spacing::s : sign, spacing::s,
                               isRightToLeft() ? sign : spacing::s, spacing::s);
    auto* row = new QHBoxLayout;
    column->addLayout(row);
    auto* words = new QLabel(error.forPeople(), banner);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(words, 1);
    const bool hasDetails = !error.details.isEmpty() || error.cause;
    // Several buttons beside the words would leave them no width.
    QHBoxLayout* buttons = row;
    if (actions.size() + (hasDetails ? 1 : 0) > 1) {
        buttons = new QHBoxLayout;
        column->addLayout(buttons);
    }
    addButtons(banner, buttons, error, std::move(actions));
    if (buttons != row)
        buttons->addStretch(1);
    auto* close = new QToolButton(banner);
    close->setAccessibleName(tr("Close this message"));
    close->setToolTip(tr("Close"));
    close->setIcon(themeIcon(u"close"_s, m_themes.theme().colours.muted));
    connect(close, &QToolButton::clicked, this, [this, key] { remove(key); });
    row->addWidget(close, 0, Qt::AlignTop);
    return banner;
}

void BannerStack::addButtons(QWidget* banner, QHBoxLayout* row, const Error& error,
                             std::vector<BannerAction> actions) {
    for (auto& action : actions) {
        auto* button = new QPushButton(action.text, banner);
        connect(button, &QPushButton::clicked, this, [run = std::move(action.run)] { run(); });
        row->addWidget(button, 0, Qt::AlignTop);
    }
    if (error.details.isEmpty() && !error.cause)
        return;
    auto* copy = new QPushButton(tr("Copy details"), banner);
    copy->setProperty("role", u"quiet"_s);
    connect(copy, &QPushButton::clicked, this,
            [text = error.forSupport()] { QApplication::clipboard()->setText(text); });
    row->addWidget(copy, 0, Qt::AlignTop);
}

} // namespace apex::ui
