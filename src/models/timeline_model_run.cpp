// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/timeline_model.h"
#include "runs/ledger.h"

#include <algorithm>

namespace apex::models {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

std::optional<RunSummary> TimelineModel::summary() const {
    const runs::Run* r = run();
    if (!r)
        return std::nullopt;
    return describeRun(*r, m_clock.monoNow(), totals().share);
}

std::chrono::milliseconds TimelineModel::patience() const {
    constexpr int kAlwaysFresh = 500;
    return m_steps < kAlwaysFresh ? 0ms : std::min(std::chrono::milliseconds(m_steps / 50), 5'000ms);
}

const TimelineModel::Totals& TimelineModel::totals() const {
    const runs::Run& r = *run();
    const MonoTime now = m_clock.monoNow();
    const bool same = m_totals.known && now == m_totals.at;
    if (same || (m_totals.known && !m_totals.age.hasExpired(patience().count()) && patience() > 0ms))
        return m_totals;
    if (m_totals.known && r.ended && m_totals.at >= r.last && m_totals.share.total > 0ms)
        return m_totals;
    m_totals.share = runs::timeShare(r, now);
    m_totals.path = runs::criticalPath(r, now);
    m_totals.words.clear();
    m_totals.at = now;
    m_totals.age.start();
    m_totals.known = true;
    return m_totals;
}

const std::vector<runs::PathPiece>& TimelineModel::path() const {
    static const std::vector<runs::PathPiece> none;
    return run() ? totals().path : none;
}

QString TimelineModel::pathWords() const {
    if (!run())
        return {};
    (void)totals();
    if (m_totals.words.isEmpty())
        m_totals.words = pathSentence(*run(), m_totals.path);
    return m_totals.words;
}

std::vector<FindingText> TimelineModel::findings(int limit) const {
    const runs::Run* r = run();
    if (!r)
        return {};
    auto found = describeFindings(*r, limit);
    for (FindingText& finding : found)
        finding.row = rowOf(finding.row);
    return found;
}

int TimelineModel::findingCount() const {
    const runs::Run* r = run();
    return r ? static_cast<int>(r->findings.size()) : 0;
}

bool TimelineModel::isProblemStep(int step) const {
    const runs::Run* r = run();
    return r && step >= 0 && step < m_steps && m_findings.isProblem(*r, r->steps[static_cast<size_t>(step)]);
}

int TimelineModel::nextProblem(int from, int direction) const {
    for (int row = from + direction; row >= 0 && row < rowCount(); row += direction)
        if (isProblemStep(stepOf(row)))
            return row;
    return -1;
}

protocol::JsonText TimelineModel::arguments(int row) const {
    const int step = stepOf(row);
    return step < 0 || !m_supportMode ? protocol::JsonText()
                                      : run()->steps[static_cast<size_t>(step)].arguments;
}

protocol::JsonText TimelineModel::result(int row) const {
    const int step = stepOf(row);
    return step < 0 || !m_supportMode ? protocol::JsonText() : run()->steps[static_cast<size_t>(step)].result;
}

FrameRef TimelineModel::frameOf(int row, qint64 wanted) const {
    const int step = stepOf(row);
    if (step < 0)
        return {m_conversation ? m_conversation->thread() : ThreadId(), wanted, {}};
    const runs::Run& r = *run();
    const runs::Step& s = r.steps[static_cast<size_t>(step)];
    if (wanted >= 0 && wanted == s.lastFrame && s.lastFrame != s.firstFrame)
        return {m_conversation->thread(), wanted, s.ended.value_or(s.started)};
    return {m_conversation->thread(), s.firstFrame, s.started};
}

std::vector<int> TimelineModel::rowsWithResult(const QString& text) const {
    std::vector<int> rows;
    const QByteArray wanted = text.trimmed().toUtf8();
    const runs::Run* r = run();
    if (wanted.isEmpty() || !r)
        return rows;
    for (int row = 0; row < rowCount(); ++row)
        if (r->steps[static_cast<size_t>(stepOf(row))].result.contains(wanted))
            rows.push_back(row);
    return rows;
}

AnswerPlace TimelineModel::placeOf(int step) const {
    const runs::Run* r = run();
    if (!r)
        return {};
    AnswerPlace place{r->id, {}, -1};
    if (step < 0 || step >= m_steps)
        return place;
    const runs::Step& s = r->steps[static_cast<size_t>(step)];
    if (s.kind == runs::StepKind::Report || (s.kind == runs::StepKind::Agent && s.depth == 0))
        return place;
    if (s.kind == runs::StepKind::Tool)
        place.source = s.call.toString();
    // An offset says something only where what is shown is what was streamed.
    if (!r->partialText.isEmpty() && (r->answer.isEmpty() || r->answer.startsWith(r->partialText)))
        place.offset = s.answerAt;
    return place;
}

int TimelineModel::rowNamedIn(const QString& text) const {
    const runs::Run* r = run();
    for (int row = r ? rowCount() - 1 : -1; row >= 0; --row) {
        const runs::Step& s = r->steps[static_cast<size_t>(stepOf(row))];
        if (s.kind == runs::StepKind::Tool && namesCall(text, s.call.toString()))
            return row;
    }
    return -1;
}

void TimelineModel::setFilter(const RowFilter& filter) {
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    collectRows();
    endResetModel();
    tellSummary(true);
}

bool TimelineModel::shows(int step) const {
    return !m_filter.isEmpty() && (!m_filter.problemsOnly || isProblemStep(step)) &&
           passes(m_filter, *run(), step, m_supportMode);
}

void TimelineModel::collectRows() {
    m_shown.clear();
    if (m_filter.isEmpty() || !run())
        return;
    for (int step = 0; step < m_steps; ++step)
        if (shows(step))
            m_shown.push_back(step);
}

int TimelineModel::hiddenSteps() const {
    return m_steps - rowCount();
}

QStringList TimelineModel::namesOf(runs::StepKind kind) const {
    QStringList names;
    if (const runs::Run* r = run())
        for (const runs::Step& step : r->steps)
            if (step.kind == kind && !step.name.isEmpty() && !names.contains(step.name))
                names << step.name;
    return names;
}

QStringList TimelineModel::agents() const {
    return namesOf(runs::StepKind::Agent);
}

QStringList TimelineModel::tools() const {
    return namesOf(runs::StepKind::Tool);
}

void TimelineModel::setToolHistory(std::function<std::optional<history::ToolTimes>(const QString&)> lookUp) {
    m_toolHistory = std::move(lookUp);
}

void TimelineModel::setLiveness(std::function<LinkLiveness()> liveness) {
    m_liveness = std::move(liveness);
}

std::optional<ToolPace> TimelineModel::paceOf(const runs::Step& step) const {
    if (step.kind != runs::StepKind::Tool || step.state != runs::StepState::Running || !m_toolHistory)
        return std::nullopt;
    const auto now = std::max(m_clock.monoNow(), step.started) - step.started;
    return ToolPace{step.name, std::chrono::duration_cast<std::chrono::milliseconds>(now),
                    m_toolHistory(step.name)};
}

std::optional<StallEvidence> TimelineModel::evidence() const {
    const runs::Run* r = run();
    if (!r || r->ended || r->outcome != runs::Outcome::None)
        return std::nullopt;
    StallEvidence e;
    const MonoTime silence = std::max(m_clock.monoNow() - r->last, MonoTime{0});
    e.silence = std::chrono::duration_cast<std::chrono::milliseconds>(silence);
    if (m_liveness)
        e.link = m_liveness();
    constexpr size_t kTools = 3;
    for (auto step = r->steps.rbegin(); step != r->steps.rend() && e.tools.size() < kTools; ++step)
        if (const auto pace = paceOf(*step))
            e.tools.push_back(*pace);
    return e;
}

} // namespace apex::models
