// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"

#include <QObject>
#include <QString>

#include <functional>

namespace apex::cli {

/// Reads one line of standard input, at most 64 KiB, without the line end. On a terminal `prompt` goes to
/// stderr and what is typed is not shown. Blocks. Empty at the end of the input.
[[nodiscard]] Secret readSecretLine(const QString& prompt);

/// The same without blocking: `ready` is called in the main thread, where `context` lives, unless that is
/// gone by then.
void readSecretLineLater(const QString& prompt, QObject* context, std::function<void(Secret)> ready);

} // namespace apex::cli
