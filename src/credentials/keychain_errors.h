// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "credentials/secret_service_probe.h"
#include "credentials/secret_store.h"

namespace apex::credentials {

/// What a keychain job answered, without QtKeychain's types.
enum class JobAnswer { Ok, NotFound, DeniedByPerson, Denied, NoStore, Other };

/// True if the answer must not be believed before the store was asked for its condition.
[[nodiscard]] bool needsProbe(JobAnswer answer, bool isRemoval);

/// The outcome of a read that yielded no secret; `details` is the job's own text.
[[nodiscard]] ReadOutcome readOutcome(JobAnswer answer, const StoreCondition& condition,
                                      const QString& details);
/// The outcome of a write.
[[nodiscard]] Expected<void> writeOutcome(JobAnswer answer, const StoreCondition& condition,
                                          const QString& details);
/// The outcome of a removal; "not there" is success once the store is known to be open.
[[nodiscard]] Expected<void> removeOutcome(JobAnswer answer, const StoreCondition& condition,
                                           const QString& details);

} // namespace apex::credentials
