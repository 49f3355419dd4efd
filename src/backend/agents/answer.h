// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/result_table.h"

#include <QJsonObject>

namespace apex::backend {

/// What one tool found out, for people and for its event. Every figure of `sentences` is in `facts` or a
/// table.
struct Answer {
    QString heading;
    QString headline; ///< the answer in one sentence; opens a narrow answer. Empty: the measured sum opens it
    QStringList sentences;
    std::vector<ResultTable> tables;
    QJsonObject facts;
    QStringList assumptions;
    QStringList missing; ///< what could not be answered, with exactly what it would need

    /// The result for the tool's event.
    [[nodiscard]] QJsonObject json() const;
};

/// An answer with the tool call it comes from.
struct Finding {
    Answer answer;
    QString tool;
    QString call;           ///< execution id
    QStringList statements; ///< SQL exactly as it ran

    /// `opens`: the headline stands at the start of the whole answer and is not repeated.
    [[nodiscard]] QString markdown(bool opens = false) const;
};

/// "Source: `cost_by_project` (`run_1_call_4`)." with a line end.
[[nodiscard]] QString sourceLine(const QString& tool, const QString& call);

} // namespace apex::backend
