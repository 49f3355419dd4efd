// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/centred_column.h"

#include "ui/theme/flush_row.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QEvent>
#include <QIcon>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <QtMath>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kWidest = 480;
constexpr int kIconSide = 56;
constexpr qreal kIconRim = 3.5; // the picture leaves this much empty around its shape

/// Grows with the size of the text, so that its lines keep their number of words.
class TextColumn final : public QWidget {
public:
    explicit TextColumn(QWidget* parent) : QWidget(parent) {
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
        fitText();
    }

protected:
    void changeEvent(QEvent* event) override {
        QWidget::changeEvent(event);
        if (event->type() == QEvent::FontChange)
            fitText();
    }

private:
    void fitText() { setMaximumWidth(qRound(kWidest * font().pointSizeF() / systemBaseFont().pointSizeF())); }
};

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
    auto* column = new TextColumn(ground);
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
    const qreal ratio = parent->devicePixelRatioF();
    const QPixmap whole = QIcon(u":/icons/apex-desktop.svg"_s).pixmap(QSize(kIconSide, kIconSide), ratio);
    // Its shape stands flush with the words below.
    const int rim = qFloor(kIconRim * ratio);
    icon->setPixmap(whole.copy(whole.rect().adjusted(rim, 0, -rim, 0)));
    icon->setAccessibleName(QCoreApplication::translate("CentredColumn", "Apex Desktop"));
    return icon;
}

void addLink(QVBoxLayout* column, QPushButton* link) {
    link->setProperty("role", u"link"_s);
    auto* row = new FlushRow(linkOverhang);
    row->addWidget(link);
    row->addStretch(1);
    column->addLayout(row);
}

} // namespace apex::ui
