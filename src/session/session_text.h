// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/account_session.h"

namespace apex::session {

/// Words for states, the same in the window and in the terminal. Pure; times count from `now`.
[[nodiscard]] QString signInStateText(AccountSession::SignInState state);
/// "Connecting (attempt 3)", "Offline, retry in 4 s", "Connected, 42 ms".
[[nodiscard]] QString linkText(const connection::LinkState& state, WallTime now);
/// What a verdict means, in one sentence.
[[nodiscard]] QString verdictText(runs::Verdict verdict);
/// "Completed", "Failed", "Stopped", "Outcome unknown"; never a word of success without a terminal event.
[[nodiscard]] QString outcomeText(runs::Outcome outcome, bool ended);
/// Badge of an answer; empty for a full one.
[[nodiscard]] QString answerKindText(AnswerKind kind);
/// Where a message of ours stands; empty for None.
[[nodiscard]] QString deliveryText(Delivery delivery);
/// Said when a sent message has had no event for a while.
[[nodiscard]] Error noReactionYet();
/// What a close code means, without the code.
[[nodiscard]] QString closeCodeText(int code);

} // namespace apex::session
