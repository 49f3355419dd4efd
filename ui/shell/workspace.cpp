// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/workspace.h"

#include <QDataStream>
#include <QHBoxLayout>
#include <QIODevice>
#include <QResizeEvent>
#include <QSplitter>

namespace apex::ui {

using namespace Qt::StringLiterals;

Workspace::Workspace(QWidget* threads, QWidget* chat, QWidget* timeline, QWidget* parent)
    : QWidget(parent), m_threads(threads), m_chat(chat), m_timeline(timeline),
      m_outer(new QSplitter(Qt::Horizontal, this)), m_inner(new QSplitter(Qt::Horizontal, m_outer)) {
    setObjectName(u"workspace"_s);
    m_threads->setMinimumWidth(200);
    m_threads->setMaximumWidth(360);
    m_chat->setMinimumWidth(320);
    m_timeline->setMinimumSize(300, 160);
    m_inner->addWidget(m_chat);
    m_inner->addWidget(m_timeline);
    m_outer->addWidget(m_threads);
    m_outer->addWidget(m_inner);
    for (QSplitter* splitter : {m_outer, m_inner}) {
        splitter->setHandleWidth(1);
        splitter->setChildrenCollapsible(false);
    }
    m_outer->setStretchFactor(1, 1);
    m_inner->setStretchFactor(0, 1);
    m_outer->setSizes({256, 1024});
    m_inner->setSizes({584, 440});
    m_sideState = m_inner->saveState();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_outer);
}

void Workspace::setThreadsWanted(bool wanted) {
    (m_single ? m_drawerOpen : m_threadsWanted) = wanted;
    arrange();
}

void Workspace::setTimelineWanted(bool wanted) {
    m_timelineWanted = wanted;
    arrange();
}

bool Workspace::threadsShown() const {
    return m_single ? m_drawerOpen : m_threadsWanted;
}

void Workspace::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool stacked = event->size().width() < stackedBelow;
    const bool single = event->size().width() < singleBelow;
    if (stacked == m_stacked && single == m_single)
        return;
    if (stacked != m_stacked) {
        (m_stacked ? m_stackedState : m_sideState) = m_inner->saveState();
        m_stacked = stacked;
        m_inner->restoreState(stacked ? m_stackedState : m_sideState);
        m_inner->setOrientation(stacked ? Qt::Vertical : Qt::Horizontal);
        if (stacked && m_stackedState.isEmpty())
            m_inner->setSizes({320, 300});
    }
    m_single = single;
    m_drawerOpen = false;
    arrange();
}

void Workspace::arrange() {
    m_threads->setVisible(threadsShown());
    m_timeline->setVisible(m_timelineWanted);
    Q_EMIT panesChanged();
}

QByteArray Workspace::saveState() const {
    QByteArray result;
    QDataStream out(&result, QIODevice::WriteOnly);
    const QByteArray current = m_inner->saveState();
    out << m_outer->saveState() << (m_stacked ? m_sideState : current)
        << (m_stacked ? current : m_stackedState) << m_threadsWanted << m_timelineWanted;
    return result;
}

void Workspace::restoreState(const QByteArray& state) {
    if (state.isEmpty())
        return arrange(); // nothing remembered: what is shown is said all the same
    QDataStream in(state);
    QByteArray outer;
    QByteArray side;
    QByteArray stacked;
    bool threads = true;
    bool timeline = true;
    in >> outer >> side >> stacked >> threads >> timeline;
    if (in.status() != QDataStream::Ok)
        return arrange();
    m_sideState = side;
    m_stackedState = stacked;
    m_threadsWanted = threads;
    m_timelineWanted = timeline;
    m_outer->restoreState(outer);
    m_inner->restoreState(m_stacked ? m_stackedState : m_sideState);
    m_inner->setOrientation(m_stacked ? Qt::Vertical : Qt::Horizontal);
    arrange();
}

} // namespace apex::ui
