// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_legend.h"

#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

TimelineLegend::TimelineLegend(const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_themes(themes) {
    setObjectName(u"timelineLegend"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::xl, spacing::xl, spacing::xl, spacing::xl);
    column->setSpacing(spacing::xs);
    auto* intro = new QLabel(tr("Events appear here as the agent works."), this);
    intro->setWordWrap(true);
    column->addWidget(intro);
    column->addSpacing(spacing::m);
    for (int i = 0; i < 5; ++i) {
        m_kinds.push_back(new GlyphLabel(this));
        column->addWidget(m_kinds.back());
    }
    column->addStretch();
    connect(&m_themes, &ThemeProvider::changed, this, &TimelineLegend::applyTheme);
    applyTheme();
}

void TimelineLegend::applyTheme() {
    const auto& c = m_themes.theme().colours;
    const struct {
        Glyph glyph;
        QColor colour;
        QString words;
    } kinds[] = {{Glyph::Started, c.accent, tr("An agent started")},
                 {Glyph::Thinking, c.thinking, tr("It thinks aloud")},
                 {Glyph::ToolActive, c.tool, tr("It calls a tool")},
                 {Glyph::ToolDone, c.tool, tr("The tool answered")},
                 {Glyph::Finished, c.completed, tr("The agent completed")}};
    for (size_t i = 0; i < m_kinds.size(); ++i) {
        m_kinds[i]->setGlyph(kinds[i].glyph, kinds[i].colour);
        m_kinds[i]->setText(kinds[i].words, c.muted);
    }
}

} // namespace apex::ui
