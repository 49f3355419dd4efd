// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLoggingCategory>

namespace apex {

Q_DECLARE_LOGGING_CATEGORY(logAuth)
Q_DECLARE_LOGGING_CATEGORY(logBackend)
Q_DECLARE_LOGGING_CATEGORY(logConnection)
Q_DECLARE_LOGGING_CATEGORY(logCredentials)
Q_DECLARE_LOGGING_CATEGORY(logHistory)
Q_DECLARE_LOGGING_CATEGORY(logSession)
Q_DECLARE_LOGGING_CATEGORY(logUi)

/// Installs a message handler that redacts every line. All go to the rotating file if one is given (5 MiB,
/// one predecessor kept); all but info lines also go to stderr. Call once, before other threads start.
void installLogging(const QString& filePath = {});

} // namespace apex
