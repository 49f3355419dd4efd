// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_header.h"

#include "ui/theme/elided_combo_box.h"
#include "ui/theme/glyph.h"
#include "ui/theme/theme_icon.h"
#include "ui/timeline/step_look.h"

#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

void setTextIfNew(QLabel* label, const QString& text) {
    if (label->text() != text)
        label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

TimelineHeader::TimelineHeader(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_model(model), m_themes(themes) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::s, spacing::s, spacing::m, spacing::s);
    column->setSpacing(spacing::xs);
    buildTop(column);
    buildState(column);
    m_evidence = new QLabel(this);
    m_evidence->setObjectName(u"stallEvidence"_s);
    m_evidence->setProperty("role", u"caption"_s);
    m_evidence->setWordWrap(true);
    m_evidence->setTextFormat(Qt::PlainText);
    m_evidence->setContentsMargins(spacing::xs, 0, 0, 0);
    m_evidence->hide();
    column->addWidget(m_evidence);
    connect(&m_model, &models::TimelineModel::runsChanged, this, &TimelineHeader::refreshRuns);
    connect(&m_themes, &ThemeProvider::changed, this, &TimelineHeader::applyTheme);
    applyTheme();
}

void TimelineHeader::buildTop(QVBoxLayout* column) {
    m_runs = new ElidedComboBox(this);
    m_runs->setObjectName(u"runSelector"_s);
    m_runs->setAccessibleName(tr("Run"));
    m_runs->setProperty("role", u"quiet"_s);
    m_runs->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_runs->setMinimumContentsLength(3);
    m_runs->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_elapsed = new QLabel(this);
    m_elapsed->setObjectName(u"runElapsed"_s);
    m_stop = new QPushButton(tr("Stop"), this);
    m_stop->setObjectName(u"stopRun"_s);
    m_stop->setToolTip(tr("Ask the server to stop this run (Ctrl+.)"));
    auto* top = new QHBoxLayout;
    top->setSpacing(spacing::s);
    top->addWidget(m_runs, 1);
    top->addWidget(m_elapsed);
    top->addWidget(m_stop);
    column->addLayout(top);
    connect(m_runs, &QComboBox::activated, this,
            [this](int index) { m_model.showRun(index == m_runs->count() - 1 ? -1 : index); });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (const auto summary = m_model.summary())
            Q_EMIT stopRequested(summary->id);
    });
}

void TimelineHeader::buildState(QVBoxLayout* column) {
    m_outcome = new GlyphLabel(this);
    m_outcome->setObjectName(u"runOutcome"_s);
    m_outcome->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* state = new QHBoxLayout;
    state->setContentsMargins(spacing::xs, 0, 0, 0);
    state->setSpacing(spacing::xs);
    state->addWidget(m_outcome, 1);
    m_filter = addMode(state, u"toggleFilter"_s, tr("Filter the rows (/)"));
    m_waterfall = addMode(state, u"toggleWaterfall"_s, tr("Show the waterfall"));
    column->addLayout(state);
}

QToolButton* TimelineHeader::addMode(QHBoxLayout* row, const QString& name, const QString& words) {
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setAccessibleName(words);
    button->setToolTip(words);
    button->setCheckable(true);
    row->addWidget(button);
    return button;
}

void TimelineHeader::applyTheme() {
    const QColor& colour = m_themes.theme().colours.text;
    m_filter->setIcon(themeIcon(u"filter"_s, colour));
    m_waterfall->setIcon(themeIcon(u"waterfall"_s, colour));
}

void TimelineHeader::refreshRuns() {
    QStringList titles = m_model.runTitles();
    if (!titles.isEmpty())
        titles << tr("Always the newest run");
    const QStringList ids = m_model.runIds();
    // Words change where they stand; only another number of runs builds the list anew.
    if (m_runs->count() != titles.size()) {
        m_runs->clear();
        m_runs->addItems(titles);
    }
    for (int i = 0; i < titles.size(); ++i) {
        if (m_runs->itemText(i) != titles.at(i))
            m_runs->setItemText(i, titles.at(i));
        m_runs->setItemData(i, ids.value(i), Qt::ToolTipRole);
    }
    if (m_runs->currentIndex() != m_model.shownRun())
        m_runs->setCurrentIndex(m_model.shownRun());
    m_runs->setToolTip(m_runs->currentData(Qt::ToolTipRole).toString());
}

void TimelineHeader::showSummary(const models::RunSummary& s) {
    const auto& c = m_themes.theme().colours;
    if (m_runs->currentIndex() != m_model.shownRun())
        refreshRuns();
    setTextIfNew(m_elapsed, s.elapsedText);
    m_stop->setVisible(s.running && !s.stopRequested);
    const StepLook look = lookOf(s.mark, c);
    m_outcome->setGlyph(look.glyph, look.colour);
    m_outcome->setText(s.verdictWord.isEmpty() ? s.outcomeWord : s.outcomeWord + u" · "_s + s.verdictWord,
                       c.text);
    const QString kinds = m_outcome->text() + u'\n' + s.completenessText;
    if (kinds != m_outcome->toolTip()) {
        m_outcome->setToolTip(kinds);
        m_outcome->setAccessibleDescription(s.completenessText);
    }
    refreshEvidence();
}

void TimelineHeader::refreshEvidence() {
    const auto evidence = m_model.evidence();
    setTextIfNew(m_evidence, evidence ? models::describeStall(*evidence).join(u'\n') : QString());
}

} // namespace apex::ui
