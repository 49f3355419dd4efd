// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/content_id.h"

#include "backend/usage/call_record.h"
#include "backend/usage/usage_errors.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace apex::backend {

namespace {

constexpr std::size_t laneCount = 8;
constexpr std::size_t stripe = laneCount * sizeof(std::uint64_t);
constexpr std::array<std::uint64_t, laneCount> seeds{
    0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL, 0xa4093822299f31d0ULL, 0x082efa98ec4e6c89ULL,
    0x452821e638d01377ULL, 0xbe5466cf34e90c6cULL, 0xc0ac29b7c97c50ddULL, 0x3f84d5b5b5470917ULL};
constexpr std::array<std::uint64_t, laneCount> factors{
    0x9e3779b97f4a7c15ULL, 0xe7037ed1a0b428dbULL, 0x8ebc6af09c88c6e3ULL, 0x589965cc75374cc3ULL,
    0x1d8e4e27c47d124fULL, 0xeb44accab455d165ULL, 0xa0761d6478bd642fULL, 0xd6e8feb86659fd93ULL};

/// Eight independent lanes of multiply-and-fold: reading the bytes takes longer than this. Finds equal bytes
/// among one person's own files; it does not stand up to forgery and nothing rests on that.
class BlockHash {
public:
    void add(std::string_view bytes) {
        m_size += bytes.size();
        if (m_pending > 0) {
            const std::size_t taken = std::min(stripe - m_pending, bytes.size());
            std::memcpy(m_rest.data() + m_pending, bytes.data(), taken);
            m_pending += taken;
            bytes.remove_prefix(taken);
            if (m_pending < stripe)
                return;
            mix(m_rest.data());
            m_pending = 0;
        }
        for (; bytes.size() >= stripe; bytes.remove_prefix(stripe))
            mix(bytes.data());
        std::memcpy(m_rest.data(), bytes.data(), bytes.size());
        m_pending = bytes.size();
    }
    QByteArray finish() {
        std::memset(m_rest.data() + m_pending, 0, stripe - m_pending);
        mix(m_rest.data());
        IdentityHash all;
        all.add(static_cast<std::int64_t>(m_size));
        for (const std::uint64_t lane : m_lanes)
            all.add(static_cast<std::int64_t>(lane));
        const CallIdentity bits = all.identity();
        *this = BlockHash();
        QByteArray digest(2 * sizeof(std::uint64_t), Qt::Uninitialized);
        std::memcpy(digest.data(), &bits.messageHigh, sizeof bits.messageHigh);
        std::memcpy(digest.data() + sizeof bits.messageHigh, &bits.messageLow, sizeof bits.messageLow);
        return digest;
    }

private:
    void mix(const char* bytes) {
        for (std::size_t i = 0; i < laneCount; ++i) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes + i * sizeof word, sizeof word);
            const std::uint64_t lane = m_lanes[i];
            // The lane itself stays in the sum, so that no word can wipe out what came before it.
            m_lanes[i] = foldedProduct(lane ^ word, factors[i]) + (lane << 29U | lane >> 35U) + word;
        }
    }

    std::array<std::uint64_t, laneCount> m_lanes = seeds;
    std::array<char, stripe> m_rest{};
    std::size_t m_pending = 0;
    std::uint64_t m_size = 0;
};

} // namespace

QByteArray blockDigest(std::string_view block) {
    BlockHash hash;
    hash.add(block);
    return hash.finish();
}

QByteArray contentId(const QList<QByteArray>& blockDigests, std::uint64_t size) {
    QByteArray all = QByteArray::number(static_cast<qulonglong>(size));
    for (const QByteArray& digest : blockDigests)
        all += digest;
    return blockDigest(std::string_view(all.constData(), static_cast<std::size_t>(all.size())));
}

struct ContentHasher::Private {
    BlockHash block;
    QList<QByteArray> digests;
    std::uint64_t inBlock = 0;
    std::uint64_t size = 0;
};

ContentHasher::ContentHasher() : d(std::make_unique<Private>()) {}
ContentHasher::~ContentHasher() = default;

void ContentHasher::add(std::string_view bytes) {
    d->size += bytes.size();
    while (!bytes.empty()) {
        const auto taken = std::min<std::uint64_t>(bytes.size(), contentBlock - d->inBlock);
        d->block.add(bytes.substr(0, static_cast<std::size_t>(taken)));
        bytes.remove_prefix(static_cast<std::size_t>(taken));
        d->inBlock += taken;
        if (d->inBlock == contentBlock) {
            d->digests.append(d->block.finish());
            d->inBlock = 0;
        }
    }
}

QByteArray ContentHasher::finish() {
    if (d->inBlock > 0)
        d->digests.append(d->block.finish());
    d->inBlock = 0;
    return contentId(d->digests, d->size);
}

Expected<QByteArray> contentIdOfFile(const QString& path, const QString& name, const std::stop_token& stop) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return fail(file.exists() ? ErrorKind::Denied : ErrorKind::NotFound,
                    QCoreApplication::translate("UsageReader", "The file “%1” cannot be opened.").arg(name),
                    QCoreApplication::translate("UsageReader", "Attach the file again."), file.errorString());
    }
    ContentHasher hasher;
    std::vector<char> buffer(1024 * 1024);
    for (;;) {
        if (stop.stop_requested())
            return fail(readingStopped(name));
        const qint64 got = file.read(buffer.data(), static_cast<qint64>(buffer.size()));
        if (got < 0) {
            return fail(ErrorKind::Storage,
                        QCoreApplication::translate("UsageReader", "Reading the file “%1” failed.").arg(name),
                        QCoreApplication::translate("UsageReader", "Attach the file again."),
                        file.errorString());
        }
        if (got == 0)
            return hasher.finish();
        hasher.add(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
    }
}

} // namespace apex::backend
