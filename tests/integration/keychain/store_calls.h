// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/secret_store.h"

#include <QTest>

#include <optional>

namespace apex::test {

/// Name of an outcome, so that a failing comparison says what came.
inline QString nameOf(const credentials::ReadOutcome& outcome) {
    static const QStringList names{QStringLiteral("found"),       QStringLiteral("not found"),
                                   QStringLiteral("locked"),      QStringLiteral("denied"),
                                   QStringLiteral("unavailable"), QStringLiteral("corrupt")};
    return names.at(static_cast<int>(outcome.index()));
}

/// Reads and waits; the answer is empty if none came within 20 s.
inline std::optional<credentials::ReadOutcome> readNow(credentials::SecretStore& store, const QString& key) {
    QObject context;
    std::optional<credentials::ReadOutcome> result;
    store.read(key, &context, [&](credentials::ReadOutcome outcome) { result = std::move(outcome); });
    [[maybe_unused]] const bool came = QTest::qWaitFor([&] { return result.has_value(); }, 20'000);
    return result;
}

inline QString readName(credentials::SecretStore& store, const QString& key) {
    const auto outcome = readNow(store, key);
    return outcome ? nameOf(*outcome) : QStringLiteral("no answer");
}

inline QByteArray readBytes(credentials::SecretStore& store, const QString& key) {
    const auto outcome = readNow(store, key);
    const auto* found = outcome ? std::get_if<credentials::Found>(&*outcome) : nullptr;
    return found ? found->secret.reveal() : QByteArrayLiteral("(none)");
}

inline Expected<void>
waitFor(const std::function<void(QObject*, credentials::SecretStore::WriteDone)>& call) {
    QObject context;
    std::optional<Expected<void>> result;
    call(&context, [&](Expected<void> outcome) { result = std::move(outcome); });
    if (!QTest::qWaitFor([&] { return result.has_value(); }, 20'000))
        return fail(ErrorKind::Timeout, QStringLiteral("no answer"));
    return *result;
}

inline Expected<void> writeNow(credentials::SecretStore& store, const QString& key, const QByteArray& bytes) {
    return waitFor([&](QObject* context, credentials::SecretStore::WriteDone done) {
        store.write(key, Secret(QByteArray(bytes.constData(), bytes.size())), context, std::move(done));
    });
}

inline Expected<void> removeNow(credentials::SecretStore& store, const QString& key) {
    return waitFor([&](QObject* context, credentials::SecretStore::WriteDone done) {
        store.remove(key, context, std::move(done));
    });
}

} // namespace apex::test
