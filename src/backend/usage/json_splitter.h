// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace apex::backend {

/// Cuts a JSON document into its records without parsing them: the elements of a top-level array, the
/// elements of the first array of objects inside a top-level object ({"data":[{...}]}), or a plain sequence
/// of objects.
///
/// Keeps its place between blocks, so every byte is looked at once. Call step() with the bytes that follow
/// the ones already consumed.
class JsonSplitter {
public:
    enum class Event {
        NeedMore, ///< give more bytes behind the same start
        Record,   ///< `begin`..`end` is one record; consume up to `end`
        End,      ///< the list is closed; what follows is not looked at
        Broken,   ///< brackets do not match
    };
    struct Result {
        Event event = Event::NeedMore;
        std::size_t begin = 0;
        std::size_t end = 0;
        std::int64_t newlinesBefore = 0; ///< line ends passed before `begin` since the last result
        std::int64_t newlinesInside = 0; ///< line ends inside the record
    };

    /// Looks on from where the last call ended; `text` starts at the first byte not consumed.
    [[nodiscard]] Result step(std::string_view text);
    /// The caller consumed `count` bytes of the text.
    void consumed(std::size_t count);
    /// First byte that a record in progress needs; everything before may be consumed.
    [[nodiscard]] std::size_t keepFrom() const { return m_inRecord ? m_recordBegin : m_at; }
    /// True if the list was opened and not closed, or a record is open.
    [[nodiscard]] bool isOpen() const { return m_depth > 0 || m_inRecord; }

private:
    [[nodiscard]] bool skipString(std::string_view text);
    [[nodiscard]] bool opens(char c);
    void startRecord();
    [[nodiscard]] bool finishesRecord() const { return m_inRecord && m_depth == m_base; }
    [[nodiscard]] Result takeRecord(std::size_t end);

    std::size_t m_at = 0;
    std::size_t m_recordBegin = 0;
    int m_depth = 0;
    int m_base = 0; ///< depth at which records sit
    bool m_started = false;
    bool m_inString = false;
    bool m_escaped = false;
    bool m_inRecord = false;
    bool m_scalar = false;          ///< the record at hand is a bare value
    bool m_arrayJustOpened = false; ///< inside a top-level object: '[' directly before
    bool m_mayBeWrapper = false;    ///< the first object may turn out to hold the list
    std::int64_t m_newlines = 0;
    std::int64_t m_newlinesBefore = 0;
};

} // namespace apex::backend
