// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace apex::backend {

/// Where the next CSV record ends (RFC 4180 with the leniency real exporters need).
struct CsvRecord {
    enum class State {
        Complete,
        NeedMore,      ///< the end is not within the bytes given
        UnclosedQuote, ///< a quoted field runs to the end of the file or over the limit
        TooLong,
    };
    State state = State::NeedMore;
    std::size_t size = 0;     ///< bytes of the record without its line end
    std::size_t consumed = 0; ///< bytes up to the start of the next record
    bool quoted = false;      ///< a quote occurs in it
};

/// Finds record ends. A quote opens a field only at the field's start and closes it only before a delimiter
/// or line end, so that a stray quote never swallows the file.
class CsvRecordFinder {
public:
    static constexpr std::size_t maxRecord = 4 * 1024 * 1024;

    explicit CsvRecordFinder(char delimiter) : m_delimiter(delimiter) {}
    /// `offset` is the place of `text` in the file; `atEnd` says that nothing follows `text`.
    [[nodiscard]] CsvRecord next(std::string_view text, std::uint64_t offset, bool atEnd);

private:
    [[nodiscard]] CsvRecord nextQuoted(std::string_view text, std::uint64_t offset, bool atEnd);
    [[nodiscard]] std::size_t findClosingQuote(std::string_view text, std::size_t from, std::uint64_t offset,
                                               bool atEnd);

    char m_delimiter;
    std::uint64_t m_noCloseFrom = 0;  ///< from here to m_noCloseUntil (file offsets) no quote closes a field;
    std::uint64_t m_noCloseUntil = 0; ///< remembered so that hostile files stay linear
};

/// Splits a complete record in place (doubled quotes are undone); views point into `record`.
void splitCsvFields(char* record, std::size_t size, char delimiter, bool quoted,
                    std::vector<std::string_view>& fields);

} // namespace apex::backend
