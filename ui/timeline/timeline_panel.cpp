// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_panel.h"

#include "ui/theme/flow_scroll.h"
#include "ui/timeline/filter_bar.h"
#include "ui/timeline/finding_list.h"
#include "ui/timeline/time_bar.h"
#include "ui/timeline/timeline_header.h"
#include "ui/timeline/timeline_legend.h"
#include "ui/timeline/timeline_view.h"
#include "ui/timeline/waterfall_pane.h"
#include "ui/timeline/waterfall_view.h"

#include <QEvent>
#include <QLabel>
#include <QSplitter>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLeastRows = 96;
constexpr int kLeastFooter = 64;
constexpr int kLowPanel = 300; // below it rows and the verdict are all there is room for

enum Page { LegendPage, RowsPage, NoRowsPage };

QLabel* wrappedLabel(QWidget* parent, const QString& role) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setProperty("role", role);
    return label;
}

void setTextIfNew(QLabel* label, const QString& text) {
    if (label->text() != text)
        label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

TimelinePanel::TimelinePanel(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_model(model), m_themes(themes) {
    setObjectName(u"timelinePanel"_s);
    setAccessibleName(tr("Timeline"));
    setAttribute(Qt::WA_StyledBackground);
    setProperty("role", u"window"_s);
    m_scroll = new FlowScroll(FlowScroll::Fit::Least, this);
    m_scroll->setObjectName(u"timelineScroll"_s);
    m_scroll->setAccessibleName(tr("Timeline"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_scroll);
    auto* column = new QVBoxLayout(m_scroll->content());
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_header = new TimelineHeader(m_model, m_themes, this);
    column->addWidget(m_header);
    m_filter = new FilterBar(m_model, m_themes, this);
    m_filter->hide();
    column->addWidget(m_filter);
    buildRows(column);
    buildFooter(column);
    connectHeader();
    connectRows();
    linkViews();
    connect(&m_model, &models::TimelineModel::summaryChanged, this, &TimelinePanel::refreshSummary);
    connect(&m_themes, &ThemeProvider::changed, this, &TimelinePanel::refreshSummary);
    m_header->refreshRuns();
    refreshSummary();
}

void TimelinePanel::buildRows(QVBoxLayout* column) {
    auto* body = new QWidget(this);
    body->setMinimumSize(1, kLeastRows); // the legend must not claim the room of the sentences below
    m_pages = new QStackedLayout(body);
    m_pages->addWidget(new TimelineLegend(m_themes, body));
    m_split = new QSplitter(Qt::Vertical, body);
    m_split->setHandleWidth(1);
    m_split->setChildrenCollapsible(false);
    m_waterfall = new WaterfallPane(m_model, m_themes, m_split);
    m_waterfall->hide();
    m_view = new TimelineView(m_themes, m_split);
    m_view->setModel(&m_model);
    m_split->addWidget(m_waterfall);
    m_split->addWidget(m_view);
    m_split->setStretchFactor(0, 2);
    m_split->setStretchFactor(1, 3);
    m_pages->addWidget(m_split);
    m_split->installEventFilter(this);
    connect(m_split, &QSplitter::splitterMoved, this, [this] { m_splitByHand = true; });
    connect(waterfall(), &WaterfallView::laneCountChanged, this, &TimelinePanel::fitWaterfall);
    m_noRows = wrappedLabel(body, u"muted"_s);
    m_noRows->setAlignment(Qt::AlignTop);
    m_noRows->setContentsMargins(spacing::xl, spacing::xl, spacing::xl, spacing::xl);
    m_pages->addWidget(m_noRows);
    column->addWidget(body, 1);
}

void TimelinePanel::buildFooter(QVBoxLayout* column) {
    m_footer = new FlowScroll(FlowScroll::Fit::Whole, this);
    m_footer->setObjectName(u"runFooter"_s);
    m_footer->setAccessibleName(tr("Verdict of the run"));
    m_footer->content()->setAttribute(Qt::WA_StyledBackground);
    m_footer->content()->setProperty("role", u"panel"_s);
    auto* footer = new QVBoxLayout(m_footer->content());
    footer->setContentsMargins(spacing::m, spacing::m, spacing::m, spacing::m);
    footer->setSpacing(spacing::s);
    m_verdict = wrappedLabel(m_footer->content(), {});
    m_verdict->setObjectName(u"runVerdict"_s);
    m_time = wrappedLabel(m_footer->content(), u"caption"_s);
    m_time->setObjectName(u"runTimeShare"_s);
    m_bar = new TimeBar(m_themes, m_footer->content());
    m_findings = new FindingList(m_themes, m_footer->content());
    footer->addWidget(m_verdict);
    footer->addWidget(m_findings);
    footer->addWidget(m_bar);
    footer->addWidget(m_time);
    m_path = wrappedLabel(m_footer->content(), u"caption"_s);
    m_path->setObjectName(u"pathWords"_s);
    footer->addWidget(m_path);
    column->addWidget(m_footer);
    m_footer->content()->installEventFilter(this);
    connect(m_findings, &FindingList::rowRequested, this, &TimelinePanel::goToRow);
    connect(m_findings, &FindingList::frameRequested, this, &TimelinePanel::requestFrame);
}

void TimelinePanel::connectHeader() {
    connect(m_header, &TimelineHeader::stopRequested, this, &TimelinePanel::stopRequested);
    connect(m_header->filterButton(), &QToolButton::toggled, this, &TimelinePanel::setFilterShown);
    connect(m_header->waterfallButton(), &QToolButton::toggled, this, &TimelinePanel::setWaterfallShown);
    connect(m_filter, &FilterBar::closed, this, [this] {
        setFilterShown(false);
        m_view->setFocus();
    });
}

void TimelinePanel::connectRows() {
    const auto show = [this](int step) {
        if (m_model.run())
            Q_EMIT showInTranscript(m_model.placeOf(step));
    };
    connect(m_view, &TimelineView::rowActivated, this, [=, this](int row) { show(m_model.stepOf(row)); });
    connect(waterfall(), &WaterfallView::stepActivated, this, show);
    connect(m_view, &TimelineView::rowClicked, this, [=, this](int row) {
        // Only a place that is known is worth moving the reader for.
        if (m_model.placeOf(m_model.stepOf(row)).isKnown())
            show(m_model.stepOf(row));
    });
    connect(m_view, &TimelineView::currentRowChanged, this, [this](int row) {
        if (m_model.run() && row >= 0)
            Q_EMIT placeSelected(m_model.placeOf(m_model.stepOf(row)));
    });
    connect(m_view, &TimelineView::filterRequested, this, [this] { setFilterShown(true); });
    connect(m_view, &TimelineView::kindRequested, this, &TimelinePanel::showKind);
    connect(m_view, &TimelineView::frameRequested, this, [this](int row) { requestFrame(row, -1); });
    connect(m_view, &TimelineView::valuesRequested, this, [this](int row) {
        Q_EMIT valuesRequested(m_model.row(row).title, m_model.arguments(row), m_model.result(row));
    });
}

// One selection, one hover, two pictures of them.
void TimelinePanel::linkViews() {
    connect(m_view, &TimelineView::currentRowChanged, this,
            [this](int row) { waterfall()->setCurrentStep(m_model.stepOf(row)); });
    connect(m_view, &TimelineView::hoveredRowChanged, this,
            [this](int row) { waterfall()->setHoveredStep(m_model.stepOf(row)); });
    connect(waterfall(), &WaterfallView::currentStepChanged, this, [this](int step) {
        if (const int row = m_model.rowOf(step); row >= 0)
            m_view->setCurrentRow(row);
    });
    connect(waterfall(), &WaterfallView::hoveredStepChanged, this,
            [this](int step) { m_view->setHoveredRow(m_model.rowOf(step)); });
    connect(waterfall(), &WaterfallView::rowStepRequested, this, [this](int delta) {
        const int rows = m_model.rowCount();
        if (rows > 0)
            m_view->setCurrentRow(std::clamp(m_view->currentRow() + delta, 0, rows - 1));
    });
}

// As high as its lanes need, until the person decides.
void TimelinePanel::fitWaterfall() {
    if (m_splitByHand || !isWaterfallShown())
        return;
    const int wanted = m_waterfall->sizeHint().height();
    const int room = m_split->height();
    m_split->setSizes({std::min(wanted, room * 3 / 5), std::max(1, room - wanted)});
}

WaterfallView* TimelinePanel::waterfall() const {
    return m_waterfall->view();
}

void TimelinePanel::setWaterfallShown(bool shown) {
    m_header->waterfallButton()->setChecked(shown);
    if (shown == isWaterfallShown())
        return;
    m_waterfall->setVisible(shown);
    waterfall()->setCurrentStep(m_model.stepOf(m_view->currentRow()));
    refreshSummary();
    fitWaterfall();
    Q_EMIT waterfallShownChanged(shown);
}

bool TimelinePanel::isWaterfallShown() const {
    return !m_waterfall->isHidden();
}

void TimelinePanel::setFilterShown(bool shown) {
    m_header->filterButton()->setChecked(shown);
    if (shown) {
        m_filter->show();
        m_filter->focusLine();
    } else {
        m_filter->setText({});
        m_filter->hide();
    }
    makeRoom();
}

void TimelinePanel::showKind(int number) {
    using runs::StepKind;
    constexpr std::array kinds{StepKind::Agent, StepKind::Thinking, StepKind::Tool, StepKind::Text,
                               StepKind::Warning};
    if (number == 0)
        return setFilterShown(false);
    m_header->filterButton()->setChecked(true);
    m_filter->show();
    m_filter->setText(
        models::filterTerm(u"kind"_s, models::kindName(kinds.at(static_cast<size_t>(number - 1)))));
    m_view->setFocus();
}

void TimelinePanel::goToRow(int row) {
    m_view->setCurrentRow(row);
    m_view->setOpen(row, true);
    m_view->setFocus();
}

void TimelinePanel::requestFrame(int row, qint64 frame) {
    if (!m_model.supportMode())
        return;
    Q_EMIT frameRequested(m_model.frameOf(row, frame));
}

void TimelinePanel::revealRun(const RunId& run) {
    const int index = m_model.runIndex(run);
    if (index < 0 || index == m_model.shownRun())
        return;
    m_model.showRun(index == m_model.runTitles().size() - 1 ? -1 : index);
    m_header->refreshRuns();
}

bool TimelinePanel::revealMatch(const RunId& run, const QString& text) {
    revealRun(run);
    const std::vector<int> rows = m_model.rowsWithResult(text);
    if (rows.empty())
        return false;
    goToRow(rows.front());
    return true;
}

void TimelinePanel::selectSource(const RunId& run, const QString& words) {
    revealRun(run);
    if (const int row = m_model.rowNamedIn(words); row >= 0)
        m_view->setCurrentRow(row);
}

void TimelinePanel::refreshSummary() {
    const auto summary = m_model.summary();
    m_header->setVisible(summary.has_value());
    m_footer->setVisible(summary.has_value());
    const bool filtered = !m_model.filter().isEmpty();
    m_noRows->setText(filtered
                          ? tr("No row passes the filter.")
                          : tr("No live events were delivered for this run. What it did cannot be shown."));
    m_pages->setCurrentIndex(!summary ? LegendPage : m_model.rowCount() > 0 ? RowsPage : NoRowsPage);
    if (!summary)
        return;
    m_header->showSummary(*summary);
    m_filter->refreshCount();
    setTextIfNew(m_verdict, summary->verdictSentence);
    setTextIfNew(m_time, summary->timeSentence);
    const QString path = isWaterfallShown() ? m_model.pathWords() : QString();
    setTextIfNew(m_path, path.isEmpty() ? QString() : tr("Critical path: %1").arg(path));
    m_bar->setParts(summary->timeParts, summary->timeSentence);
    m_findings->setFindings(m_model.findings(FindingList::listed), m_model.findingCount(),
                            m_model.supportMode());
    makeRoom();
}

// The words below get what they need, up to two fifths; a low panel keeps the verdict alone, and where even
// that is missing, the whole panel scrolls.
void TimelinePanel::makeRoom() {
    const bool low = height() < kLowPanel;
    m_findings->setVisible(!low && m_model.findingCount() > 0);
    m_bar->setVisible(!low && m_bar->hasParts());
    m_time->setVisible(!low && !m_time->text().isEmpty());
    m_path->setVisible(!low && !m_path->text().isEmpty());
    const int wanted = m_footer->isHidden() ? 0 : m_footer->contentHeight(width());
    const int given = std::min(wanted, std::max(kLeastFooter, height() * 2 / 5));
    if (given != m_footer->height() || m_footer->minimumHeight() != given)
        m_footer->setFixedHeight(given);
}

void TimelinePanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_model.setVisible(true);
}

void TimelinePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    makeRoom();
}

bool TimelinePanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_split && event->type() == QEvent::Resize)
        fitWaterfall();
    if (m_footer && watched == m_footer->content() && event->type() == QEvent::LayoutRequest)
        makeRoom();
    return QWidget::eventFilter(watched, event);
}

void TimelinePanel::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_model.setVisible(false);
}

} // namespace apex::ui
