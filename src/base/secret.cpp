// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/secret.h"

#include <QDebug>

#include <utility>

namespace apex {

Secret::Secret(QByteArray bytes) : m_bytes(std::move(bytes)) {}

Secret::~Secret() {
    wipe();
}

Secret::Secret(Secret&& other) noexcept : m_bytes(std::exchange(other.m_bytes, {})) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        m_bytes = std::exchange(other.m_bytes, {});
    }
    return *this;
}

bool Secret::equals(const Secret& other) const {
    return constantTimeEquals(m_bytes, other.m_bytes);
}

void Secret::wipe() {
    // A shared buffer belongs to somebody else too; wiping it would detach a copy and wipe that instead.
    if (!m_bytes.isEmpty() && m_bytes.isDetached()) {
        volatile char* data = m_bytes.data();
        for (qsizetype i = 0; i < m_bytes.size(); ++i)
            data[i] = 0;
    }
    m_bytes.clear();
}

QDebug operator<<(QDebug debug, const Secret&) {
    return debug << "[secret]";
}

bool constantTimeEquals(QByteArrayView a, QByteArrayView b) {
    if (a.size() != b.size())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |=
            static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
    return difference == 0;
}

} // namespace apex
