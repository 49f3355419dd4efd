// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QString>
#include <QStringList>

#include <vector>

namespace apex::test {

/// Looks for known secrets in bytes and files, plain and in the encodings a leak would come in: UTF-16, hex,
/// base64 at any offset, percent-encoded. Names what it found without repeating it.
class SecretSearch {
public:
    /// Adds a secret of at least 24 bytes; shorter ones would be found by chance.
    void add(const QString& name, const QByteArray& secret);
    [[nodiscard]] qsizetype count() const { return m_secrets.size(); }

    /// What of the secrets is in the bytes, as "access token 1 (base64)"; empty if nothing.
    [[nodiscard]] QStringList in(const QByteArray& bytes) const;
    /// The same for every file below the folder, symbolic links not followed; `scanned` counts them.
    [[nodiscard]] QStringList inFolder(const QString& folder, int* scanned) const;

    /// All forms of one secret that are looked for, for the test of this search itself.
    [[nodiscard]] static std::vector<std::pair<QString, QByteArray>> formsOf(const QByteArray& secret);

private:
    struct Needle {
        QString name;
        QByteArray bytes;
    };
    QByteArrayList m_secrets;
    std::vector<Needle> m_needles;
};

} // namespace apex::test
