// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace apex::auth {

/// The page the browser shows at the end; fixed text, nothing of the request is in it.
struct ReturnPage {
    QByteArray html;
    QByteArray contentSecurityPolicy;
};

/// `granted`: a code came; otherwise the sign-in ended without one.
[[nodiscard]] ReturnPage returnPage(bool granted);

} // namespace apex::auth
