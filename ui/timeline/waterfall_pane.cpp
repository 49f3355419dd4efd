// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/waterfall_pane.h"

#include "ui/theme/elided_label.h"
#include "ui/theme/theme_icon.h"
#include "ui/timeline/waterfall_view.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

WaterfallPane::WaterfallPane(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_model(model), m_themes(themes), m_view(new WaterfallView(model, themes, this)),
      m_in(addButton(u"zoomIn"_s, tr("Zoom in (+)"))), m_out(addButton(u"zoomOut"_s, tr("Zoom out (-)"))),
      m_fit(addButton(u"zoomFit"_s, tr("Show the whole run (0)"))),
      m_path(addButton(u"showPath"_s, tr("Show the critical path (C)"))), m_words(new ElidedLabel(this)) {
    setObjectName(u"waterfallPane"_s);
    m_path->setCheckable(true);
    m_path->setChecked(m_view->isPathShown());
    m_words->setObjectName(u"pathSentence"_s);
    m_words->setProperty("role", u"caption"_s);
    auto* below = new QHBoxLayout;
    below->setContentsMargins(spacing::m, spacing::xs, spacing::s, spacing::xs);
    below->setSpacing(2);
    below->addWidget(m_words, 1);
    for (QToolButton* button : {m_path, m_out, m_in, m_fit})
        below->addWidget(button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_view, 1);
    column->addLayout(below);
    connect(m_in, &QToolButton::clicked, m_view, &WaterfallView::zoomIn);
    connect(m_out, &QToolButton::clicked, m_view, &WaterfallView::zoomOut);
    connect(m_fit, &QToolButton::clicked, m_view, &WaterfallView::fit);
    connect(m_path, &QToolButton::toggled, m_view, &WaterfallView::setPathShown);
    connect(m_view, &WaterfallView::pathShownChanged, m_path, &QToolButton::setChecked);
    connect(m_view, &WaterfallView::axisChanged, this,
            [this] { m_fit->setEnabled(!m_view->axis().isFitted()); });
    connect(&m_model, &models::TimelineModel::summaryChanged, this, &WaterfallPane::refresh);
    connect(&m_themes, &ThemeProvider::changed, this, &WaterfallPane::applyTheme);
    applyTheme();
}

QToolButton* WaterfallPane::addButton(const QString& name, const QString& words) {
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setAccessibleName(words);
    button->setToolTip(words);
    return button;
}

void WaterfallPane::applyTheme() {
    const QColor& colour = m_themes.theme().colours.text;
    m_in->setIcon(themeIcon(u"plus"_s, colour));
    m_out->setIcon(themeIcon(u"minus"_s, colour));
    m_fit->setIcon(themeIcon(u"fit"_s, colour));
    m_path->setIcon(themeIcon(u"path"_s, colour));
}

void WaterfallPane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

void WaterfallPane::refresh() {
    if (!isVisible())
        return;
    const QString path = m_model.pathWords();
    const QString text = path.isEmpty() ? QString() : tr("Critical path: %1").arg(path);
    m_words->setFullText(text);
}

} // namespace apex::ui
