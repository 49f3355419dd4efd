// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inspection/recording.h"

#include <QByteArrayView>

/// Private to inspection/: the readers of the single formats.
namespace apex::inspection {

/// Reads a HAR file or a JSON list of frames; false if the input is neither, so it is read as lines.
[[nodiscard]] bool readWholeDocument(QByteArrayView text, const ReadLimits& limits, Recording& recording);
/// Reads JSON lines: an *.apexrec if the first line says so, else each line is a frame.
void readLines(QByteArrayView text, const ReadLimits& limits, Recording& recording);

} // namespace apex::inspection
