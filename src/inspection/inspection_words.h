// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

namespace apex::inspection {

/// What a reading of a recording says, in the user's language; the source text is marked with
/// QT_TRANSLATE_NOOP("Inspection", ...).
[[nodiscard]] inline QString tr(const char* text) {
    return QCoreApplication::translate("Inspection", text);
}

} // namespace apex::inspection
