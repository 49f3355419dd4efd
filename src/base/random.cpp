// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/random.h"

#include <QRandomGenerator>

namespace apex {

QByteArray randomBytes(int count) {
    QByteArray bytes(count, Qt::Uninitialized);
    // global() is a seeded Mersenne twister; only system() may make secrets.
    for (char& byte : bytes)
        byte = static_cast<char>(QRandomGenerator::system()->bounded(256));
    return bytes;
}

QByteArray randomToken(int count) {
    return base64Url(randomBytes(count));
}

std::uint32_t randomBelow(std::uint32_t bound) {
    return QRandomGenerator::system()->bounded(bound);
}

QByteArray base64Url(const QByteArray& bytes) {
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace apex
