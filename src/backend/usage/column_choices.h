// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_row.h"
#include "base/error.h"

#include <QByteArray>

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace apex::backend {

/// What a person says the columns of a table are, by column name (JSON: path of keys joined by '.'); a column
/// without a field is not to be used. Columns that are not in here are found by their names.
using ColumnChoices = std::map<std::string, std::optional<Field>, std::less<>>;

/// From `{"Amount":"cost_usd","Notes":""}`; fields by any name that a column may have ("cost"), an empty one
/// leaves the column out. Empty text is no choice. InvalidInput names what is wrong: no such object, an
/// unknown field, two columns for one field, more than 1000 columns.
[[nodiscard]] Expected<ColumnChoices> columnChoicesFromJson(const QByteArray& json);
/// The same again with canonical names, keys in order; empty if there is no choice.
[[nodiscard]] QByteArray columnChoicesJson(const ColumnChoices& choices);

/// True if some column was chosen to mean `field`.
[[nodiscard]] bool isChosen(const ColumnChoices& choices, Field field);

} // namespace apex::backend
