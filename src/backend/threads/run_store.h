// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/storage/database.h"
#include "base/clock.h"
#include "base/ids.h"

#include <optional>
#include <vector>

namespace apex::backend {

/// A run as the database knows it.
struct StoredRun {
    RunId id;
    UserId owner;
    ThreadId thread;
    QString request;
};

/// Which runs there were, so that an id is never used twice and a crash is not taken for silence.
/// Thread of the database only.
class RunStore {
public:
    RunStore(const Database& database, const Clock& clock) : m_database(database), m_clock(clock) {}

    /// The run with this id, whoever owns it.
    [[nodiscard]] Expected<std::optional<StoredRun>> find(const RunId& id) const;
    [[nodiscard]] Expected<void> begin(const StoredRun& run) const;
    /// `state` is "completed", "failed" or "stopped".
    [[nodiscard]] Expected<void> end(const RunId& id, const QString& state) const;
    /// Marks runs that an earlier process left unfinished as "interrupted" and returns them.
    [[nodiscard]] Expected<std::vector<StoredRun>> takeInterrupted() const;

private:
    const Database& m_database;
    const Clock& m_clock;
};

/// Frames that found no socket of their user: kept in order, bounded, across restarts. Thread of the database
/// only.
class UndeliveredFrames {
public:
    /// At most this many frames are kept for one user; the oldest go first, and are counted.
    static constexpr int mostFrames = 5000;

    explicit UndeliveredFrames(const Database& database) : m_database(database) {}

    [[nodiscard]] Expected<void> keep(const UserId& user, const std::vector<QByteArray>& frames) const;

    struct Kept {
        std::vector<QByteArray> frames; ///< oldest first
        int lost = 0;                   ///< how many older ones had to be given up
    };
    /// Everything kept for the user; it is forgotten here.
    [[nodiscard]] Expected<Kept> take(const UserId& user) const;

private:
    const Database& m_database;
};

} // namespace apex::backend
