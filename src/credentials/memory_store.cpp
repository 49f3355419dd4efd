// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/memory_store.h"

namespace apex::credentials {

void MemoryStore::read(const QString& key, QObject* context, ReadDone done) {
    // The answer is built when it is delivered: a queued functor has to be copyable, a secret is not.
    QMetaObject::invokeMethod(
        context,
        [this, key, done = std::move(done)] {
            const auto entry = m_entries.find(key);
            done(entry == m_entries.end() ? ReadOutcome(NotFound{})
                                          : ReadOutcome(Found{entry->second.clone()}));
        },
        Qt::QueuedConnection);
}

void MemoryStore::write(const QString& key, Secret secret, QObject* context, WriteDone done) {
    m_entries[key] = std::move(secret);
    QMetaObject::invokeMethod(
        context, [done = std::move(done)] { done({}); }, Qt::QueuedConnection);
}

void MemoryStore::remove(const QString& key, QObject* context, WriteDone done) {
    m_entries.erase(key);
    QMetaObject::invokeMethod(
        context, [done = std::move(done)] { done({}); }, Qt::QueuedConnection);
}

QString MemoryStore::backendName() const {
    return tr("this session only");
}

} // namespace apex::credentials
