// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/secret.h"

#include <QObject>

#include <functional>
#include <variant>

namespace apex::credentials {

struct Found {
    Secret secret;
};
/// The store answered, and the entry is not there. The only answer that leads to the sign-in page.
struct NotFound {};
/// The store is there but locked.
struct Locked {
    Error error;
};
/// The person or a policy refused.
struct Denied {
    Error error;
};
/// No store is running or reachable.
struct Unavailable {
    Error error;
};
/// The entry is there but cannot be understood.
struct Corrupt {
    Error error;
};

/// Answer to a read; every alternative has its own consequence (design.md 4.5).
using ReadOutcome = std::variant<Found, NotFound, Locked, Denied, Unavailable, Corrupt>;

/// Where secrets are kept. Calls come back once, later, in the caller's thread, unless `context` died. Main
/// thread.
class SecretStore : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    using ReadDone = std::function<void(ReadOutcome)>;
    using WriteDone = std::function<void(Expected<void>)>;

    /// Reads the entry `key`.
    virtual void read(const QString& key, QObject* context, ReadDone done) = 0;
    /// Writes or updates in place.
    virtual void write(const QString& key, Secret secret, QObject* context, WriteDone done) = 0;
    /// Removes; succeeds only if the entry is known to be gone.
    virtual void remove(const QString& key, QObject* context, WriteDone done) = 0;
    /// What keeps the secrets, in words ("GNOME keyring", "this session only").
    [[nodiscard]] virtual QString backendName() const = 0;

Q_SIGNALS:
    /// An operation is taking long, probably because a prompt is open; show "waiting for your keyring".
    void waitingForPrompt(bool waiting);
};

/// Entry name: "<home hash>/<environment>/<account>/<what>" (QtKeychain ignores the service name on Windows).
[[nodiscard]] QString entryKey(const QString& homeHash, const QString& environment, const QString& account,
                               const QString& what);

} // namespace apex::credentials
