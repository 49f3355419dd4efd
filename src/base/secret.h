// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

class QDebug;

namespace apex {

/// Bytes that must not leak: move-only, wiped on destruction, printed as "[secret]".
///
/// Wiping is best effort: copies Qt made inside network buffers are out of reach.
class Secret {
public:
    Secret() = default;
    /// Takes the bytes; the caller should not keep its own copy.
    explicit Secret(QByteArray bytes);
    ~Secret();
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    /// The bytes, for handing to the keychain or the network only.
    [[nodiscard]] const QByteArray& reveal() const { return m_bytes; }
    [[nodiscard]] bool isEmpty() const { return m_bytes.isEmpty(); }
    [[nodiscard]] qsizetype size() const { return m_bytes.size(); }
    /// An explicit second copy, where an API needs one.
    [[nodiscard]] Secret clone() const { return Secret(QByteArray(m_bytes.constData(), m_bytes.size())); }
    /// Comparison whose time does not depend on where the bytes differ.
    [[nodiscard]] bool equals(const Secret& other) const;

private:
    void wipe();
    QByteArray m_bytes;
};

/// Prints "[secret]".
QDebug operator<<(QDebug debug, const Secret& secret);

/// Constant-time comparison of equal-length byte strings; false at once if lengths differ.
[[nodiscard]] bool constantTimeEquals(QByteArrayView a, QByteArrayView b);

} // namespace apex
