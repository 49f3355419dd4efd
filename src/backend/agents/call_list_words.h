// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/call_figures.h"

#include <QStringList>

#include <optional>

namespace apex::backend {

/// Reads a wish to see the calls themselves ("list the failed calls", "which requests timed out", "the last
/// 10 calls of ana"); `text` in lower case.
[[nodiscard]] std::optional<CallList> callListIn(const QString& text);
/// What a follow-up makes of a list ("only the failed ones", "more"); nothing: it says nothing about a list.
[[nodiscard]] std::optional<CallList> callListAfter(const CallList& before, const QString& text);
/// True if the text, in lower case, asks for the part of a list that comes next ("more", "the next 20").
[[nodiscard]] bool asksForMore(const QString& text);

} // namespace apex::backend
