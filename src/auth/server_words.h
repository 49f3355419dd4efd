// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/redactor.h"

#include <QString>

namespace apex::auth {

/// A server's error code and description as one line for details: printable, short, redacted. Untrusted text.
[[nodiscard]] inline QString serverWords(const QByteArray& code, const QByteArray& description) {
    QString text = QString::fromUtf8(code.left(100));
    if (!description.isEmpty())
        text += QStringLiteral(": ") + QString::fromUtf8(description.left(500));
    for (QChar& c : text) {
        if (!c.isPrint())
            c = u' ';
    }
    return redact(text);
}

} // namespace apex::auth
