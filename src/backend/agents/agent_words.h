// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

namespace apex::backend {

/// What the agents say, in the user's language; the source text is marked with QT_TRANSLATE_NOOP("Agents",
/// ...).
[[nodiscard]] inline QString say(const char* text) {
    return QCoreApplication::translate("Agents", text);
}

} // namespace apex::backend
