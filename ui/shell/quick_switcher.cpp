// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/quick_switcher.h"

#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int entryRole = Qt::UserRole;
constexpr int sideRole = Qt::UserRole + 1;

/// The words at the left, kind and key quietly at the right.
class EntryDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const QString side = index.data(sideRole).toString();
        const int width = option.fontMetrics.horizontalAdvance(side) + 2 * spacing::m;
        QStyledItemDelegate::paint(painter, option, index);
        painter->setPen(option.palette.color(QPalette::PlaceholderText));
        painter->drawText(option.rect.adjusted(option.rect.width() - width, 0, -spacing::m, 0),
                          Qt::AlignRight | Qt::AlignVCenter, side);
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {0, option.fontMetrics.height() + spacing::m};
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const int side = option->fontMetrics.horizontalAdvance(index.data(sideRole).toString());
        option->text = option->fontMetrics.elidedText(option->text, Qt::ElideMiddle,
                                                      option->rect.width() - side - 4 * spacing::m);
    }
};

bool movesInList(int key) {
    return key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp || key == Qt::Key_PageDown;
}

} // namespace

bool fitsTyped(const QString& text, const QString& typed) {
    const QStringList words = typed.split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(),
                       [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

QuickSwitcher::QuickSwitcher(std::vector<QuickEntry> entries, QWidget* parent)
    : QDialog(parent), m_entries(std::move(entries)), m_field(new QLineEdit(this)),
      m_list(new QListWidget(this)) {
    setObjectName(u"quickSwitcher"_s);
    setWindowTitle(tr("Go to"));
    m_field->setObjectName(u"quickField"_s);
    m_field->setAccessibleName(tr("Chat, account or command"));
    m_field->setPlaceholderText(tr("Chat, account or command"));
    m_field->setMinimumHeight(36);
    m_field->installEventFilter(this);
    m_list->setObjectName(u"quickList"_s);
    m_list->setAccessibleName(tr("What fits"));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setItemDelegate(new EntryDelegate(m_list));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::m, spacing::m, spacing::m, spacing::m);
    column->setSpacing(spacing::s);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    connect(m_field, &QLineEdit::textChanged, this, &QuickSwitcher::filter);
    connect(m_field, &QLineEdit::returnPressed, this, &QuickSwitcher::runCurrent);
    connect(m_list, &QListWidget::itemActivated, this, &QuickSwitcher::runCurrent);
    filter({});
    resize(560, 420);
    m_field->setFocus();
}

int QuickSwitcher::shownCount() const {
    return m_list->count();
}

void QuickSwitcher::filter(const QString& typed) {
    m_list->clear();
    for (size_t i = 0; i < m_entries.size(); ++i) {
        const QuickEntry& entry = m_entries[i];
        if (!fitsTyped(entry.text + u' ' + entry.kind, typed))
            continue;
        auto* item = new QListWidgetItem(entry.text, m_list);
        item->setData(entryRole, static_cast<int>(i));
        item->setData(sideRole, entry.keys.isEmpty() ? entry.kind : entry.kind + u"  "_s + entry.keys);
        item->setData(Qt::AccessibleTextRole, QString(entry.kind + u": "_s + entry.text));
        item->setToolTip(entry.text);
    }
    m_list->setCurrentRow(0);
}

void QuickSwitcher::runCurrent() {
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    const std::function<void()> run = m_entries[static_cast<size_t>(item->data(entryRole).toInt())].run;
    accept();
    run();
}

bool QuickSwitcher::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const auto* key =
            static_cast<QKeyEvent*>(event); // NOLINT(cppcoreguidelines-pro-type-static-cast-downcast)
        if (movesInList(key->key())) {
            QCoreApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace apex::ui
