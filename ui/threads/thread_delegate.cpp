// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/threads/thread_delegate.h"

#include "models/thread_list_model.h"
#include "ui/theme/glyph.h"

#include <QLineEdit>
#include <QPainter>
#include <QStyle>

namespace apex::ui {

using models::ThreadListModel;

namespace {

int sideOf(const QStyleOptionViewItem& option) {
    const Qt::Alignment side = QStyle::visualAlignment(option.direction, Qt::AlignLeft);
    return static_cast<int>(side | Qt::AlignVCenter | Qt::AlignAbsolute);
}

} // namespace

ThreadDelegate::ThreadDelegate(const ThemeProvider& themes, QObject* parent)
    : QStyledItemDelegate(parent), m_themes(themes) {}

QSize ThreadDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    const auto& fonts = m_themes.theme().fonts;
    const int height = QFontMetrics(fonts.body).height() + QFontMetrics(fonts.caption).height();
    return {120, height + 2 * spacing::s + 2};
}

void ThreadDelegate::paintBackground(QPainter* painter, const QStyleOptionViewItem& option) const {
    const auto& c = m_themes.theme().colours;
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool focused = option.state.testFlag(QStyle::State_HasFocus);
    if (!selected && !focused && !option.state.testFlag(QStyle::State_MouseOver))
        return;
    painter->setBrush(selected ? c.selection : c.alternate);
    painter->setPen(focused ? QPen(c.accent, 2) : QPen(Qt::NoPen));
    painter->drawRoundedRect(QRectF(option.rect).adjusted(spacing::s, 2, -spacing::s, -2), 6, 6);
}

void ThreadDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
    const Theme& theme = m_themes.theme();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setLayoutDirection(Qt::LayoutDirectionAuto); // titles and dates read in their own direction
    paintBackground(painter, option);
    const int titleHeight = QFontMetrics(theme.fonts.body).height();
    const QRect inner = option.rect.adjusted(spacing::l, spacing::s, -spacing::l, -spacing::s);
    const QRect title(inner.left(), inner.top(), inner.width(), titleHeight);
    painter->setFont(theme.fonts.body);
    painter->setPen(theme.colours.text);
    painter->drawText(
        title, sideOf(option),
        QFontMetrics(theme.fonts.body)
            .elidedText(index.data(ThreadListModel::TitleRole).toString(), Qt::ElideRight, title.width()));
    paintState(painter,
               QRect(inner.left(), title.bottom() + 3, inner.width(), inner.bottom() - title.bottom() - 2),
               option, index);
    painter->restore();
}

void ThreadDelegate::paintState(QPainter* painter, QRect line, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const {
    const QRect whole = line;
    const auto seen = [&](const QRect& part) { return QStyle::visualRect(option.direction, whole, part); };
    const Theme& theme = m_themes.theme();
    const QString state = index.data(ThreadListModel::StateRole).toString();
    const bool running = index.data(ThreadListModel::RunningRole).toBool();
    const bool problem = index.data(ThreadListModel::ProblemRole).toBool();
    painter->setFont(theme.fonts.caption);
    const QFontMetrics metrics(theme.fonts.caption);
    if (!state.isEmpty()) {
        const bool failed = index.data(ThreadListModel::FailedRole).toBool();
        const QColor colour = running   ? theme.colours.accent
                              : failed  ? theme.colours.failed
                              : problem ? theme.colours.warning
                                        : theme.colours.muted;
        const int side = metrics.ascent();
        const Glyph glyph = running   ? Glyph::Started
                            : failed  ? Glyph::Failed
                            : problem ? Glyph::Unknown
                                      : Glyph::Stopped;
        const QRect sign(line.left(), line.top() + (line.height() - side) / 2, side, side);
        paintGlyph(*painter, QRectF(seen(sign)), glyph, colour);
        line.setLeft(line.left() + side + spacing::xs);
        painter->setPen(colour);
        painter->drawText(seen(line), sideOf(option), state);
        line.setLeft(line.left() + metrics.horizontalAdvance(state) + spacing::s);
    }
    painter->setPen(theme.colours.muted);
    painter->drawText(seen(line), sideOf(option), index.data(ThreadListModel::TimeRole).toString());
}

QWidget* ThreadDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&,
                                      const QModelIndex&) const {
    auto* editor = new QLineEdit(parent);
    editor->setAccessibleName(tr("Title of the chat"));
    editor->setMaxLength(200);
    return editor;
}

void ThreadDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                          const QModelIndex&) const {
    const int height = editor->sizeHint().height();
    const QRect row = option.rect.adjusted(spacing::s, 0, -spacing::s, 0);
    editor->setGeometry(row.left(), row.center().y() - height / 2, row.width(), height);
}

} // namespace apex::ui
