// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLockFile>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

namespace apex::auth {

/// Keeps two processes of one home from using the same single-use refresh token at once. Waits without
/// blocking. Main thread.
class RefreshLock final : public QObject {
    Q_OBJECT
public:
    /// `entryKey` names the account; the file lies in the home's cache folder.
    RefreshLock(const QString& entryKey, QObject* parent);
    ~RefreshLock() override;

    /// Calls back, later, once the lock is held (true) or could not be had within 35 s (false).
    void acquire(std::function<void(bool)> done);
    void release();

private:
    void attempt();
    void settle(bool held);

    QString m_entryKey;
    std::unique_ptr<QLockFile> m_file;
    std::function<void(bool)> m_done;
    QTimer m_timer;
    int m_attempts = 0;
};

} // namespace apex::auth
