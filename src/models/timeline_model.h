// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "models/answer_place.h"
#include "models/finding_index.h"
#include "models/row_filter.h"
#include "models/run_summary.h"
#include "models/run_text.h"
#include "models/stall_evidence.h"
#include "session/conversation.h"

#include <QAbstractListModel>
#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

#include <functional>

namespace apex::models {

/// Which frame an event came in.
struct FrameRef {
    ThreadId thread;
    qint64 frame = -1; ///< as in protocol::Receipt; -1: none
    MonoTime at{};     ///< its receive time
};

/// The rows of one run of a conversation, flat, with a depth; follows the newest run unless another one was
/// chosen.
///
/// A row stands for a step of the run (runs::Run::steps); with a filter some steps have no row. Rows are
/// computed when asked for, so a change costs what it changed. Main thread.
class TimelineModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole + 1, ///< runs::StepKind as int
        StateRole,                   ///< runs::StepState as int
        DepthRole,
        TitleRole,
        TextRole,
        StartedRole,
        DurationRole,
        BadgesRole,
        ArgumentsLineRole,
        ProblemRole,
        SentenceRole, ///< also Qt::AccessibleTextRole and Qt::DisplayRole
    };

    /// `clock` outlives this.
    explicit TimelineModel(const Clock& clock, QObject* parent = nullptr);

    /// Shows the runs of `conversation` (nullptr: none), which the caller keeps alive or destroys first.
    void setConversation(session::Conversation* conversation);
    /// Shows one run by index into ledger().runs(), or the newest one from now on with -1.
    void showRun(int run);
    /// Index of the run shown, -1 if there is none.
    [[nodiscard]] int shownRun() const { return m_run; }
    /// True while the newest run is shown whatever comes.
    [[nodiscard]] bool followsLatest() const { return m_followLatest; }
    /// All runs, oldest first, as the selector shows them.
    [[nodiscard]] QStringList runTitles() const;
    /// Their ids, for whoever reports a run to support.
    [[nodiscard]] QStringList runIds() const;
    [[nodiscard]] int runIndex(const RunId& run) const;

    /// With support mode rows carry arguments and results (design.md 4.9).
    void setSupportMode(bool on);
    [[nodiscard]] bool supportMode() const { return m_supportMode; }
    /// Shows only rows that pass; an empty filter shows all.
    void setFilter(const RowFilter& filter);
    [[nodiscard]] const RowFilter& filter() const { return m_filter; }
    /// Steps that have no row because of the filter.
    [[nodiscard]] int hiddenSteps() const;
    /// The step of a row, -1 outside.
    [[nodiscard]] int stepOf(int row) const;
    /// The row of a step, -1 if it has none.
    [[nodiscard]] int rowOf(int step) const;
    /// Names that occur in the run, in order of appearance: what a filter can be chosen from.
    [[nodiscard]] QStringList agents() const;
    [[nodiscard]] QStringList tools() const;

    /// Where the past of a tool is looked up; asked at most once a second for each tool that runs.
    void setToolHistory(std::function<std::optional<history::ToolTimes>(const QString&)> lookUp);
    /// Who knows whether the connection is up; asked at most once a second.
    void setLiveness(std::function<LinkLiveness()> liveness);
    /// What is known of a run that has not ended; nullopt for one that has.
    [[nodiscard]] std::optional<StallEvidence> evidence() const;

    /// Whether anybody looks; clocks stand still while nobody does.
    void setVisible(bool visible);
    /// True while the 1 Hz clock runs.
    [[nodiscard]] bool isTicking() const { return m_tick.isActive(); }

    /// Everything about a row; `row` in 0..rowCount()-1.
    [[nodiscard]] TimelineRow row(int row) const;
    /// Arguments and results in full, for an open row; empty without support mode.
    [[nodiscard]] RowDetails details(int row) const;
    /// The run as a whole; std::nullopt if there is none.
    [[nodiscard]] std::optional<RunSummary> summary() const;
    /// The run itself, for whoever draws it; nullptr if there is none. Valid until the next change.
    [[nodiscard]] const runs::Run* run() const;
    /// What determined when the run ended; as old as the summary at most.
    [[nodiscard]] const std::vector<runs::PathPiece>& path() const;
    /// The same in words: "41.0 s = 31.0 s usage_query + ..."; empty without a run.
    [[nodiscard]] QString pathWords() const;
    /// The gravest `limit` remarks on the run with the row each belongs to.
    [[nodiscard]] std::vector<FindingText> findings(int limit = 1'000'000) const;
    [[nodiscard]] int findingCount() const;
    /// Arguments or result of a row as sent; empty without support mode.
    [[nodiscard]] protocol::JsonText arguments(int row) const;
    [[nodiscard]] protocol::JsonText result(int row) const;
    /// The frame that brought a row, or the one a remark on it names.
    [[nodiscard]] FrameRef frameOf(int row, qint64 wanted = -1) const;
    /// Rows of tools whose result holds `text` literally, such as a number of the answer; in order.
    [[nodiscard]] std::vector<int> rowsWithResult(const QString& text) const;
    /// Where a step stands in the run's answer; not known for what concerns the whole run.
    [[nodiscard]] AnswerPlace placeOf(int step) const;
    /// The last row of a tool call whose id `text` names, such as the source line of a paragraph; -1 if none.
    [[nodiscard]] int rowNamedIn(const QString& text) const;
    /// True if the step is a problem, as TimelineRow::problem.
    [[nodiscard]] bool isProblemStep(int step) const;
    /// Nearest row with a problem after (`direction` 1) or before (-1) `row`; -1 if there is none.
    [[nodiscard]] int nextProblem(int row, int direction) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    /// The run shown, its outcome, verdict or clock changed. At once for outcomes, at most ten times a second
    /// else.
    void summaryChanged();
    /// The list of runs, or what is said of them in it, changed.
    void runsChanged();
    /// A run that has just begun is shown from now on; its rows and summary follow.
    void runCameIn();
    /// Steps of the run shown were added at its end; `first` is the first new one.
    void stepsAdded(int first);
    /// A step of the run shown changed.
    void stepChanged(int step);
    /// Another run is shown, or the same from the start.
    void stepsReset();
    /// A second went by while something runs and somebody looks.
    void ticked();

private:
    /// What costs a look at every step, kept for a while that grows with the number of steps.
    struct Totals {
        runs::TimeShare share;
        std::vector<runs::PathPiece> path;
        QString words;     ///< of the path, made when asked for
        MonoTime at{};     ///< moment they hold for
        QElapsedTimer age; ///< real time since they were made: it is our own work that is rationed
        bool known = false;
    };

    void onRunChanged(const runs::Change& change);
    void onReplayed();
    void addSteps(int from);
    void changeStep(int step);
    [[nodiscard]] bool shows(int step) const;
    void resetRows();
    void collectRows();
    void updateTick();
    void onTick();
    void tellSummary(bool atOnce);
    [[nodiscard]] const Totals& totals() const;
    [[nodiscard]] std::chrono::milliseconds patience() const;
    [[nodiscard]] QStringList namesOf(runs::StepKind kind) const;
    [[nodiscard]] std::optional<ToolPace> paceOf(const runs::Step& step) const;

    const Clock& m_clock;
    QPointer<session::Conversation> m_conversation;
    int m_run = -1;
    int m_steps = 0;          ///< steps of the run that were taken note of
    std::vector<int> m_shown; ///< with a filter: steps with a row, ascending
    RowFilter m_filter;
    FindingIndex m_findings;
    mutable Totals m_totals;
    std::function<std::optional<history::ToolTimes>(const QString&)> m_toolHistory;
    std::function<LinkLiveness()> m_liveness;
    bool m_followLatest = true;
    bool m_supportMode = false;
    bool m_visible = false;
    QTimer m_tick;
    QTimer m_summaryDelay; ///< a burst of events costs one look at the whole run, not one each
};

} // namespace apex::models

Q_DECLARE_METATYPE(apex::models::FrameRef)
