// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/call_record.h"
#include "backend/usage/read_report.h"
#include "backend/usage/source_kind.h"
#include "backend/usage/usage_import.h"

#include <functional>

namespace apex::backend {

/// A file about to be imported, as it was when the import began.
struct Source {
    ImportFile file;
    SourceKind kind = SourceKind::Table;
    bool inBlocks = false; ///< its lines can be read in any order
    std::uint64_t size = 0;
    std::int64_t modifiedMs = 0;
    std::int64_t seenMs = 0; ///< when size and time of change were looked up
    QByteArray content;      ///< content id, if known before reading
    QString sameAs;          ///< another file has the same bytes; this one is not read
};

/// A part of a file that one worker reads: a block of lines, or the whole of a file that has to be read in
/// order.
struct ImportPart {
    std::size_t source = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool whole = true;
};

/// What reading a part gave beside its records.
struct PartResult {
    ReadReport report;
    QByteArray digest; ///< of a block; of a whole file: its content id
    std::uint64_t bytes = 0;
    bool changed = false; ///< the file was shorter than it had been
};

/// Takes records as they are read; may wait for its turn. Fails if they cannot be stored.
using BatchHandler = std::function<Expected<void>(RecordBatch&& batch)>;

/// Reads parts of files, one after the other, keeping its buffers. One thread.
class PartReader {
public:
    explicit PartReader(const ImportOptions& options);
    ~PartReader();
    PartReader(const PartReader&) = delete;
    PartReader& operator=(const PartReader&) = delete;

    [[nodiscard]] Expected<PartResult> read(const Source& source, const ImportPart& part,
                                            const BatchHandler& handler, const std::stop_token& stop);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace apex::backend
