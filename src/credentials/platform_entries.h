// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/entry_port.h"
#include "credentials/keychain_errors.h"

#include <QObject>

namespace QKeychain {
class Job;
}

namespace apex::credentials {

/// The operating system's store through QtKeychain, with its misleading answers put right. Main thread.
class PlatformEntries final : public QObject, public EntryPort {
    Q_OBJECT
public:
    using QObject::QObject;

    void read(const QString& key, SecretStore::ReadDone done) override;
    void write(const QString& key, Secret secret, SecretStore::WriteDone done) override;
    void remove(const QString& key, SecretStore::WriteDone done) override;

private:
    struct Finished {
        JobAnswer answer = JobAnswer::Other;
        QString details;
        StoreCondition condition;
    };
    void run(QKeychain::Job* job, bool isRemoval, std::function<void(const Finished&)> done);
};

} // namespace apex::credentials
