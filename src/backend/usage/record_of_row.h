// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/call_record.h"

namespace apex::backend {

/// Appends a row of a table to a batch, in the units of the store. A row with a request id is one with every
/// other row that has the same id, instant, model, tokens and cost.
void addRecordOfRow(const UsageRow& row, RecordBatch& batch);

} // namespace apex::backend
