// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/price_book.h"
#include "backend/usage/read_report.h"
#include "backend/usage/usage_store.h"

#include <QByteArray>

#include <functional>

namespace apex::backend {

/// A file to import. The name is what people call it; folders in it ("projects/-home-ana-shop/1f...jsonl")
/// tell the project of session logs. It is never opened: `path` is.
struct ImportFile {
    QString path;
    QString name;
    ColumnChoices columns{}; ///< as a person chose them; of tables only
};

/// What a column or key of a generic file was taken for.
struct ColumnMapping {
    QString column;
    QString field;       ///< canonical name (platform-features.md 5.4); empty: not used
    bool chosen = false; ///< by a person, not by its name
};

/// What became of one file.
struct FileImport {
    QString name;
    QString format; ///< for people: "Claude Code session log", "CSV, separated by commas"
    std::uint64_t bytes = 0;
    QByteArray content; ///< identity of the bytes that were read (backend/usage/content_id.h)
    std::uint64_t rows = 0;
    std::uint64_t rejected = 0;
    std::uint64_t duplicates = 0;   ///< rows that were already counted, from this file or another
    std::uint64_t otherEntries = 0; ///< entries that are no model call: questions, tool results, summaries
    std::array<std::uint64_t, rejectReasonCount> rejectedBy{};
    std::vector<RejectedRow> firstRejected; ///< at most ReadReport::keptRejects
    std::vector<ColumnMapping> columns;     ///< of generic files only
    QString sameAs;                         ///< name of the file with the same bytes; it was not read again
    QString skipped; ///< why a file of a folder was left out: nothing in it describes AI calls; empty if it
                     ///< was read
    bool changedWhileRead = false; ///< somebody wrote to it: what was there at the start was counted
};

/// A model that the price file does not know: its calls have no cost unless one was recorded.
struct UnpricedModel {
    QString model;
    std::uint64_t calls = 0;
};

/// What an import found.
struct ImportReport {
    std::vector<FileImport> files;
    std::uint64_t rows = 0;
    std::uint64_t billRows = 0;
    std::uint64_t rejected = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t otherEntries = 0;
    std::vector<UnpricedModel> modelsWithoutPrice; ///< most calls first
    QDate pricesAsOf;                              ///< null: no price file
    bool fromCache = false;                        ///< these very bytes were imported before
    double seconds = 0;                            ///< of this call
};

/// How to import.
struct ImportOptions {
    const PriceBook* prices = nullptr;  ///< null: nothing is priced
    bool decimalComma = false;          ///< as declared by the user
    std::int64_t latestTimestampUs = 0; ///< later is absurd
    QString cacheFolder;                ///< where imports are kept; created owner-only
    unsigned threads = 0;               ///< 0: as many as the machine has
};

/// Receives the bytes read so far and their total, from any worker, at most every 4 MB.
using ImportProgress = std::function<void(std::uint64_t bytes, std::uint64_t total)>;

struct UsageImport {
    QString databasePath; ///< for UsageStore::open; stays until newer imports push it out of the cache
    ImportReport report;
};

/// Reads usage files of any supported kind, each found by its content, into one SQLite file and returns what
/// it found. The same bytes under the same names, prices and options are imported once and found again by
/// content.
///
/// Totals do not depend on the order of the files, on how rows are spread over them, or on a file or a row
/// with its own id being there twice. Memory is bounded by about 200 MB whatever the input. Fails if a file
/// cannot be read or understood, if more than half of its records cannot be used, and when stopped
/// (Cancelled, within 100 ms). A chosen column that no file has is an error too. Blocks; any thread.
[[nodiscard]] Expected<UsageImport> importUsage(const std::vector<ImportFile>& files,
                                                const ImportOptions& options, const std::stop_token& stop,
                                                const ImportProgress& progress = {});

/// The usage files below a folder, by name: session logs, exports and tables (*.jsonl, *.json, *.csv, *.tsv).
/// Names are relative to the folder's parent. Symbolic links are not followed, so loops end nowhere; hidden
/// folders are entered only if `folder` itself is one. TooLarge beyond 100,000 files.
[[nodiscard]] Expected<std::vector<ImportFile>> usageFilesBelow(const QString& folder);

} // namespace apex::backend
