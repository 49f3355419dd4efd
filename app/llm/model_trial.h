// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "llm/home_model.h"

namespace apex::llm {

/// What an endpoint showed that it can do.
struct ModelTrial {
    backend::ModelSettings settings;
    bool streams = false;
    bool callsTools = false;
    bool reportsTokens = false;
    std::optional<Error> toolError; ///< why the request with a tool failed, if it did
};

/// Asks the endpoint twice, once for words and once for a call of a function; blocks for at most twice the
/// model's time limit. Fails if no model is on, its key cannot be had, or it does not answer.
[[nodiscard]] Expected<ModelTrial> tryModel(HomeModel& models, std::stop_token stop);

} // namespace apex::llm
