// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/import_part.h"

#include <memory>
#include <optional>
#include <string_view>

namespace apex::backend {

/// Reads the JSON records of one file in order into call records. One thread.
class RecordParser {
public:
    RecordParser() = default;
    virtual ~RecordParser() = default;
    RecordParser(const RecordParser&) = delete;
    RecordParser& operator=(const RecordParser&) = delete;

    /// Reads one record, followed by BlockReader::padding readable bytes. Returns why it cannot be used;
    /// counts accepted calls and other entries in the report.
    [[nodiscard]] virtual std::optional<RejectReason> parse(std::string_view record, std::int64_t line,
                                                            RecordBatch& batch, ReadReport& report) = 0;
    /// The end of the file.
    virtual void finish(RecordBatch&, ReadReport&) {}
};

/// The parser for a source; `start` is the beginning of its text.
[[nodiscard]] std::unique_ptr<RecordParser> makeRecordParser(const Source& source, std::string_view start,
                                                             const ReadOptions& options);

} // namespace apex::backend
