// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/intent.h"

namespace apex::backend::words {

/// Each fills in one part of an intent from the words of a request; `text` in lower case, `request` as
/// written.

void readTopics(const QString& text, Intent& intent);
/// "by project", "per day", "which session": columns to break down by.
void readDimensions(const QString& text, Intent& intent);
/// Percentages: a target ("reduce by 30 %"), growth ("+50 % usage") or a share ("half of it", "move 20 %").
void readPercents(const QString& text, Intent& intent);
/// The share of a move; what is more than everything is said and cut.
void setShare(int percent, Intent& intent);
/// "3x faster", "a latency of 500 ms for feature X", "but I can't spend more".
void readLatencyWishes(const QString& text, Intent& intent);
/// Quoted names and words that look like the name of a model.
void readNames(const QString& request, Intent& intent);
/// "move it to X", "switch from Y to X", "X instead of Y".
void readMove(const QString& request, Intent& intent);
/// A question about the time to come ("how much will it be in december?") is one about the trend, and its
/// time restricts nothing.
void readFuture(const QString& text, Intent& intent);
/// True if the request, in lower case, asks what can be asked ("who are you?", "help").
[[nodiscard]] bool asksWhatIsPossible(const QString& text);
/// True if the request, in lower case, takes all rows again ("everything", "and overall?").
[[nodiscard]] bool startsOver(const QString& text);
/// True if the request, in lower case, wants the whole report ("analyse this file").
[[nodiscard]] bool wantsReport(const QString& text);
/// True if the request, in lower case, thanks or greets and asks nothing.
[[nodiscard]] bool isCourtesy(const QString& text);
/// A query of the user's own: a request that is one SELECT or WITH, or holds one in a code block; else empty.
[[nodiscard]] QString sqlIn(const QString& request);

} // namespace apex::backend::words
