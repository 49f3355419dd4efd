// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/line_chunk.h"

#include "backend/usage/block_reader.h"
#include "backend/usage/content_id.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>

namespace apex::backend {

namespace {

constexpr std::size_t moreBytes = 256 * 1024;

Error unreadable(const QFile& file, const QString& name) {
    return makeError(file.exists() ? ErrorKind::Storage : ErrorKind::NotFound,
                     QCoreApplication::translate("UsageReader", "The file “%1” cannot be read.").arg(name),
                     QCoreApplication::translate("UsageReader", "Attach the file again."),
                     file.errorString());
}

/// Appends up to `count` bytes at `used`; returns how many there were, -1 on failure.
qint64 readAt(QFile& file, std::vector<char>& buffer, std::size_t used, std::size_t count) {
    if (buffer.size() < used + count + BlockReader::padding)
        buffer.resize(used + count + BlockReader::padding);
    qint64 total = 0;
    while (total < static_cast<qint64>(count)) {
        const qint64 got = file.read(buffer.data() + used + total, static_cast<qint64>(count) - total);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        total += got;
    }
    return total;
}

} // namespace

Expected<void> LineChunk::read(const QString& path, const QString& name, std::uint64_t begin,
                               std::uint64_t end, std::uint64_t size) {
    m_lines = {};
    m_tooLong = m_shorter = m_lastLineOpen = false;
    QFile file(path);
    // The byte before tells whether a line starts with the block.
    const std::uint64_t from = begin > 0 ? begin - 1 : 0;
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered) || !file.seek(static_cast<qint64>(from)))
        return fail(unreadable(file, name));
    const auto wanted = static_cast<std::size_t>(end - from);
    const qint64 got = readAt(file, m_buffer, 0, wanted);
    if (got < 0)
        return fail(unreadable(file, name));
    m_shorter = static_cast<std::size_t>(got) < wanted;
    auto used = static_cast<std::size_t>(got);
    const std::size_t own = static_cast<std::size_t>(begin - from);
    m_digest = blockDigest(std::string_view(m_buffer.data(), used).substr(std::min(own, used)));
    std::size_t start = 0;
    if (begin > 0) {
        const auto lineEnd = std::string_view(m_buffer.data(), used).find('\n');
        if (lineEnd == std::string_view::npos)
            return {}; // the middle of a line that another block reads
        start = lineEnd + 1;
    }
    // The last line may go on in the next block.
    std::uint64_t at = from + used;
    while (used > start && m_buffer[used - 1] != '\n' && at < size && !m_shorter) {
        const std::string_view text(m_buffer.data(), used);
        const std::size_t lastBegin =
            text.rfind('\n') == std::string_view::npos ? start : text.rfind('\n') + 1;
        if (used - lastBegin > maxLine) {
            m_tooLong = true;
            used = lastBegin;
            break;
        }
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(moreBytes, size - at));
        const qint64 more = readAt(file, m_buffer, used, count);
        if (more < 0)
            return fail(unreadable(file, name));
        m_shorter = more == 0;
        at += static_cast<std::uint64_t>(more);
        const auto found =
            std::string_view(m_buffer.data() + used, static_cast<std::size_t>(more)).find('\n');
        used += found == std::string_view::npos ? static_cast<std::size_t>(more) : found + 1;
    }
    m_lines = std::string_view(m_buffer.data() + start, std::max(used, start) - start);
    m_lastLineOpen = !m_lines.empty() && m_lines.back() != '\n';
    return {};
}

} // namespace apex::backend
