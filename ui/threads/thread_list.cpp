// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/threads/thread_list.h"

#include "ui/theme/theme_icon.h"
#include "ui/threads/thread_delegate.h"

#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

ThreadList::ThreadList(models::ThreadListModel& model, const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_model(model), m_themes(themes) {
    setObjectName(u"threadList"_s);
    setAccessibleName(tr("Chats"));
    setAttribute(Qt::WA_StyledBackground);
    setProperty("role", u"panel"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, spacing::m, 0, spacing::s);
    column->setSpacing(spacing::s);
    buildTop();
    m_empty = new QLabel(tr("No chats yet. Ask something to begin the first one."), this);
    m_empty->setWordWrap(true);
    m_empty->setProperty("role", u"muted"_s);
    m_empty->setContentsMargins(spacing::l, spacing::s, spacing::l, 0);
    m_empty->setAlignment(Qt::AlignTop);
    column->addWidget(m_empty, 1);
    column->addWidget(m_view, 1);
    buildUndoBar();
    m_undoTime.setSingleShot(true);
    m_undoTime.setInterval(8s);
    connect(&m_undoTime, &QTimer::timeout, this, &ThreadList::finishArchive);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &ThreadList::onReset);
    connect(&m_model, &models::ThreadListModel::renameRequested, this, &ThreadList::renameRequested);
    connect(&m_themes, &ThemeProvider::changed, this, &ThreadList::applyTheme);
    applyTheme();
    onReset();
}

void ThreadList::buildTop() {
    // A sign, not an icon: styled buttons put icons at the far edge where one reads from the right.
    m_new = new QPushButton(u"+  "_s + tr("New chat"), this);
    m_new->setAccessibleName(tr("New chat"));
    m_new->setObjectName(u"newChat"_s);
    m_new->setToolTip(tr("Begin a new chat (Ctrl+N)"));
    connect(m_new, &QPushButton::clicked, this, &ThreadList::newChatRequested);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(spacing::m, 0, spacing::m, 0);
    row->addWidget(m_new);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
    m_view = new QListView(this);
    m_view->setObjectName(u"threads"_s);
    m_view->setAccessibleName(tr("Chats"));
    m_view->setModel(&m_model);
    m_view->setItemDelegate(new ThreadDelegate(m_themes, m_view));
    m_view->setProperty("role", u"panel"_s);
    m_view->setUniformItemSizes(true);
    m_view->setMouseTracking(true);
    m_view->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_view, &QListView::clicked, this, &ThreadList::choose);
    connect(m_view, &QListView::activated, this, &ThreadList::choose);
    connect(m_view, &QListView::customContextMenuRequested, this, &ThreadList::showMenu);
}

void ThreadList::buildUndoBar() {
    m_undoBar = new QWidget(this);
    m_undoBar->setObjectName(u"undoBar"_s);
    auto* row = new QHBoxLayout(m_undoBar);
    row->setContentsMargins(spacing::l, 0, spacing::m, 0);
    m_undoText = new QLabel(m_undoBar);
    m_undoText->setTextFormat(Qt::PlainText);
    m_undoText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* undo = new QPushButton(tr("Undo"), m_undoBar);
    undo->setObjectName(u"undoArchive"_s);
    row->addWidget(m_undoText, 1);
    row->addWidget(undo);
    m_undoBar->hide();
    layout()->addWidget(m_undoBar);
    connect(undo, &QPushButton::clicked, this, &ThreadList::undoArchive);
}

void ThreadList::applyTheme() {
    m_view->doItemsLayout();
}

void ThreadList::onReset() {
    const bool empty = m_model.rowCount() == 0;
    m_empty->setVisible(empty);
    m_view->setVisible(!empty);
    setCurrentThread(m_current);
}

void ThreadList::setCurrentThread(const ThreadId& thread) {
    m_current = thread;
    const int row = m_model.rowOf(thread);
    if (row < 0)
        m_view->clearSelection();
    else if (m_view->currentIndex().row() != row || !m_view->selectionModel()->hasSelection())
        m_view->setCurrentIndex(m_model.index(row));
}

void ThreadList::choose(const QModelIndex& index) {
    const ThreadId thread = m_model.threadAt(index.row());
    if (thread.isEmpty() || thread == m_current)
        return;
    m_current = thread;
    Q_EMIT threadChosen(thread);
}

void ThreadList::archive(int row) {
    finishArchive();
    const ThreadId thread = m_model.threadAt(row);
    if (thread.isEmpty())
        return;
    m_archiving = thread;
    const QString said = tr("Archived “%1”").arg(m_model.titleAt(row));
    m_undoText->setText(said);
    m_undoText->setToolTip(said);
    m_undoBar->show();
    m_model.hide(thread);
    m_undoTime.start();
}

void ThreadList::undoArchive() {
    m_undoTime.stop();
    m_undoBar->hide();
    m_archiving = {};
    m_model.showAll();
    m_view->setFocus();
}

void ThreadList::finishArchive() {
    if (m_archiving.isEmpty())
        return;
    m_undoTime.stop();
    m_undoBar->hide();
    const ThreadId thread = std::exchange(m_archiving, {});
    Q_EMIT archiveRequested(thread);
    m_model.showAll();
}

void ThreadList::showMenu(const QPoint& position) {
    const QModelIndex index = m_view->indexAt(position);
    if (!index.isValid())
        return;
    const QPersistentModelIndex row(index);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Open"), this, [this, row] { choose(row); });
    menu->addAction(tr("Rename\tF2"), this, [this, row] { m_view->edit(row); });
    menu->addAction(tr("Archive\tDelete"), this, [this, row] { archive(row.row()); });
    menu->popup(m_view->viewport()->mapToGlobal(position));
}

void ThreadList::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Delete && m_view->hasFocus() && m_view->currentIndex().isValid())
        return archive(m_view->currentIndex().row());
    QWidget::keyPressEvent(event);
}

} // namespace apex::ui
