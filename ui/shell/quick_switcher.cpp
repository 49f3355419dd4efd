// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/quick_switcher.h"

#include "ui/theme/theme.h"

#include <QGuiApplication>
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

/// The words at the leading edge, kind or key quietly at the other.
class EntryDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const QString side = index.data(sideRole).toString();
        const int width = option.fontMetrics.horizontalAdvance(side);
        const QRect& row = option.rect;
        const QRect place(row.right() + 1 - spacing::m - width, row.top(), width, row.height());
        // Not the list's own palette: its style sheet halves the colour of placeholders.
        painter->setPen(QGuiApplication::palette().color(QPalette::PlaceholderText));
        painter->drawText(QStyle::visualRect(option.direction, row, place), Qt::AlignCenter, side);
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
    for (const QuickEntry& entry : m_entries)
        if (!entry.keys.isEmpty())
            m_kindsWithKeys.insert(entry.kind);
    filter({});
    resize(560, 420);
    m_field->setFocus();
}

int QuickSwitcher::shownCount() const {
    int count = 0;
    for (int row = 0; row < m_list->count(); ++row)
        count += m_list->item(row)->data(entryRole).isValid();
    return count;
}

void QuickSwitcher::filter(const QString& typed) {
    m_list->clear();
    for (size_t i = 0; i < m_entries.size(); ++i)
        if (fitsTyped(m_entries[i].text + u' ' + m_entries[i].kind, typed))
            addEntry(i);
    if (m_list->count() == 0)
        sayThatNothingFits();
    else
        m_list->setCurrentRow(0);
}

void QuickSwitcher::addEntry(size_t index) {
    const QuickEntry& entry = m_entries[index];
    auto* item = new QListWidgetItem(entry.text, m_list);
    item->setData(entryRole, static_cast<int>(index));
    item->setData(sideRole, m_kindsWithKeys.contains(entry.kind) ? entry.keys : entry.kind);
    item->setData(Qt::AccessibleTextRole, QString(entry.kind + u": "_s + entry.text));
    item->setToolTip(entry.text);
}

void QuickSwitcher::sayThatNothingFits() {
    auto* item = new QListWidgetItem(tr("Nothing fits"), m_list);
    item->setFlags(Qt::NoItemFlags);
}

void QuickSwitcher::runCurrent() {
    const QListWidgetItem* item = m_list->currentItem();
    if (!item || !item->data(entryRole).isValid())
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
