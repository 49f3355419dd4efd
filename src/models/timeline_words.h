// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

namespace apex::models {

/// Context of the translations of what is said of runs and their steps.
struct TimelineWords {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

/// The first line of a text, at most 400 characters, white space folded.
[[nodiscard]] inline QString firstLine(const QString& text) {
    const QString trimmed = text.trimmed();
    const qsizetype end = trimmed.indexOf(u'\n');
    return (end < 0 ? trimmed : trimmed.left(end)).left(400).simplified();
}

/// What fits one sentence of ours: the first line; if it is long its first sentence, or what ends with a
/// whole word before 200 characters.
[[nodiscard]] QString firstSentence(const QString& text);

} // namespace apex::models
