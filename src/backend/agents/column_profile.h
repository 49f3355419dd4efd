// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend {

/// Which of the needed fields the imported rows really fill.
struct ColumnProfile {
    std::vector<NeededField> needed; ///< present if at least half of the rows have it
    QJsonObject json;
};
[[nodiscard]] Expected<ColumnProfile> profileRows(RowsQuery& query);

/// The fields every analysis needs with the reason for each; all absent.
[[nodiscard]] std::vector<NeededField> neededFieldsOfAnalysis();
/// Share of needed fields present: at least 0.8 is sufficient, at least 0.4 partial
/// (platform-features.md 5.2).
[[nodiscard]] Sufficiency sufficiencyOf(const std::vector<NeededField>& fields);
/// "sufficient", "partial", "insufficient".
[[nodiscard]] QString sufficiencyName(Sufficiency sufficiency);
/// How many of them are present.
[[nodiscard]] int presentCount(const std::vector<NeededField>& fields);

} // namespace apex::backend
