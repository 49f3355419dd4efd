// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/refresh_lock.h"

#include "base/logging.h"
#include "environment/paths.h"

#include <QCryptographicHash>
#include <QDir>

namespace apex::auth {

namespace {

constexpr auto pause = std::chrono::milliseconds(250);
constexpr int maxAttempts = 140;
constexpr int staleMs = 120'000;

} // namespace

RefreshLock::RefreshLock(const QString& entryKey, QObject* parent) : QObject(parent), m_entryKey(entryKey) {
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RefreshLock::attempt);
}

RefreshLock::~RefreshLock() = default;

void RefreshLock::acquire(std::function<void(bool)> done) {
    m_done = std::move(done);
    m_attempts = 0;
    if (!m_file) {
        const auto paths = environment::resolvePaths();
        const QString folder = paths ? paths->cache + QStringLiteral("/locks") : QString();
        if (folder.isEmpty() || !QDir().mkpath(folder)) {
            qCWarning(logAuth) << "no folder for the refresh lock";
            settle(false);
            return;
        }
        const QByteArray hash =
            QCryptographicHash::hash(m_entryKey.toUtf8(), QCryptographicHash::Sha256).toHex();
        m_file = std::make_unique<QLockFile>(folder + u'/' + QString::fromLatin1(hash.left(24)) +
                                             QStringLiteral(".lock"));
        m_file->setStaleLockTime(staleMs);
    }
    m_timer.start(0);
}

void RefreshLock::release() {
    m_timer.stop();
    m_done = nullptr;
    if (m_file)
        m_file->unlock();
}

void RefreshLock::attempt() {
    if (m_file->tryLock(0)) {
        settle(true);
    } else if (++m_attempts < maxAttempts && m_file->error() == QLockFile::LockFailedError) {
        m_timer.start(pause);
    } else {
        qCWarning(logAuth) << "the refresh lock could not be had; error" << m_file->error();
        settle(false);
    }
}

void RefreshLock::settle(bool held) {
    QMetaObject::invokeMethod(
        this,
        [this, held] {
            if (auto done = std::exchange(m_done, nullptr))
                done(held);
        },
        Qt::QueuedConnection);
}

} // namespace apex::auth
