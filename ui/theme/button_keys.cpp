// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/button_keys.h"

#include <QAbstractButton>
#include <QDialog>
#include <QKeyEvent>

namespace apex::ui {

bool ButtonKeys::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return QObject::eventFilter(watched, event);
    const auto* key = static_cast<const QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    auto* button = enter ? qobject_cast<QAbstractButton*>(watched) : nullptr;
    const bool plain = (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    // A dialog knows its default button, and Qt presses the one with the focus there.
    if (!button || !plain || key->isAutoRepeat() || qobject_cast<QDialog*>(button->window()))
        return QObject::eventFilter(watched, event);
    button->click();
    return true;
}

} // namespace apex::ui
