// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <QByteArrayView>

/// Private to inspection/: what a recorded frame of ours meant for the runs.
namespace apex::inspection {

/// The little that the ledger needs to know of a frame the client sent.
struct SentFrame {
    enum class Kind { Other, Prompt, Stop };
    Kind kind = Kind::Other;
    ThreadId thread;
    RunId run;
};

/// Reads a sent frame; anything unreadable is Other.
[[nodiscard]] SentFrame readSentFrame(QByteArrayView frame);

/// True for types that only a client sends (protocol.md 3.5): in a recording that does not say who sent what,
/// such a frame was sent.
[[nodiscard]] bool isClientType(const QString& type);

} // namespace apex::inspection
