// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <functional>

namespace apex::credentials {

/// What the platform's store itself says of its state, asked past QtKeychain: QtKeychain 0.13 reports a
/// locked collection as "entry not found" and as "deleted" (machine-notes.md 3 A).
struct StoreCondition {
    enum class Kind {
        Open,         ///< unlocked, or this platform's answers can be believed as they are
        Locked,       ///< the default collection, or all there is, is locked
        NoCollection, ///< the service runs but has no collection to write to, and none that could hold an
                      ///< entry
        Unreachable,  ///< no service answers
    };
    Kind kind = Kind::Open;
    QString details; ///< for support
};

/// Asks once; answers later in the main thread unless `context` died. Never opens a prompt.
void probeStore(QObject* context, std::function<void(StoreCondition)> done);

/// Name of the platform's store for people.
[[nodiscard]] QString platformStoreName();

} // namespace apex::credentials
