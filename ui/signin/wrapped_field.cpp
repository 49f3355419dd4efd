// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/wrapped_field.h"

#include <QEvent>

#include <cmath>

namespace apex::ui {

namespace {

constexpr int kUsualWidth = 320;

} // namespace

WrappedField::WrappedField(QWidget* parent) : QTextEdit(parent) {
    setAcceptRichText(false);
    setReadOnly(true);
    // Keys reach it and move in it, so that it is read out letter by letter.
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    document()->setDocumentMargin(0);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void WrappedField::setWords(const QString& words) {
    if (words == toPlainText())
        return;
    setPlainText(words);
    keepHeight();
}

/// By the document and not by its text, which is replaced.
void WrappedField::setCentred() {
    QTextOption option = document()->defaultTextOption();
    option.setAlignment(Qt::AlignHCenter);
    document()->setDefaultTextOption(option);
}

int WrappedField::heightForWidth(int width) const {
    // A document of its own: layouts ask for widths that the field will never have.
    QTextDocument measured;
    measured.setDefaultFont(font());
    measured.setDocumentMargin(document()->documentMargin());
    QTextOption option = measured.defaultTextOption();
    option.setWrapMode(wordWrapMode());
    measured.setDefaultTextOption(option);
    measured.setPlainText(toPlainText());
    const QSize rim = size() - viewport()->size();
    measured.setTextWidth(std::max(1, width - rim.width()));
    return static_cast<int>(std::ceil(measured.size().height())) + rim.height();
}

QSize WrappedField::sizeHint() const {
    return {kUsualWidth, heightForWidth(kUsualWidth)};
}

QSize WrappedField::minimumSizeHint() const {
    return {0, QFontMetrics(font()).height()};
}

void WrappedField::changeEvent(QEvent* event) {
    QTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        keepHeight();
}

void WrappedField::resizeEvent(QResizeEvent* event) {
    QTextEdit::resizeEvent(event);
    keepHeight();
}

/// Pages scroll, and a scroll area asks for heights without naming a width: it would squeeze the field.
void WrappedField::keepHeight() {
    setMinimumHeight(heightForWidth(width()));
    updateGeometry();
}

} // namespace apex::ui
