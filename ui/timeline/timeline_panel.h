// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/timeline_model.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

class QLabel;
class QSplitter;
class QStackedLayout;
class QVBoxLayout;

namespace apex::ui {

class FilterBar;
class FindingList;
class FlowScroll;
class TimeBar;
class TimelineHeader;
class TimelineView;
class WaterfallPane;
class WaterfallView;

/// What the agent did: the run's outcome above, its waterfall if wanted and its rows, and below the verdict,
/// what was wrong and where the time went.
class TimelinePanel final : public QWidget {
    Q_OBJECT
public:
    /// `model` and `themes` outlive this.
    TimelinePanel(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent = nullptr);

    [[nodiscard]] TimelineView* view() const { return m_view; }
    [[nodiscard]] WaterfallView* waterfall() const;
    /// Shows a run of the conversation; does nothing if it is not known.
    void revealRun(const RunId& run);
    /// Shows a run and selects the rows whose result holds `text` literally, the first of them in sight.
    /// False if there is none.
    bool revealMatch(const RunId& run, const QString& text);
    /// Selects the tool call that `words` of a run's answer name as their source, if any.
    void selectSource(const RunId& run, const QString& words);
    void setWaterfallShown(bool shown);
    [[nodiscard]] bool isWaterfallShown() const;
    void setFilterShown(bool shown);

Q_SIGNALS:
    /// The person asks for the place of an event in the transcript.
    void showInTranscript(const apex::models::AnswerPlace& place);
    /// Another event became the current one.
    void placeSelected(const apex::models::AnswerPlace& place);
    void stopRequested(const apex::RunId& run);
    /// Support mode: the frame of a row or a remark is wanted.
    void frameRequested(const apex::models::FrameRef& frame);
    /// Support mode: arguments and result of a step are wanted; `title` names it.
    void valuesRequested(const QString& title, const QByteArray& arguments, const QByteArray& result);
    void waterfallShownChanged(bool shown);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildRows(QVBoxLayout* column);
    void buildFooter(QVBoxLayout* column);
    void connectHeader();
    void connectRows();
    void linkViews();
    void fitWaterfall();
    void makeRoom();
    void showKind(int number);
    void goToRow(int row);
    void requestFrame(int row, qint64 frame);
    void refreshSummary();

    models::TimelineModel& m_model;
    const ThemeProvider& m_themes;
    TimelineHeader* m_header = nullptr;
    FilterBar* m_filter = nullptr;
    QStackedLayout* m_pages = nullptr;
    QLabel* m_noRows = nullptr;
    QSplitter* m_split = nullptr;
    WaterfallPane* m_waterfall = nullptr;
    TimelineView* m_view = nullptr;
    FlowScroll* m_scroll = nullptr;
    FlowScroll* m_footer = nullptr;
    QLabel* m_verdict = nullptr;
    QLabel* m_time = nullptr;
    QLabel* m_path = nullptr;
    TimeBar* m_bar = nullptr;
    FindingList* m_findings = nullptr;
    bool m_splitByHand = false;
};

} // namespace apex::ui
