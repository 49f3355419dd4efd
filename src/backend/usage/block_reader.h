// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QByteArray>
#include <QIODevice>
#include <QStringDecoder>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace apex::backend {

/// Reads a file in blocks and keeps only what is not consumed yet; the bytes may be changed in place.
///
/// Text in UTF-16 with a byte order mark arrives as UTF-8. At least `padding` readable bytes follow the
/// pending ones. Not thread-safe.
class BlockReader {
public:
    static constexpr std::size_t blockSize = 256 * 1024;
    static constexpr std::size_t padding = 64;

    /// Opens the file for reading; `name` is used in errors instead of the path.
    [[nodiscard]] Expected<void> open(const QString& path, const QString& name);
    /// Reads these bytes as if they were a file.
    void openBytes(const QByteArray& bytes, const QString& name);
    /// Shows every byte of the file as it is read, before anything is done to it. Call before open().
    void setTap(std::function<void(std::string_view)> tap) { m_tap = std::move(tap); }
    /// Appends one block to the pending bytes; false at the end of the file. Moves the pending bytes.
    [[nodiscard]] Expected<bool> readMore();
    void consume(std::size_t count) { m_start += count; }

    [[nodiscard]] char* data() { return m_buffer.data() + m_start; }
    [[nodiscard]] std::size_t size() const { return m_end - m_start; }
    [[nodiscard]] bool atEnd() const { return m_atEnd; }
    /// Bytes consumed since the start of the file.
    [[nodiscard]] std::uint64_t offset() const { return m_bytesRead - size(); }
    [[nodiscard]] std::uint64_t bytesRead() const { return m_bytesRead; }

private:
    void append(const char* bytes, std::size_t count);
    void makeRoom(std::size_t count);

    std::unique_ptr<QIODevice> m_device;
    std::function<void(std::string_view)> m_tap;
    std::optional<QStringDecoder> m_decoder; ///< of text in UTF-16
    std::vector<char> m_raw;
    QString m_name;
    std::vector<char> m_buffer;
    std::size_t m_start = 0;
    std::size_t m_end = 0;
    std::uint64_t m_bytesRead = 0;
    bool m_atEnd = false;
};

} // namespace apex::backend
