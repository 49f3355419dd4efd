// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/chunked_entries.h"

#include "base/logging.h"

#include <QCoreApplication>

namespace apex::credentials {

namespace {

struct ChunkedEntriesWords {
    Q_DECLARE_TR_FUNCTIONS(apex::credentials::ChunkedEntries)
};

char otherGeneration(char generation) {
    return generation == 'a' ? 'b' : 'a';
}

Corrupt incomplete(const QString& details) {
    return Corrupt{
        makeError(ErrorKind::Storage,
                  ChunkedEntriesWords::tr("The keychain entry of this sign-in is incomplete or was changed."),
                  ChunkedEntriesWords::tr("Sign in again; this replaces the entry."), details)};
}

/// The error of an outcome that is neither Found nor NotFound.
std::optional<Error> troubleOf(const ReadOutcome& outcome) {
    if (const auto* locked = std::get_if<Locked>(&outcome))
        return locked->error;
    if (const auto* denied = std::get_if<Denied>(&outcome))
        return denied->error;
    if (const auto* unavailable = std::get_if<Unavailable>(&outcome))
        return unavailable->error;
    return std::nullopt;
}

std::optional<ChunkManifest> manifestOf(const ReadOutcome& outcome) {
    const auto* found = std::get_if<Found>(&outcome);
    if (!found)
        return std::nullopt;
    const auto entry = decodeMainEntry(found->secret);
    if (!entry || !std::holds_alternative<ChunkManifest>(*entry))
        return std::nullopt;
    return std::get<ChunkManifest>(*entry);
}

} // namespace

struct ChunkedEntries::Gathering {
    QString key;
    ChunkManifest manifest;
    int next = 0;
    QByteArray bytes;
    SecretStore::ReadDone done;
};

struct ChunkedEntries::Writing {
    QString key;
    Secret secret;
    std::optional<ChunkManifest> old;
    std::vector<Secret> parts; ///< empty: the secret goes into the main entry
    ChunkManifest manifest;
    std::size_t next = 0;
    SecretStore::WriteDone done;
};

ChunkedEntries::ChunkedEntries(EntryPort& port, qsizetype cap) : m_port(port), m_cap(cap) {}

void ChunkedEntries::read(const QString& key, SecretStore::ReadDone done) {
    m_port.read(key, [this, key, done = std::move(done)](ReadOutcome outcome) {
        const auto* found = std::get_if<Found>(&outcome);
        if (!found) {
            done(std::move(outcome));
            return;
        }
        auto entry = decodeMainEntry(found->secret);
        if (!entry) {
            done(Corrupt{entry.error()});
            return;
        }
        if (auto* secret = std::get_if<Secret>(&*entry)) {
            done(Found{std::move(*secret)});
            return;
        }
        auto task = std::make_shared<Gathering>();
        task->key = key;
        task->manifest = std::get<ChunkManifest>(*entry);
        task->done = done;
        gather(std::move(task));
    });
}

void ChunkedEntries::gather(std::shared_ptr<Gathering> task) {
    if (task->next == task->manifest.count) {
        Secret whole(std::exchange(task->bytes, {}));
        if (whole.size() != task->manifest.length || hashOf(whole) != task->manifest.sha256)
            task->done(incomplete(QStringLiteral("the parts do not match the manifest")));
        else
            task->done(Found{std::move(whole)});
        return;
    }
    const QString key = chunkKey(task->key, task->manifest.generation, task->next);
    m_port.read(key, [this, task = std::move(task)](ReadOutcome outcome) {
        if (const auto* found = std::get_if<Found>(&outcome)) {
            task->bytes += found->secret.reveal();
            ++task->next;
            gather(task);
        } else if (std::holds_alternative<NotFound>(outcome)) {
            task->done(incomplete(QStringLiteral("part %1 is missing").arg(task->next)));
        } else {
            task->done(std::move(outcome));
        }
    });
}

void ChunkedEntries::write(const QString& key, Secret secret, SecretStore::WriteDone done) {
    auto task = std::make_shared<Writing>();
    task->key = key;
    task->secret = std::move(secret);
    task->done = std::move(done);
    if (m_cap <= 0) {
        writeMain(std::move(task));
        return;
    }
    m_port.read(key, [this, task = std::move(task)](ReadOutcome outcome) {
        if (const auto trouble = troubleOf(outcome)) {
            task->done(fail(*trouble));
            return;
        }
        task->old = manifestOf(outcome);
        writeChunked(task);
    });
}

void ChunkedEntries::writeChunked(std::shared_ptr<Writing> task) {
    if (task->secret.size() + directOverhead() > m_cap)
        task->parts = cut(task->secret, m_cap);
    if (task->parts.size() > static_cast<std::size_t>(maxChunks)) {
        task->done(fail(ErrorKind::TooLarge,
                        ChunkedEntriesWords::tr("The sign-in data is larger than the keychain can take."),
                        ChunkedEntriesWords::tr(
                            "Ask your administrator for smaller access tokens, or stay signed in for this "
                            "session only."),
                        QStringLiteral("%1 bytes").arg(task->secret.size())));
        return;
    }
    task->manifest = {.generation = task->old ? otherGeneration(task->old->generation) : 'a',
                      .count = static_cast<int>(task->parts.size()),
                      .length = task->secret.size(),
                      .sha256 = hashOf(task->secret)};
    writeNextPart(std::move(task));
}

void ChunkedEntries::writeNextPart(std::shared_ptr<Writing> task) {
    if (task->next == task->parts.size()) {
        writeMain(std::move(task));
        return;
    }
    const QString key = chunkKey(task->key, task->manifest.generation, static_cast<int>(task->next));
    Secret part = std::move(task->parts[task->next]);
    m_port.write(key, std::move(part), [this, task = std::move(task)](Expected<void> result) {
        if (!result) {
            task->done(std::move(result));
            return;
        }
        ++task->next;
        writeNextPart(task);
    });
}

void ChunkedEntries::writeMain(std::shared_ptr<Writing> task) {
    Secret main = task->parts.empty() ? encodeDirect(task->secret) : encodeManifest(task->manifest);
    m_port.write(task->key, std::move(main), [this, task](Expected<void> result) {
        if (!result || m_cap <= 0) {
            task->done(std::move(result));
            return;
        }
        // What a longer or older write left behind in either generation is a secret nobody needs any more.
        const int used = task->manifest.count;
        const char current = task->manifest.generation;
        sweep(task->key, current, used, [this, task, current] {
            sweep(task->key, otherGeneration(current), 0, [task] { task->done({}); });
        });
    });
}

/// Removes the parts from `index` on until there is none; a failure is logged, the new secret is safe by
/// then.
void ChunkedEntries::sweep(const QString& key, char generation, int index, std::function<void()> done) {
    const QString part = chunkKey(key, generation, index);
    m_port.read(part, [this, key, generation, index, part, done = std::move(done)](ReadOutcome outcome) {
        if (!std::holds_alternative<Found>(outcome) || index >= maxChunks) {
            if (const auto trouble = troubleOf(outcome))
                qCWarning(logCredentials).noquote() << "old parts may remain:" << trouble->forSupport();
            done();
            return;
        }
        m_port.remove(part, [this, key, generation, index, done](const Expected<void>& result) {
            if (!result) {
                qCWarning(logCredentials).noquote() << "an old part remains:" << result.error().forSupport();
                done();
                return;
            }
            sweep(key, generation, index + 1, done);
        });
    });
}

void ChunkedEntries::remove(const QString& key, SecretStore::WriteDone done) {
    // The main entry goes first: without it the parts are unreachable, so a cut-short removal still signs
    // out.
    m_port.remove(key, [this, key, done = std::move(done)](Expected<void> result) {
        if (!result || m_cap <= 0) {
            done(std::move(result));
            return;
        }
        sweep(key, 'a', 0, [this, key, done] { sweep(key, 'b', 0, [done] { done({}); }); });
    });
}

} // namespace apex::credentials
