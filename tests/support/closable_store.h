// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/memory_store.h"

#include <optional>

namespace apex::test {

/// A store that can be closed like a keychain that its owner locks; what it holds stays.
class ClosableStore final : public credentials::SecretStore {
public:
    void read(const QString& key, QObject* context, ReadDone done) override {
        if (trouble)
            QMetaObject::invokeMethod(
                context, [done, error = *trouble] { done(credentials::Locked{error}); },
                Qt::QueuedConnection);
        else
            m_memory.read(key, context, std::move(done));
    }
    void write(const QString& key, Secret secret, QObject* context, WriteDone done) override {
        if (trouble)
            refuse(context, std::move(done));
        else
            m_memory.write(key, std::move(secret), context, std::move(done));
    }
    void remove(const QString& key, QObject* context, WriteDone done) override {
        if (trouble)
            refuse(context, std::move(done));
        else
            m_memory.remove(key, context, std::move(done));
    }
    [[nodiscard]] QString backendName() const override { return m_memory.backendName(); }

    std::optional<Error> trouble;

private:
    void refuse(QObject* context, WriteDone done) {
        QMetaObject::invokeMethod(
            context, [done = std::move(done), error = *trouble] { done(fail(error)); }, Qt::QueuedConnection);
    }

    credentials::MemoryStore m_memory;
};

} // namespace apex::test
