// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QAccessible>
#include <QTest>
#include <QWidget>

namespace apex::test {

/// Interactive widgets without a name for assistive technology.
inline QStringList namelessWidgets(const QWidget& root) {
    QStringList nameless;
    for (QWidget* widget : root.findChildren<QWidget*>()) {
        const bool takesKeys = widget->focusPolicy() != Qt::NoFocus && widget->isEnabled();
        const bool button = qobject_cast<QAbstractButton*>(widget) != nullptr;
        if (!widget->isVisibleTo(&root) || (!takesKeys && !button) || widget->inherits("QScrollBar"))
            continue;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        if (!face || face->text(QAccessible::Name).trimmed().isEmpty())
            nameless << QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName();
    }
    return nameless;
}

#define COMPARE_NAMES(root)                                                                                  \
    QVERIFY2(apex::test::namelessWidgets(root).isEmpty(),                                                    \
             qPrintable(apex::test::namelessWidgets(root).join(QStringLiteral(", "))))

} // namespace apex::test
