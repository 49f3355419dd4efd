// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

class QMessageBox;
class QWidget;

namespace apex::ui {

/// What is about to be removed, in words.
struct RemovalWords {
    QString title;
    QString question;
    QString consequence;
};

/// Asks before something is removed, and opens the question over `parent`, which owns it until it is
/// answered. Cancel has the focus and is what Enter and Escape press: nobody loses anything by a key too
/// many.
QMessageBox* askBeforeRemoval(QWidget* parent, const QString& objectName, const RemovalWords& words,
                              const std::function<void()>& remove);

} // namespace apex::ui
