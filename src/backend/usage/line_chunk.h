// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <string_view>
#include <vector>

namespace apex::backend {

/// Reads the lines that start in one block of a file, so that several threads can share a file without seeing
/// a line twice. Keeps its buffer from block to block. One thread.
class LineChunk {
public:
    /// Longest line that is read; a longer one is passed over and counted.
    static constexpr std::size_t maxLine = 8 * 1024 * 1024;

    /// Reads the lines that start in [begin, end) of the file's first `size` bytes; `name` is for errors.
    [[nodiscard]] Expected<void> read(const QString& path, const QString& name, std::uint64_t begin,
                                      std::uint64_t end, std::uint64_t size);

    /// Whole lines, followed by BlockReader::padding readable bytes.
    [[nodiscard]] std::string_view lines() const { return m_lines; }
    /// True if the last line ends with the file and not with a line end.
    [[nodiscard]] bool lastLineOpen() const { return m_lastLineOpen; }
    /// True if the last line of the block is longer than `maxLine`; it is not in lines().
    [[nodiscard]] bool tooLong() const { return m_tooLong; }
    /// Digest of the block's own bytes.
    [[nodiscard]] const QByteArray& digest() const { return m_digest; }
    /// True if the file had less bytes than it should have.
    [[nodiscard]] bool shorter() const { return m_shorter; }

private:
    std::vector<char> m_buffer;
    std::string_view m_lines;
    QByteArray m_digest;
    bool m_lastLineOpen = false;
    bool m_tooLong = false;
    bool m_shorter = false;
};

} // namespace apex::backend
