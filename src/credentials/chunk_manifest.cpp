// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/chunk_manifest.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QList>

#include <algorithm>

namespace apex::credentials {

namespace {

const QByteArray directMark = QByteArrayLiteral("apex1 direct\n");
const QByteArray chunkedMark = QByteArrayLiteral("apex1 chunked ");

struct ChunkManifestWords {
    Q_DECLARE_TR_FUNCTIONS(apex::credentials::ChunkManifest)
};

tl::unexpected<Error> notUnderstood() {
    return fail(ErrorKind::Storage,
                ChunkManifestWords::tr("The keychain entry of this sign-in cannot be understood."),
                ChunkManifestWords::tr("Sign in again; this replaces the entry."));
}

std::optional<ChunkManifest> parseManifest(const QByteArray& text) {
    const QList<QByteArray> fields = text.split(' ');
    if (fields.size() != 4)
        return std::nullopt;
    bool countOk = false;
    bool lengthOk = false;
    ChunkManifest manifest{.generation = fields[0] == "a" ? 'a' : 'b',
                           .count = fields[1].toInt(&countOk),
                           .length = fields[2].toLongLong(&lengthOk),
                           .sha256 = fields[3]};
    const bool hex = std::all_of(manifest.sha256.begin(), manifest.sha256.end(),
                                 [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if ((fields[0] != "a" && fields[0] != "b") || !countOk || !lengthOk || manifest.count < 1 ||
        manifest.count > maxChunks || manifest.length < 0 || manifest.sha256.size() != 64 || !hex)
        return std::nullopt;
    return manifest;
}

} // namespace

Secret encodeDirect(const Secret& secret) {
    return Secret(directMark + secret.reveal());
}

Secret encodeManifest(const ChunkManifest& manifest) {
    return Secret(chunkedMark + manifest.generation + ' ' + QByteArray::number(manifest.count) + ' ' +
                  QByteArray::number(manifest.length) + ' ' + manifest.sha256);
}

Expected<MainEntry> decodeMainEntry(const Secret& entry) {
    const QByteArray& bytes = entry.reveal();
    if (bytes.startsWith(directMark))
        return MainEntry(Secret(bytes.mid(directMark.size())));
    if (!bytes.startsWith(chunkedMark))
        return notUnderstood();
    const auto manifest = parseManifest(bytes.mid(chunkedMark.size()));
    if (!manifest)
        return notUnderstood();
    return MainEntry(*manifest);
}

qsizetype directOverhead() {
    return directMark.size();
}

std::vector<Secret> cut(const Secret& secret, qsizetype cap) {
    std::vector<Secret> parts;
    for (qsizetype at = 0; at < secret.size(); at += cap)
        parts.emplace_back(secret.reveal().mid(at, cap));
    return parts;
}

QByteArray hashOf(const Secret& secret) {
    return QCryptographicHash::hash(secret.reveal(), QCryptographicHash::Sha256).toHex();
}

QString chunkKey(const QString& key, char generation, int index) {
    return key + u'#' + QLatin1Char(generation) + QString::number(index);
}

} // namespace apex::credentials
