// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/block_reader.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFile>

#include <cstring>

namespace apex::backend {

Expected<void> BlockReader::open(const QString& path, const QString& name) {
    m_name = name;
    auto file = std::make_unique<QFile>(path);
    if (file->open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        m_device = std::move(file);
        return {};
    }
    return fail(file->exists() ? ErrorKind::Denied : ErrorKind::NotFound,
                QCoreApplication::translate("UsageReader", "The file “%1” cannot be opened.").arg(name),
                QCoreApplication::translate("UsageReader", "Attach the file again."), file->errorString());
}

void BlockReader::openBytes(const QByteArray& bytes, const QString& name) {
    m_name = name;
    auto buffer = std::make_unique<QBuffer>();
    buffer->setData(bytes);
    buffer->open(QIODevice::ReadOnly);
    m_device = std::move(buffer);
}

Expected<bool> BlockReader::readMore() {
    if (m_atEnd)
        return false;
    if (m_start > 0)
        std::memmove(m_buffer.data(), m_buffer.data() + m_start, size());
    m_end -= m_start;
    m_start = 0;
    makeRoom(blockSize);
    char* target = m_buffer.data() + m_end;
    if (m_decoder) {
        m_raw.resize(blockSize);
        target = m_raw.data();
    }
    const qint64 got = m_device->read(target, static_cast<qint64>(blockSize));
    if (got < 0) {
        return fail(ErrorKind::Storage,
                    QCoreApplication::translate("UsageReader", "Reading the file “%1” failed.").arg(m_name),
                    QCoreApplication::translate("UsageReader", "Attach the file again."),
                    m_device->errorString());
    }
    const auto count = static_cast<std::size_t>(got);
    if (m_tap && count > 0)
        m_tap(std::string_view(target, count));
    m_bytesRead += count;
    m_atEnd = got == 0;
    append(target, count);
    return got > 0;
}

void BlockReader::makeRoom(std::size_t count) {
    if (m_buffer.size() < m_end + count + padding)
        m_buffer.resize(m_end + count + padding);
}

/// Takes bytes that were read; the first ones tell whether the text is in UTF-16.
void BlockReader::append(const char* bytes, std::size_t count) {
    using namespace std::string_view_literals;
    const std::string_view text(bytes, count);
    if (m_bytesRead == count && !m_decoder && count > 0) {
        if (text.starts_with("\xff\xfe"sv) && !text.starts_with("\xff\xfe\0\0"sv))
            m_decoder.emplace(QStringDecoder::Utf16LE);
        else if (text.starts_with("\xfe\xff"sv))
            m_decoder.emplace(QStringDecoder::Utf16BE);
    }
    if (!m_decoder) {
        m_end += count;
        return;
    }
    const QString decoded = m_decoder->decode(QByteArrayView(bytes, static_cast<qsizetype>(count)));
    const QByteArray utf8 = decoded.toUtf8();
    makeRoom(static_cast<std::size_t>(utf8.size()));
    std::memcpy(m_buffer.data() + m_end, utf8.constData(), static_cast<std::size_t>(utf8.size()));
    m_end += static_cast<std::size_t>(utf8.size());
}

} // namespace apex::backend
