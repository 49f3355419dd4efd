// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

namespace apex::backend {

/// What is said of the language model, in the user's language; the source text is marked with
/// QT_TRANSLATE_NOOP("LanguageModel", ...).
[[nodiscard]] inline QString modelWords(const char* text) {
    return QCoreApplication::translate("LanguageModel", text);
}

} // namespace apex::backend
