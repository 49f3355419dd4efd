// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/secret_store.h"

namespace apex::credentials {

/// Single entries of a platform store as they are, without chunking. Callbacks come exactly once, later, from
/// the event loop and never from inside another job's signal; none comes after the port died. One call at a
/// time.
class EntryPort {
public:
    virtual ~EntryPort() = default;
    virtual void read(const QString& key, SecretStore::ReadDone done) = 0;
    virtual void write(const QString& key, Secret secret, SecretStore::WriteDone done) = 0;
    /// Succeeds only if the entry is known to be gone, also if it never was there.
    virtual void remove(const QString& key, SecretStore::WriteDone done) = 0;
};

} // namespace apex::credentials
