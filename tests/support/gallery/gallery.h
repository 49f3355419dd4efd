// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme_provider.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QWidget>

namespace apex::gallery {

/// Lets timers of layout and flushing do their work.
inline void settle() {
    QElapsedTimer time;
    time.start();
    while (time.elapsed() < 150)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
}

/// Takes a picture of what a widget shows now.
inline void save(QWidget& widget, const QDir& folder, const QString& name) {
    settle();
    widget.grab().save(folder.filePath(name + QStringLiteral(".png")));
}

/// The parts of the window one by one: first start, own server, code for another device, composer, chats,
/// dialogs.
void saveParts(ui::ThemeProvider& themes, const QDir& folder, const QString& scheme);
/// The window in a language 40 % longer, and from right to left.
void saveLanguages(ui::ThemeProvider& themes, const QDir& folder);
/// A few pictures that show whether a scale of the display is drawn well.
void saveForScale(ui::ThemeProvider& themes, const QDir& folder);

} // namespace apex::gallery
