// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_row.h"

#include <QString>

#include <optional>
#include <string>
#include <string_view>

namespace apex::backend {

/// The meaning of a CSV column name: case, spaces and punctuation do not matter ("Prompt Tokens" =
/// "prompt_tokens").
[[nodiscard]] std::optional<Field> fieldOfColumn(std::string_view name);

/// The meaning of a JSON key by its path from the top of the record, parts joined by '.'
/// ("usage.prompt_tokens").
[[nodiscard]] std::optional<Field> fieldOfPath(std::string_view path);

/// Canonical name of a field, as in platform-features.md 5.4.
[[nodiscard]] std::string_view fieldName(Field field);
/// The same as a text for reports.
[[nodiscard]] QString canonicalName(Field field);
/// What the field means in a few plain words: "cost in US dollars".
[[nodiscard]] QString fieldWords(Field field);
/// All canonical names, separated by commas.
[[nodiscard]] QString fieldList();

} // namespace apex::backend
