// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

/// What the fuzzers feed, and what an ordinary test replays over the committed corpus. Each checks its
/// invariants and aborts where one is broken.
namespace apex::fuzz {

/// One frame through both dialects.
void decodeFrame(const QByteArray& input);
/// Lines as frames through decoder and ledger: nothing lost, nothing completed without an end.
void judgeStream(const QByteArray& input);
/// Any input as a recording, through to the documents of `apex inspect`.
void inspectRecording(const QByteArray& input);
/// The input as the messages of a HAR file.
void inspectHar(const QByteArray& input);

} // namespace apex::fuzz
