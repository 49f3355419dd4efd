// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

#include <functional>

namespace apex::backend {

/// A tool that answers a part of the question.
struct Question {
    QString tool; ///< name in the events
    QJsonObject arguments;
    std::function<Expected<Answer>(RunState&)> answer;
};

/// The tools that the words of the request ask for, in the order of the answer.
[[nodiscard]] std::vector<Question> questionsOf(const RunState& state);
/// What a whole report looks at besides, as far as the data has something for it.
[[nodiscard]] std::vector<Question> questionsOfReport(const RunState& state,
                                                      const std::vector<Question>& asked);

} // namespace apex::backend
