// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/run_summary.h"

#include "base/isolated_text.h"
#include "models/timeline_words.h"
#include "runs/ledger.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QHash>

#include <algorithm>
#include <numeric>

namespace apex::models {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

RunMark markOf(const runs::Run& run) {
    switch (run.outcome) {
    case runs::Outcome::Completed:
        return RunMark::Completed;
    case runs::Outcome::Failed:
        return RunMark::Failed;
    case runs::Outcome::Cancelled:
        return RunMark::Cancelled;
    case runs::Outcome::None:
        break;
    }
    return run.ended ? RunMark::NoOutcome : RunMark::Running;
}

QString outcomeWord(RunMark mark) {
    switch (mark) {
    case RunMark::Running:
        return TimelineWords::tr("running");
    case RunMark::Completed:
        return TimelineWords::tr("completed");
    case RunMark::Failed:
        return TimelineWords::tr("failed");
    case RunMark::Cancelled:
        return TimelineWords::tr("stopped");
    case RunMark::NoOutcome:
        return TimelineWords::tr("outcome unknown");
    }
    return {};
}

QString verdictWord(runs::Verdict verdict) {
    switch (verdict) {
    case runs::Verdict::Running:
        return TimelineWords::tr("events OK so far");
    case runs::Verdict::Ok:
        return TimelineWords::tr("events OK");
    case runs::Verdict::Repaired:
        return TimelineWords::tr("events repaired");
    case runs::Verdict::Violation:
        return TimelineWords::tr("event rules broken");
    case runs::Verdict::NoOutcome:
        break; // the outcome says so itself
    }
    return {};
}

qsizetype countOf(const runs::Run& run, runs::Gravity gravity) {
    return std::count_if(run.findings.begin(), run.findings.end(),
                         [gravity](const auto& f) { return runs::ruleGravity(f.rule) == gravity; });
}

/// Another sentence follows; the server's words end like one, whether it wrote them so or not.
QString asSentence(const QString& failure) {
    const QString said = firstSentence(failure);
    const bool ends = said.isEmpty() || said.back().isPunct();
    return isolated(ends ? said : said + u'.');
}

QString endSentence(const runs::Run& run, RunMark mark) {
    switch (mark) {
    case RunMark::Running:
        return TimelineWords::tr("Running.");
    case RunMark::Completed:
        return TimelineWords::tr("The agent reported that it completed.");
    case RunMark::Failed:
        return run.failure.isEmpty()
                   ? TimelineWords::tr("The agent reported a failure.")
                   : TimelineWords::tr("The agent reported a failure: %1").arg(asSentence(run.failure));
    case RunMark::Cancelled:
        return TimelineWords::tr("The run was stopped, and the server confirmed it.");
    case RunMark::NoOutcome:
        return TimelineWords::tr(
            "The stream ended before the agent said how it went. It may have gone on on the server.");
    }
    return {};
}

QString verdictSentence(const runs::Run& run, RunMark mark) {
    const qsizetype repairs = countOf(run, runs::Gravity::Repair);
    const qsizetype breaches = countOf(run, runs::Gravity::Breach);
    QString stream;
    if (breaches == 1)
        stream = TimelineWords::tr("The event stream broke the rules in one place.");
    else if (breaches > 1)
        stream = TimelineWords::tr("The event stream broke the rules in %1 places.").arg(breaches);
    else if (repairs == 1)
        stream = TimelineWords::tr("One flaw in the event stream was repaired.");
    else if (repairs > 1)
        stream = TimelineWords::tr("%1 flaws in the event stream were repaired.").arg(repairs);
    else if (mark == RunMark::Running)
        stream = TimelineWords::tr("Nothing wrong with the events so far.");
    else if (mark == RunMark::Completed)
        stream = TimelineWords::tr("Its events arrived in order, and the run was closed.");
    else if (mark != RunMark::NoOutcome)
        stream = TimelineWords::tr("The events themselves were in order.");
    return stream.isEmpty() ? endSentence(run, mark) : endSentence(run, mark) + u' ' + stream;
}

QString tenths(qint64 n) {
    return QString::number(static_cast<double>(n) / 10.0, 'f', 1) + u" s"_s;
}

/// How exactly the parts of a time are said: as durationText() says the whole, so that they can be added.
milliseconds shownUnit(milliseconds total) {
    return total < 100ms ? 1ms : total < 59'950ms ? 100ms : total < 3'599'500ms ? 1000ms : 60'000ms;
}

QString textInUnits(qint64 units, milliseconds unit) {
    if (unit == 1ms)
        return TimelineWords::tr("%1 ms").arg(units);
    return unit == 100ms ? tenths(units) : durationText(seconds(units * (unit / 1s)));
}

QString completeness(const runs::LifecycleCounts& c) {
    const std::pair<qint64, QString> kinds[] = {{c.agentStarted, TimelineWords::tr("started")},
                                                {c.agentThinking, TimelineWords::tr("thinking")},
                                                {c.toolExecuting, TimelineWords::tr("tool called")},
                                                {c.toolCompleted, TimelineWords::tr("tool answered")},
                                                {c.agentCompleted, TimelineWords::tr("completed")}};
    QStringList missing;
    for (const auto& [count, name] : kinds)
        if (count <= 0)
            missing << name;
    if (missing.isEmpty())
        return TimelineWords::tr("Events of all five kinds were received.");
    return TimelineWords::tr("No event of these kinds was received: %1. A run that needs no tools is normal.")
        .arg(missing.join(u", "_s));
}

} // namespace

QString runLabel(const runs::Run& run, int ordinal) {
    const auto at = std::chrono::floor<milliseconds>(run.firstWall).time_since_epoch();
    const QString when = at.count() > 0
                             ? QDateTime::fromMSecsSinceEpoch(at.count()).time().toString(u"HH:mm:ss"_s)
                             : TimelineWords::tr("Run %1").arg(ordinal);
    return run.agent.isEmpty() ? when : when + u" · "_s + run.agent;
}

QString runStateWord(const runs::Run& run) {
    const RunMark mark = markOf(run);
    return mark == RunMark::Completed ? QString() : outcomeWord(mark);
}

RunSummary describeRun(const runs::Run& run, MonoTime now, const runs::TimeShare& share) {
    RunSummary s;
    s.id = run.id;
    s.mark = markOf(run);
    s.running = s.mark == RunMark::Running;
    s.title = runLabel(run, 1);
    s.outcomeWord = outcomeWord(s.mark);
    if (s.running && run.stopRequested)
        s.outcomeWord = TimelineWords::tr("stop requested");
    s.verdict = run.verdict;
    s.verdictWord = verdictWord(run.verdict);
    if (s.running && countOf(run, runs::Gravity::Repair) + countOf(run, runs::Gravity::Breach) > 0)
        s.verdictWord = TimelineWords::tr("remarks so far");
    s.verdictSentence = verdictSentence(run, s.mark);
    s.elapsed = duration_cast<milliseconds>(std::max((run.ended ? run.last : now) - run.first, MonoTime{0}));
    // The share of a running run may be older than now.
    s.elapsedText = durationText(s.running ? s.elapsed : share.total);
    s.completenessText = completeness(run.counts);
    s.timeSentence = timeSentence(share);
    s.timeParts = timeParts(share);
    s.stopRequested = run.stopRequested;
    return s;
}

namespace {

/// Whole units are shared out by largest remainder, so that what is shown adds up to what is shown.
std::vector<TimePart> shareOut(std::vector<TimePart> parts, milliseconds whole) {
    const milliseconds unit = shownUnit(whole);
    const qint64 total = (whole + unit / 2) / unit;
    std::vector<qint64> units(parts.size());
    std::vector<size_t> order(parts.size());
    std::iota(order.begin(), order.end(), size_t{0});
    for (const size_t i : order)
        units[i] = parts[i].time / unit;
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return parts[a].time % unit > parts[b].time % unit; });
    qint64 given = std::accumulate(units.begin(), units.end(), qint64{0});
    for (size_t i = 0; i < order.size() && given < total; ++i, ++given)
        ++units[order[i]];
    std::vector<TimePart> shown;
    for (size_t i = 0; i < parts.size(); ++i)
        if (units[i] > 0) {
            parts[i].time = units[i] * unit;
            parts[i].text = textInUnits(units[i], unit) + u' ' + parts[i].name;
            shown.push_back(std::move(parts[i]));
        }
    std::stable_sort(shown.begin(), shown.end(),
                     [](const auto& a, const auto& b) { return a.time > b.time; });
    return shown;
}

QString sumSentence(const std::vector<TimePart>& parts, milliseconds total) {
    QStringList sum;
    for (const TimePart& part : parts)
        sum << part.text;
    return sum.isEmpty() ? QString() : durationText(total) + u" = "_s + sum.join(u" + "_s);
}

TimePart pathPart(const runs::Run& run, const runs::PathPiece& piece) {
    const QString name = piece.step >= 0 ? run.steps[static_cast<size_t>(piece.step)].name : QString();
    switch (piece.kind) {
    case runs::PathKind::Waiting:
        return {TimeUse::Waiting, TimelineWords::tr("waiting for the first event"), {}, {}};
    case runs::PathKind::Tool:
        return {TimeUse::Tools, name.isEmpty() ? TimelineWords::tr("tools") : name, {}, {}};
    case runs::PathKind::Thinking:
        return {TimeUse::Thinking, TimelineWords::tr("thinking"), {}, {}};
    case runs::PathKind::Text:
        return {TimeUse::Text, TimelineWords::tr("answer text"), {}, {}};
    case runs::PathKind::Link:
        return {TimeUse::Silence, TimelineWords::tr("connection lost"), {}, {}};
    case runs::PathKind::Agent:
        return {TimeUse::Silence,
                name.isEmpty() ? TimelineWords::tr("unexplained")
                               : TimelineWords::tr("unexplained in %1").arg(isolated(name)),
                {},
                {}};
    case runs::PathKind::Silence:
        break;
    }
    return {TimeUse::Silence, TimelineWords::tr("unexplained"), {}, {}};
}

} // namespace

std::vector<TimePart> timeParts(const runs::TimeShare& share) {
    return shareOut({{TimeUse::Tools, TimelineWords::tr("tools"), {}, share.tools},
                     {TimeUse::Thinking, TimelineWords::tr("thinking"), {}, share.thinking},
                     {TimeUse::Text, TimelineWords::tr("answer text"), {}, share.text},
                     {TimeUse::Waiting, TimelineWords::tr("waiting for the first event"), {}, share.waiting},
                     {TimeUse::Silence, TimelineWords::tr("unexplained"), {}, share.silence}},
                    share.total);
}

QString timeSentence(const runs::TimeShare& share) {
    return sumSentence(timeParts(share), share.total);
}

QString pathSentence(const runs::Run& run, const std::vector<runs::PathPiece>& path) {
    // Rounded per piece the parts would not add up; so they are collected in microseconds first.
    std::vector<std::pair<TimePart, MonoTime>> named;
    MonoTime whole{};
    QHash<QString, size_t> places; // a run may call thousands of tools of different names
    for (const runs::PathPiece& piece : path) {
        const MonoTime took = runs::length(piece);
        whole += took;
        const TimePart part = pathPart(run, piece);
        const auto known = places.constFind(part.name);
        if (known == places.constEnd()) {
            places.insert(part.name, named.size());
            named.emplace_back(part, took);
        } else {
            named[*known].second += took;
        }
    }
    constexpr size_t kNamed = 5;
    const QString others = TimelineWords::tr("in other steps");
    std::stable_sort(named.begin(), named.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    for (; named.size() > kNamed + 1; named.pop_back()) {
        auto& rest = named[kNamed];
        rest.first.name = others;
        rest.second += named.back().second;
    }
    std::vector<TimePart> parts;
    for (auto& [part, took] : named) {
        part.time = floor<milliseconds>(took);
        parts.push_back(part);
    }
    const auto total = round<milliseconds>(whole);
    parts = shareOut(std::move(parts), total);
    std::stable_partition(parts.begin(), parts.end(),
                          [&](const TimePart& part) { return part.name != others; });
    return sumSentence(parts, total);
}

} // namespace apex::models
