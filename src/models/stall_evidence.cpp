// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/stall_evidence.h"

#include <QCoreApplication>

namespace apex::models {

using namespace Qt::StringLiterals;

namespace {

/// Context of the translations.
struct Evidence {
    Q_DECLARE_TR_FUNCTIONS(StallEvidence)
};

QString linkSentence(const StallEvidence& e) {
    const bool quiet = e.silence >= silenceWorthTelling;
    // Whole seconds, as the status line counts them: it is looked at once a second.
    const QString age = durationText(std::chrono::floor<std::chrono::seconds>(e.silence));
    if (!e.link.known)
        return quiet ? Evidence::tr("No event for %1.").arg(age) : QString();
    if (!e.link.up)
        return quiet ? Evidence::tr("No event for %1, and the connection is down: nothing can arrive. "
                                    "The agent may still be working.")
                           .arg(age)
                     : Evidence::tr("The connection is down. The last event came %1 ago; the agent may still "
                                    "be working.")
                           .arg(age);
    if (!quiet)
        return {};
    return e.link.roundTrip
               ? Evidence::tr("No event for %1. The connection is alive: it answered in %2 ms.")
                     .arg(age)
                     .arg(e.link.roundTrip->count())
               : Evidence::tr("No event for %1. The connection is open, its answer to a ping is outstanding.")
                     .arg(age);
}

} // namespace

QString paceText(const ToolPace& pace) {
    if (!pace.usual)
        return Evidence::tr("now %1; no earlier call is known here").arg(durationText(pace.now));
    return Evidence::tr("median %1, p95 %2, now %3 (n = %4)")
        .arg(durationText(pace.usual->median), durationText(pace.usual->p95), durationText(pace.now))
        .arg(pace.usual->count);
}

bool isSlow(const ToolPace& pace) {
    return pace.usual && pace.usual->count >= history::ToolTimes::meaningful && pace.now > pace.usual->p95;
}

QStringList describeStall(const StallEvidence& evidence) {
    QStringList sentences;
    if (const QString link = linkSentence(evidence); !link.isEmpty())
        sentences << link;
    for (const ToolPace& pace : evidence.tools)
        if (pace.usual && pace.now > std::max(pace.usual->median, std::chrono::milliseconds(1'000)))
            sentences << pace.name + u": "_s + paceText(pace) +
                             (isSlow(pace) ? u". "_s + Evidence::tr("Slower than usual.") : QString());
    return sentences;
}

} // namespace apex::models
