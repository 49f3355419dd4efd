// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/secret_search.h"

#include <QDirIterator>
#include <QFile>

namespace apex::test {

using namespace Qt::StringLiterals;

namespace {

/// The end of a token is the part no other token shares, and it is found in whole and in cut tokens alike.
constexpr qsizetype telling = 36;

QByteArray utf16(const QByteArray& text) {
    const QString wide = QString::fromLatin1(text);
    return QByteArray(reinterpret_cast<const char*>(wide.utf16()), wide.size() * 2);
}

/// Base64 of the text as it looks inside a longer text that starts `offset` bytes earlier, without the
/// characters that depend on the neighbours.
QByteArray base64At(const QByteArray& text, int offset) {
    const QByteArray shifted = QByteArray(offset, '\0') + text;
    const QByteArray whole = shifted.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    return whole.mid(4, whole.size() - 8);
}

} // namespace

std::vector<std::pair<QString, QByteArray>> SecretSearch::formsOf(const QByteArray& secret) {
    const QByteArray end = secret.right(telling);
    std::vector<std::pair<QString, QByteArray>> forms{
        {u"plain"_s, end}, {u"UTF-16"_s, utf16(end)}, {u"hex"_s, end.toHex()}};
    if (const QByteArray encoded = end.toPercentEncoding(); encoded != end)
        forms.emplace_back(u"percent-encoded"_s, encoded);
    for (int offset = 0; offset < 3; ++offset) {
        QByteArray url = base64At(end, offset);
        forms.emplace_back(u"base64url"_s, url);
        const QByteArray standard = QByteArray(url).replace('-', '+').replace('_', '/');
        if (standard != url)
            forms.emplace_back(u"base64"_s, standard);
    }
    return forms;
}

void SecretSearch::add(const QString& name, const QByteArray& secret) {
    Q_ASSERT(secret.size() >= 24);
    if (m_secrets.contains(secret))
        return;
    m_secrets.append(secret);
    for (const auto& [form, bytes] : formsOf(secret))
        m_needles.push_back({u"%1 %2 (%3)"_s.arg(name).arg(m_secrets.size()).arg(form), bytes});
}

QStringList SecretSearch::in(const QByteArray& bytes) const {
    QStringList found;
    for (const Needle& needle : m_needles) {
        if (bytes.contains(needle.bytes))
            found.append(needle.name);
    }
    return found;
}

QStringList SecretSearch::inFolder(const QString& folder, int* scanned) const {
    QStringList found;
    QDirIterator files(folder, QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        ++*scanned;
        for (const QString& what : in(file.readAll()))
            found.append(file.fileName() + u": "_s + what);
    }
    return found;
}

} // namespace apex::test
