// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/centred_column.h"

#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QIcon>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kWidest = 480;
constexpr int kIconSide = 56;
constexpr int kIconRim = 3;  // the picture leaves this much empty around its shape
constexpr int kLinkEdge = 6; // border and padding of a link, see theme_style_sheet.cpp

} // namespace

QWidget* addCentredColumn(QWidget* page) {
    auto* scroll = new QScrollArea(page);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* ground = new QWidget(scroll);
    ground->setAttribute(Qt::WA_StyledBackground);
    ground->setProperty("role", u"window"_s);
    auto* centre = new QHBoxLayout(ground);
    centre->setContentsMargins(0, 0, 0, 0);
    auto* column = new QWidget(ground);
    column->setMaximumWidth(kWidest);
    column->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    centre->addWidget(column);
    scroll->setWidget(ground);
    auto* outer = new QVBoxLayout(page);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    return column;
}

QVBoxLayout* layOutColumn(QWidget* column) {
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(spacing::l, spacing::xl, spacing::l, spacing::xl);
    layout->setSpacing(spacing::s);
    return layout;
}

QLabel* makeProgramIcon(QWidget* parent) {
    auto* icon = new QLabel(parent);
    icon->setPixmap(QIcon(u":/icons/apex-desktop.svg"_s)
                        .pixmap(QSize(kIconSide, kIconSide), parent->devicePixelRatioF()));
    icon->setContentsMargins(-kIconRim, 0, 0, 0);
    icon->setAccessibleName(QCoreApplication::translate("CentredColumn", "Apex Desktop"));
    return icon;
}

void addLink(QVBoxLayout* column, QPushButton* link) {
    link->setProperty("role", u"link"_s);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(-kLinkEdge, 0, -kLinkEdge, 0);
    row->addWidget(link);
    row->addStretch(1);
    column->addLayout(row);
}

} // namespace apex::ui
