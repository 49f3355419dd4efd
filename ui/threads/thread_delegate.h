// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme_provider.h"

#include <QStyledItemDelegate>

namespace apex::ui {

/// Paints a thread in two lines: its title, and beneath it the state in words and the time.
class ThreadDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit ThreadDelegate(const ThemeProvider& themes, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                                        const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;

private:
    void paintBackground(QPainter* painter, const QStyleOptionViewItem& option) const;
    void paintState(QPainter* painter, QRect line, const QStyleOptionViewItem& option,
                    const QModelIndex& index) const;

    const ThemeProvider& m_themes;
};

} // namespace apex::ui
