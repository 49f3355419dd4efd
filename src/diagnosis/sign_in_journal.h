// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace apex::diagnosis {

/// What can happen to a sign-in.
enum class SignInEvent { SignedIn, Renewed, RenewalFailing, Ended, SignedOut, StoreTrouble };

/// One line of the journal.
struct SignInEntry {
    WallTime at{};
    SignInEvent event = SignInEvent::SignedIn;
    QString detail; ///< kind of the error, as errorKindName(); empty if there was none
};

/// What happened to the sign-ins of one environment on this computer, newest last: a small file of its own,
/// owner-only, without names and without secrets. Shared by all processes of a home. Any thread.
class SignInJournal {
public:
    /// The file is kept under `dataFolder` (Paths::data).
    SignInJournal(const QString& dataFolder, const EnvironmentId& environment);

    /// Adds one line; the oldest go once there are many.
    [[nodiscard]] Expected<void> add(const SignInEntry& entry);
    /// The last `limit` entries, oldest first; lines that cannot be read are left out.
    [[nodiscard]] std::vector<SignInEntry> last(int limit) const;
    [[nodiscard]] QString file() const { return m_file; }

private:
    [[nodiscard]] Expected<void> shorten();

    QString m_file;
};

/// The entry in words: "2026-11-22 16:37:21 UTC: renewed".
[[nodiscard]] QString entryWords(const SignInEntry& entry);

} // namespace apex::diagnosis
