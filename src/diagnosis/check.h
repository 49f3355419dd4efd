// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "diagnosis/fault.h"

#include <QString>
#include <QStringList>

namespace apex::diagnosis {

/// How a check stands.
enum class CheckState {
    Waiting,
    Running,
    Ok,
    Warning, ///< works, but worth knowing
    Failed,
    Skipped, ///< could not be tried; `found` says why
};

/// One named check: what was looked at, what was found, what it means, what to do. Holds nothing secret.
struct Check {
    QString name = {};  ///< stable: "keychain", "socket"
    QString title = {}; ///< for people
    CheckState state = CheckState::Waiting;
    Fault fault = Fault::None;
    QString found = {};     ///< what was found, one line
    QString means = {};     ///< of a fault; else empty
    QString fix = {};       ///< what to do; empty if there is nothing to do
    QStringList facts = {}; ///< details, one line each
};

/// "ok", "warning", "failed", "skipped", "running", "waiting".
[[nodiscard]] QString stateName(CheckState state);

} // namespace apex::diagnosis
