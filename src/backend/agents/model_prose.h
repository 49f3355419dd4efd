// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/answer.h"
#include "backend/llm/chat_reply.h"
#include "backend/llm/number_check.h"

namespace apex::backend {

/// What the language model of a run did, or why it did nothing.
struct ModelProse {
    QString model; ///< its name; empty: the settings could not be read
    QString host;
    CheckedProse checked;
    std::vector<Finding> findings; ///< answers of the tools it asked for
    std::optional<TokenUse> use;   ///< nullopt: the endpoint does not say
    int requests = 0;
    QString failure; ///< one sentence; empty if it answered

    /// The marked section above the answer; names model and host, tokens and what was left out.
    [[nodiscard]] QString markdown() const;
    /// The same for the report.
    [[nodiscard]] QJsonObject json() const;
};

} // namespace apex::backend
