// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/read_report.h"
#include "backend/usage/usage_row.h"

#include <memory>
#include <optional>
#include <string_view>

namespace apex::backend {

/// Reads one JSON record into the texts of a row; numbers keep their digits as written. Knows flat records,
/// nested UnifiedLogEntry v3, `usage{}` and `metrics{}` (platform-features.md 5.3). One thread.
class JsonRowParser {
public:
    /// `choices` come before what keys are called.
    explicit JsonRowParser(ColumnChoices choices = {});
    ~JsonRowParser();
    JsonRowParser(const JsonRowParser&) = delete;
    JsonRowParser& operator=(const JsonRowParser&) = delete;

    /// `record` must be followed by BlockReader::padding readable bytes. The texts live until the next call
    /// or until the record's buffer changes. New keys are noted in `report`.
    [[nodiscard]] std::optional<RejectReason> parse(std::string_view record, RawRow& raw, ReadReport& report);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace apex::backend
