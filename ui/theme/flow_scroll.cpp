// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/flow_scroll.h"

#include <QEvent>
#include <QLayout>

namespace apex::ui {

FlowScroll::FlowScroll(Fit fit, QWidget* parent) : QScrollArea(parent), m_fit(fit) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus); // what is inside takes the keyboard
    viewport()->setAutoFillBackground(false);
    setWidget(new QWidget);
    widget()->setAutoFillBackground(false);
    widget()->installEventFilter(this);
}

int FlowScroll::contentHeight(int width) const {
    const QLayout* layout = widget()->layout();
    if (!layout)
        return 0;
    if (m_fit == Fit::Least)
        return layout->hasHeightForWidth() ? layout->totalMinimumHeightForWidth(width)
                                           : layout->totalMinimumSize().height();
    return layout->hasHeightForWidth() ? layout->totalHeightForWidth(width)
                                       : layout->totalSizeHint().height();
}

QSize FlowScroll::sizeHint() const {
    return {200, contentHeight(std::max(1, viewport()->width()))};
}

void FlowScroll::fit() {
    const int needed = contentHeight(std::max(1, viewport()->width()));
    if (widget()->minimumHeight() != needed)
        widget()->setMinimumHeight(needed);
}

void FlowScroll::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    fit();
}

bool FlowScroll::eventFilter(QObject* watched, QEvent* event) {
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        fit();
    return QScrollArea::eventFilter(watched, event);
}

} // namespace apex::ui
