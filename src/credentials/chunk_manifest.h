// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/secret.h"

#include <QByteArray>
#include <QString>

#include <variant>
#include <vector>

namespace apex::credentials {

/// Where the parts of a secret are that does not fit into one entry. Two generations alternate, so that the
/// parts of a write that was cut short are overwritten by the next one.
struct ChunkManifest {
    char generation = 'a'; ///< 'a' or 'b'
    int count = 0;         ///< parts, 1 to maxChunks
    qsizetype length = 0;  ///< bytes of the whole secret
    QByteArray sha256;     ///< of the whole secret, 64 hex digits

    friend bool operator==(const ChunkManifest&, const ChunkManifest&) = default;
};

/// More parts than this are refused: a store is not a file system.
constexpr int maxChunks = 64;

/// What the main entry holds: the secret itself, or the manifest of its parts.
using MainEntry = std::variant<Secret, ChunkManifest>;

/// The main entry's bytes for a secret that fits.
[[nodiscard]] Secret encodeDirect(const Secret& secret);
/// The main entry's bytes for a secret in parts.
[[nodiscard]] Secret encodeManifest(const ChunkManifest& manifest);
/// Reads a main entry; an error if it is neither.
[[nodiscard]] Expected<MainEntry> decodeMainEntry(const Secret& entry);

/// Bytes encodeDirect() adds.
[[nodiscard]] qsizetype directOverhead();
/// Cuts a secret into parts of at most `cap` bytes.
[[nodiscard]] std::vector<Secret> cut(const Secret& secret, qsizetype cap);
/// SHA-256 as 64 hex digits.
[[nodiscard]] QByteArray hashOf(const Secret& secret);
/// Name of the entry of one part.
[[nodiscard]] QString chunkKey(const QString& key, char generation, int index);

} // namespace apex::credentials
