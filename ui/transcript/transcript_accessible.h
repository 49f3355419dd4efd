// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace apex::ui {

class TranscriptView;

/// Teaches Qt to describe transcript views to assistive technology. Harmless to call again.
void installTranscriptAccessibility();
/// Says that the keyboard's attention moved to another row.
void notifyRowFocus(TranscriptView& view);
} // namespace apex::ui
