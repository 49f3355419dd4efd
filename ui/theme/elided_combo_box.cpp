// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/elided_combo_box.h"

#include <QStylePainter>
#include <QStyledItemDelegate>

namespace apex::ui {

ElidedComboBox::ElidedComboBox(QWidget* parent) : QComboBox(parent) {
    // The delegate that Qt gives a list of choices knows nothing of style sheets.
    setItemDelegate(new QStyledItemDelegate(this));
}

void ElidedComboBox::paintEvent(QPaintEvent*) {
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    const QRect words =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    constexpr int kRim = 2; // the style leaves it beside the words
    option.currentText =
        fontMetrics().elidedText(option.currentText, Qt::ElideRight, words.width() - 2 * kRim);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

} // namespace apex::ui
