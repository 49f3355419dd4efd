// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/keychain_store.h"

#include "credentials/chunked_entries.h"
#include "credentials/platform_entries.h"
#include "credentials/secret_service_probe.h"

#include <QPointer>
#include <QTimer>

#include <deque>

namespace apex::credentials {

namespace {

constexpr auto promptNotice = std::chrono::seconds(5);

} // namespace

struct KeychainStore::Private {
    using Task = std::function<void()>;

    Private(KeychainStore& store, qsizetype entryCap) : owner(store), chunks(entries, entryCap) {
        notice.setSingleShot(true);
        QObject::connect(&notice, &QTimer::timeout, &owner, [this] {
            waiting = true;
            Q_EMIT owner.waitingForPrompt(true);
        });
    }

    void enqueue(Task task) {
        tasks.push_back(std::move(task));
        if (!busy)
            startNext();
    }

    void startNext() {
        if (tasks.empty())
            return;
        busy = true;
        const Task task = std::move(tasks.front());
        tasks.pop_front();
        notice.start(promptNotice);
        task();
    }

    /// Ends the current task: first the notice, then the queue, then whoever waits, who may delete the store.
    void finish(const Task& answer) {
        notice.stop();
        busy = false;
        if (std::exchange(waiting, false))
            Q_EMIT owner.waitingForPrompt(false);
        QMetaObject::invokeMethod(
            &owner,
            [this] {
                if (!busy)
                    startNext();
            },
            Qt::QueuedConnection);
        answer();
    }

    SecretStore::WriteDone answering(QObject* context, SecretStore::WriteDone done) {
        return [this, context = QPointer<QObject>(context),
                done = std::move(done)](const Expected<void>& result) {
            finish([&] {
                if (context)
                    done(result);
            });
        };
    }

    KeychainStore& owner;
    PlatformEntries entries;
    ChunkedEntries chunks;
    std::deque<Task> tasks;
    QTimer notice;
    bool busy = false;
    bool waiting = false;
};

qsizetype platformEntryCap() {
#ifdef Q_OS_WIN
    return 2560;
#else
    return 0;
#endif
}

KeychainStore::KeychainStore(qsizetype entryCap, QObject* parent)
    : SecretStore(parent), m_private(std::make_unique<Private>(*this, entryCap)) {}

KeychainStore::~KeychainStore() = default;

void KeychainStore::read(const QString& key, QObject* context, ReadDone done) {
    m_private->enqueue([this, key, guard = QPointer<QObject>(context), done = std::move(done)] {
        m_private->chunks.read(key, [this, guard, done](ReadOutcome outcome) {
            m_private->finish([&] {
                if (guard)
                    done(std::move(outcome));
            });
        });
    });
}

void KeychainStore::write(const QString& key, Secret secret, QObject* context, WriteDone done) {
    // A queued function has to be copyable, a secret is not.
    auto held = std::make_shared<Secret>(std::move(secret));
    m_private->enqueue([this, key, held, answer = m_private->answering(context, std::move(done))] {
        m_private->chunks.write(key, std::move(*held), answer);
    });
}

void KeychainStore::remove(const QString& key, QObject* context, WriteDone done) {
    m_private->enqueue([this, key, answer = m_private->answering(context, std::move(done))] {
        m_private->chunks.remove(key, answer);
    });
}

QString KeychainStore::backendName() const {
    return platformStoreName();
}

} // namespace apex::credentials
