// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

namespace apex::protocol {

/// What the decoder says of a frame, in the user's language; the source text is marked with
/// QT_TRANSLATE_NOOP("Protocol", ...).
[[nodiscard]] inline QString tr(const char* text) {
    return QCoreApplication::translate("Protocol", text);
}

} // namespace apex::protocol
