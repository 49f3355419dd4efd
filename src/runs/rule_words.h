// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

namespace apex::runs {

/// What a rule found, in the user's language; the source text is marked with QT_TRANSLATE_NOOP("Rules", ...).
[[nodiscard]] inline QString tr(const char* text) {
    return QCoreApplication::translate("Rules", text);
}

} // namespace apex::runs
