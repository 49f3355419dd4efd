// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"
#include "backend/analysis/drivers.h"

namespace apex::backend::answers {

/// What made one span cost more than another, as sentences and a table with their facts; unknown costs are
/// said to be unknown.
void addDrivers(const Drivers& drivers, Answer& answer);
/// The same for a day against the average day of a span that holds it.
[[nodiscard]] Expected<void> addDayDrivers(RunState& state, QDate day, const DaySpan& span, Answer& answer);

} // namespace apex::backend::answers
