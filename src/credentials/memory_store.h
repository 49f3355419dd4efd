// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/secret_store.h"

#include <map>

namespace apex::credentials {

/// Keeps secrets for this session only; used when the person chose not to use the keychain. Main thread.
class MemoryStore final : public SecretStore {
    Q_OBJECT
public:
    using SecretStore::SecretStore;

    void read(const QString& key, QObject* context, ReadDone done) override;
    void write(const QString& key, Secret secret, QObject* context, WriteDone done) override;
    void remove(const QString& key, QObject* context, WriteDone done) override;
    [[nodiscard]] QString backendName() const override;

private:
    std::map<QString, Secret> m_entries;
};

} // namespace apex::credentials
