// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/running_digest.h"

#include <openssl/evp.h>

#include <new>

namespace apex::history {

struct RunningDigest::Private {
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

RunningDigest::RunningDigest() : m_private(std::make_unique<Private>()) {
    if (!m_private->context)
        throw std::bad_alloc();
    reset();
}

RunningDigest::~RunningDigest() = default;

void RunningDigest::reset() {
    // Fails where a provider without SHA-256 is configured: no recording could be closed then.
    if (EVP_DigestInit_ex(m_private->context.get(), EVP_sha256(), nullptr) != 1)
        qFatal("libcrypto offers no SHA-256");
}

void RunningDigest::add(QByteArrayView bytes) {
    if (EVP_DigestUpdate(m_private->context.get(), bytes.data(), static_cast<std::size_t>(bytes.size())) != 1)
        qFatal("libcrypto failed to hash");
}

QByteArray RunningDigest::result() {
    QByteArray digest(EVP_MAX_MD_SIZE, Qt::Uninitialized);
    unsigned length = 0;
    if (EVP_DigestFinal_ex(m_private->context.get(), reinterpret_cast<unsigned char*>(digest.data()),
                           &length) != 1)
        qFatal("libcrypto failed to hash");
    digest.truncate(static_cast<qsizetype>(length));
    return digest;
}

} // namespace apex::history
