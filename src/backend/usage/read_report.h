// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/column_choices.h"
#include "backend/usage/usage_row.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <array>
#include <bitset>
#include <functional>
#include <string_view>
#include <vector>

namespace apex::backend {

enum class FileFormat { Csv, JsonLines, JsonDocument };

/// One record that was not counted.
struct RejectedRow {
    qint64 line = 0; ///< 1-based line on which the record starts
    RejectReason reason = RejectReason::NotJson;
    QString excerpt; ///< start of the record, at most 80 characters, control characters replaced
};

/// What reading one file gave, apart from the rows themselves.
class ReadReport {
public:
    static constexpr std::size_t keptRejects = 20;

    FileFormat format = FileFormat::Csv;
    char delimiter = ',';      ///< CSV only
    bool decimalComma = false; ///< as declared
    bool complete = true;      ///< false if reading ended early because enough rows were seen
    std::uint64_t bytesRead = 0;
    std::uint64_t rowsAccepted = 0;
    std::uint64_t rowsRejected = 0;
    std::uint64_t unknownStatusWords = 0;
    std::uint64_t otherEntries = 0; ///< entries of a session log that are no model call
    std::int64_t lines = 0;         ///< lines seen, of formats that are read in parts
    std::array<std::uint64_t, rejectReasonCount> rejectedBy{};
    std::vector<RejectedRow> firstRejected; ///< the first `keptRejects`
    QStringList columnsFound;               ///< names as written; JSON: paths, at most 100
    QStringList columnsUnused;              ///< those whose meaning is not known
    QStringList samples;                    ///< of each column found its first value, shortened
    QHash<QString, QString> fieldOf;        ///< column to canonical field, of the columns that are used
    std::bitset<fieldCount> fieldsFound;

    /// Counts a rejected record and keeps it if it is among the first.
    void reject(qint64 line, RejectReason reason, std::string_view record);
    [[nodiscard]] std::uint64_t rowsSeen() const { return rowsAccepted + rowsRejected; }
    [[nodiscard]] bool has(Field field) const { return fieldsFound.test(static_cast<std::size_t>(field)); }
    /// True if a column tells the model, the tokens or the cost, without which there is nothing to analyse.
    [[nodiscard]] bool tellsCalls() const;
    /// Keeps the first value of the next column.
    void addSample(std::string_view value);
    /// "CSV, separated by semicolons", "JSON lines", "JSON document".
    [[nodiscard]] QString formatText() const;
    /// Reasons with counts, most frequent first: "a token count is negative (rows: 12)".
    [[nodiscard]] QStringList reasonTexts() const;
};

/// How to read.
struct ReadOptions {
    bool decimalComma = false;          ///< as declared by the user; the file's own declaration also counts
    std::int64_t latestTimestampUs = 0; ///< later is absurd
    ColumnChoices columns;              ///< as a person chose them
    std::uint64_t maxRows = 0;          ///< stop after so many records; 0 = all
    std::function<void(std::string_view)> tap; ///< sees every byte that is read, in order; may be empty
};

/// Receives each accepted row with the line it starts on; its texts are valid during the call only.
using RowHandler = std::function<void(const UsageRow&)>;

} // namespace apex::backend
