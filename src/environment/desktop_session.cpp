// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/desktop_session.h"

#include <QString>

namespace apex::environment {

bool desktopPrefersKWallet() {
    const QString desktop = qEnvironmentVariable("XDG_CURRENT_DESKTOP");
    for (const QString& known : {QStringLiteral("GNOME"), QStringLiteral("Unity"), QStringLiteral("XFCE")}) {
        if (desktop == known)
            return false;
    }
    if (desktop == QStringLiteral("KDE"))
        return true;
    return qEnvironmentVariable("DESKTOP_SESSION") == QStringLiteral("kde");
}

} // namespace apex::environment
