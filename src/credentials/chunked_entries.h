// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/chunk_manifest.h"
#include "credentials/entry_port.h"

#include <memory>

namespace apex::credentials {

/// Secrets of any size over a store that may cap its entries: new parts first, then the manifest, then the
/// old parts go (house-style.md C.2). A cut-short write leaves the old secret readable. One call at a time.
class ChunkedEntries final {
public:
    /// `port` must outlive this; `cap` is the largest entry in bytes, 0 for no limit.
    ChunkedEntries(EntryPort& port, qsizetype cap);

    void read(const QString& key, SecretStore::ReadDone done);
    void write(const QString& key, Secret secret, SecretStore::WriteDone done);
    void remove(const QString& key, SecretStore::WriteDone done);

private:
    struct Gathering;
    struct Writing;

    void gather(std::shared_ptr<Gathering> task);
    void writeChunked(std::shared_ptr<Writing> task);
    void writeNextPart(std::shared_ptr<Writing> task);
    void writeMain(std::shared_ptr<Writing> task);
    void sweep(const QString& key, char generation, int index, std::function<void()> done);

    EntryPort& m_port;
    qsizetype m_cap;
};

} // namespace apex::credentials
