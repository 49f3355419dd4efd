// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <QMetaType>
#include <QString>

namespace apex::models {

/// Where a step of a run stands in the run's answer, as far as the events tell. A value.
struct AnswerPlace {
    RunId run;
    QString source;        ///< id of a tool call that the answer may name; empty for none
    qsizetype offset = -1; ///< character of the streamed Markdown at which the step began; -1: unknown

    /// False where only the answer as a whole can be shown.
    [[nodiscard]] bool isKnown() const { return !source.isEmpty() || offset >= 0; }

    friend bool operator==(const AnswerPlace&, const AnswerPlace&) = default;
};

/// True if `text` names `call` as a word of its own: "run_1_call_1" is not in "run_1_call_10".
[[nodiscard]] bool namesCall(const QString& text, const QString& call);

} // namespace apex::models

Q_DECLARE_METATYPE(apex::models::AnswerPlace)
