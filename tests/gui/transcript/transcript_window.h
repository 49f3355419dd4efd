// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/message_rows.h"
#include "ui/theme/theme_provider.h"
#include "ui/transcript/transcript_view.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPushButton>
#include <QTest>
#include <QWheelEvent>

namespace apex::test {

/// A transcript on the screen with rows that a test may change, and the hands to use it.
struct TranscriptWindow {
    ui::ThemeProvider themes{*qobject_cast<QApplication*>(QCoreApplication::instance())};
    MessageRows model;
    ui::TranscriptView view{themes};
    qint64 nextId = 1;

    explicit TranscriptWindow(int rows = 0) {
        view.setModel(&model);
        view.resize(700, 500);
        for (int i = 0; i < rows; ++i)
            add(QStringLiteral("Message %1. ").arg(i).repeated(20), i % 2 == 0);
        view.show();
        view.setFocus();
        view.placedRows();
    }
    void add(const QString& text, bool fromUser = false,
             session::AnswerKind kind = session::AnswerKind::Full) {
        model.insert(model.rowCount(), {{nextId++, fromUser, text, kind}});
    }
    void wheel(int steps) {
        const QPointF at(100, 100);
        QWheelEvent event(at, view.viewport()->mapToGlobal(at), {}, {0, steps * 120}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(view.viewport(), &event);
    }
    QPushButton* pill() { return view.findChild<QPushButton*>(QStringLiteral("jumpToLatestButton")); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&view, key, modifiers);
    }
    static QString clipboard() { return QGuiApplication::clipboard()->text(); }
    /// A point of the window where a row shows the given zone, found the way a hand would: by looking.
    QPoint find(ui::MessageHit::Zone zone, const QString& address = {}) {
        for (const ui::PlacedRow& placed : view.placedRows()) {
            const ui::MessageLayout* layout = view.rows().existing(placed.row);
            for (int y = 0; y < placed.height; y += 4) {
                for (int x = 0; x < view.rows().width(); x += 4) {
                    const ui::MessageHit hit = layout->hit(QPointF(x, y));
                    if (hit.zone == zone && (address.isEmpty() || hit.address == address))
                        return {view.columnLeft() + x, placed.top + y};
                }
            }
        }
        return {-1, -1};
    }
    void click(QPoint at) { QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at); }
    QAction* action(const QString& text) {
        auto* menu = view.findChild<QMenu*>();
        if (!menu)
            return nullptr;
        for (QAction* action : menu->actions()) {
            if (action->text().startsWith(text))
                return action;
        }
        return nullptr;
    }
    void openMenuByKeyboard() {
        QContextMenuEvent event(QContextMenuEvent::Keyboard, {10, 10}, {10, 10});
        QCoreApplication::sendEvent(view.viewport(), &event);
    }
};

} // namespace apex::test
