// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/secret_store.h"

#include <memory>

namespace apex::credentials {

/// Largest entry the operating system's store takes, in bytes; 0 for no limit (Windows: 2560 with QtKeychain
/// 0.13).
[[nodiscard]] qsizetype platformEntryCap();

/// The operating system's keychain, service name "Apex Desktop"; never falls back to a file. Calls run one
/// after the other; a prompt may hold them up for as long as the person needs (waitingForPrompt after 5 s).
/// One thread with an event loop, the same for every store of the process.
class KeychainStore final : public SecretStore {
    Q_OBJECT
public:
    /// Secrets that do not fit into `entryCap` bytes are kept in parts.
    explicit KeychainStore(qsizetype entryCap = platformEntryCap(), QObject* parent = nullptr);
    ~KeychainStore() override;

    void read(const QString& key, QObject* context, ReadDone done) override;
    void write(const QString& key, Secret secret, QObject* context, WriteDone done) override;
    void remove(const QString& key, QObject* context, WriteDone done) override;
    [[nodiscard]] QString backendName() const override;

private:
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace apex::credentials
