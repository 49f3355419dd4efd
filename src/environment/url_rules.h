// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QUrl>

namespace apex::environment {

/// True for "localhost", 127.0.0.0/8 and ::1 as literals; names are never resolved.
[[nodiscard]] bool isLoopbackHost(const QString& host);

/// Why `url` may not be used as a base address, in words; empty if it may. `schemes` holds the secure scheme
/// first and its plain sibling second; the plain one is allowed to loopback only (design.md 4.7).
[[nodiscard]] QString urlObjection(const QUrl& url, const QStringList& schemes);

/// {"https", "http"}.
[[nodiscard]] QStringList httpSchemes();
/// {"wss", "ws"}.
[[nodiscard]] QStringList socketSchemes();

} // namespace apex::environment
