// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QByteArray>
#include <QList>

#include <memory>
#include <stop_token>
#include <string_view>

namespace apex::backend {

/// Size of the blocks of a file that are read, parsed and hashed for themselves, so that several threads can
/// share a large file.
inline constexpr std::uint64_t contentBlock = 4 * 1024 * 1024;

/// 128 bits that tell one block from another.
[[nodiscard]] QByteArray blockDigest(std::string_view block);
/// Identity of a file's bytes: 128 bits over the digests of its blocks and its size.
[[nodiscard]] QByteArray contentId(const QList<QByteArray>& blockDigests, std::uint64_t size);

/// Takes a file's bytes in any portions and gives its content id.
class ContentHasher {
public:
    ContentHasher();
    ~ContentHasher();
    ContentHasher(const ContentHasher&) = delete;
    ContentHasher& operator=(const ContentHasher&) = delete;
    void add(std::string_view bytes);
    [[nodiscard]] QByteArray finish();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Content id of a file; `name` is for errors. Cancelled when stopped.
[[nodiscard]] Expected<QByteArray> contentIdOfFile(const QString& path, const QString& name,
                                                   const std::stop_token& stop);

} // namespace apex::backend
