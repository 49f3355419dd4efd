// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/csv_record.h"

#include <algorithm>
#include <cstring>

namespace apex::backend {

namespace {

constexpr std::size_t npos = std::string_view::npos;

CsvRecord complete(std::string_view text, std::size_t lineEnd, bool quoted) {
    CsvRecord record;
    record.state = CsvRecord::State::Complete;
    record.size = lineEnd;
    if (record.size > 0 && text[record.size - 1] == '\r')
        --record.size;
    record.consumed = std::min(lineEnd + 1, text.size());
    record.quoted = quoted;
    return record;
}

bool endsField(char c, char delimiter) {
    return c == delimiter || c == '\n' || c == '\r';
}

/// Moves a quoted field's content together, "" becoming "; returns its end. `from` is behind the opening
/// quote.
std::size_t unquote(char* record, std::size_t size, std::size_t from, char delimiter,
                    std::string_view& field) {
    std::size_t write = from;
    std::size_t at = from;
    for (; at < size; ++at) {
        if (record[at] == '"') {
            if (at + 1 >= size || endsField(record[at + 1], delimiter))
                break;
            if (record[at + 1] == '"')
                ++at;
        }
        record[write++] = record[at];
    }
    field = std::string_view(record + from, write - from);
    return std::min(at + 1, size);
}

} // namespace

CsvRecord CsvRecordFinder::next(std::string_view text, std::uint64_t offset, bool atEnd) {
    const void* found = text.empty() ? nullptr : std::memchr(text.data(), '\n', text.size());
    const std::size_t lineEnd =
        found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : text.size();
    if (lineEnd > 0 && std::memchr(text.data(), '"', lineEnd))
        return nextQuoted(text, offset, atEnd);
    if (found || (atEnd && !text.empty()))
        return complete(text, lineEnd, false);
    CsvRecord record;
    record.state = text.size() > maxRecord ? CsvRecord::State::TooLong : CsvRecord::State::NeedMore;
    return record;
}

CsvRecord CsvRecordFinder::nextQuoted(std::string_view text, std::uint64_t offset, bool atEnd) {
    CsvRecord record;
    bool fieldStart = true;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n')
            return complete(text, at, true);
        if (c == '"' && fieldStart) {
            const std::size_t close = findClosingQuote(text, at + 1, offset, atEnd);
            if (close == npos) {
                const bool hopeless = atEnd || text.size() > maxRecord;
                record.state = hopeless ? CsvRecord::State::UnclosedQuote : CsvRecord::State::NeedMore;
                return record;
            }
            at = close;
        }
        fieldStart = c == m_delimiter;
    }
    if (atEnd && !text.empty())
        return complete(text, text.size(), true);
    record.state = text.size() > maxRecord ? CsvRecord::State::TooLong : CsvRecord::State::NeedMore;
    return record;
}

std::size_t CsvRecordFinder::findClosingQuote(std::string_view text, std::size_t from, std::uint64_t offset,
                                              bool atEnd) {
    std::size_t at = from;
    const bool known = offset + from >= m_noCloseFrom && offset + from < m_noCloseUntil;
    if (known)
        at = static_cast<std::size_t>(std::min<std::uint64_t>(m_noCloseUntil - offset, text.size()));
    const auto remember = [&](std::size_t until) {
        m_noCloseFrom = known ? m_noCloseFrom : offset + from;
        m_noCloseUntil = offset + until;
        return npos;
    };
    while (at < text.size()) {
        const std::size_t quote = text.find('"', at);
        if (quote == npos)
            break;
        if (quote + 1 == text.size())
            return atEnd ? quote : remember(quote);
        if (endsField(text[quote + 1], m_delimiter))
            return quote;
        at = quote + (text[quote + 1] == '"' ? 2 : 1);
    }
    return remember(text.size());
}

void splitCsvFields(char* record, std::size_t size, char delimiter, bool quoted,
                    std::vector<std::string_view>& fields) {
    fields.clear();
    std::size_t at = 0;
    for (;;) {
        if (quoted && at < size && record[at] == '"') {
            std::string_view field;
            at = unquote(record, size, at + 1, delimiter, field);
            fields.push_back(field);
        } else {
            const void* found = at < size ? std::memchr(record + at, delimiter, size - at) : nullptr;
            const std::size_t end =
                found ? static_cast<std::size_t>(static_cast<const char*>(found) - record) : size;
            fields.push_back(std::string_view(record + at, end - at));
            at = end;
        }
        if (at >= size)
            return;
        ++at; // the delimiter
        if (at == size) {
            fields.emplace_back();
            return;
        }
    }
}

} // namespace apex::backend
