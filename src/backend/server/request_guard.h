// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/http_message.h"

namespace apex::backend {

/// Stands before every route: only requests that name this server and come from no foreign web page pass.
class RequestGuard {
public:
    /// `port` is the one this server listens on.
    explicit RequestGuard(quint16 port);

    /// 421 for a Host that is not a loopback name with our port (DNS rebinding), 403 for an Origin that is
    /// not ours or a Sec-Fetch-Site of another site on anything but a plain navigation; nothing if the
    /// request may pass.
    [[nodiscard]] std::optional<HttpResponse> refuse(const HttpRequest& request) const;

private:
    QList<QByteArray> m_hosts;
};

} // namespace apex::backend
