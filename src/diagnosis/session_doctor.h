// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "diagnosis/doctor.h"
#include "diagnosis/sign_in_journal.h"
#include "session/account_session.h"

namespace apex::diagnosis {

/// What a doctor of a session's environment needs; the session is started if it is not yet. All outlive the
/// doctor.
[[nodiscard]] DoctorParts partsFor(session::AccountSession& session, const environment::Paths& paths,
                                   credentials::SecretStore& store, QNetworkAccessManager& network);

/// Writes into the journal what happens to the session's sign-in, for as long as the session lives.
void keepJournal(session::AccountSession& session, const environment::Paths& paths);

} // namespace apex::diagnosis
