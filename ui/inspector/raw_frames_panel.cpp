// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/raw_frames_panel.h"

#include "models/run_text.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kFrameBytes = 256 * 1024;

} // namespace

RawFramesPanel::RawFramesPanel(const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_themes(themes), m_view(new QTableView(this)), m_detail(new QPlainTextEdit(this)),
      m_bound(new QLabel(this)) {
    setObjectName(u"rawFramesPanel"_s);
    setAccessibleName(tr("Raw frames"));
    buildTable();
    m_detail->setObjectName(u"frameDetail"_s);
    m_detail->setAccessibleName(tr("The chosen frame"));
    m_detail->setReadOnly(true);
    m_detail->setLayoutDirection(Qt::LeftToRight); // JSON reads so in every language
    m_detail->setPlaceholderText(tr("Choose a frame to see it in full."));
    auto* copy = new QPushButton(tr("Copy frame"), this);
    copy->setObjectName(u"copyFrame"_s);
    connect(copy, &QPushButton::clicked, this, &RawFramesPanel::copyCurrent);
    m_bound->setProperty("role", u"caption"_s);
    m_bound->setWordWrap(true);
    m_bound->hide();
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setHandleWidth(1);
    split->addWidget(m_view);
    split->addWidget(m_detail);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::s, spacing::s, spacing::s, spacing::s);
    column->addWidget(m_bound);
    column->addWidget(split, 1);
    column->addWidget(copy, 0, Qt::AlignRight);
    connect(&m_themes, &ThemeProvider::changed, this, &RawFramesPanel::applyTheme);
    applyTheme();
}

void RawFramesPanel::buildTable() {
    m_view->setObjectName(u"frames"_s);
    m_view->setAccessibleName(tr("Frames, newest last"));
    m_view->setModel(&m_table);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setShowGrid(false);
    m_view->setTabKeyNavigation(false);
    m_view->verticalHeader()->hide();
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &RawFramesPanel::showCurrent);
}

void RawFramesPanel::applyTheme() {
    const auto& fonts = m_themes.theme().fonts;
    m_detail->setFont(fonts.mono);
    m_view->setFont(fonts.caption);
    const QFontMetrics metrics(fonts.caption);
    m_view->verticalHeader()->setDefaultSectionSize(std::max(24, metrics.height() + spacing::s));
    m_view->setColumnWidth(FrameTable::DirectionColumn, metrics.horizontalAdvance(u"Way"_s) + spacing::xl);
    m_view->setColumnWidth(FrameTable::TimeColumn, metrics.horizontalAdvance(u"00:00:00.000"_s) + spacing::l);
    m_view->setColumnWidth(FrameTable::SizeColumn, metrics.horizontalAdvance(u"000.00 KiB"_s) + spacing::l);
}

void RawFramesPanel::append(const connection::Frame& frame) {
    const bool atEnd = m_view->verticalScrollBar()->value() == m_view->verticalScrollBar()->maximum();
    m_table.append(frame);
    if (atEnd && isVisible())
        m_view->scrollToBottom();
    if (m_table.forgotten() > 0) {
        m_bound->setText(tr("Only the newest frames are listed; %1 older ones are in the recording.")
                             .arg(m_table.forgotten()));
        m_bound->show();
    }
}

const connection::Frame* RawFramesPanel::current() const {
    return m_table.frameAt(m_view->currentIndex().row());
}

int RawFramesPanel::rowOf(qint64 frame, MonoTime at) const {
    for (int row = m_table.rowCount() - 1; row >= 0; --row) {
        const connection::Frame* candidate = m_table.frameAt(row);
        if (!candidate->outgoing && candidate->receipt.frame == frame &&
            (at.count() == 0 || candidate->receipt.mono == at))
            return row;
    }
    return -1;
}

const connection::Frame* RawFramesPanel::find(qint64 frame, MonoTime at) const {
    return m_table.frameAt(rowOf(frame, at));
}

bool RawFramesPanel::reveal(qint64 frame, MonoTime at) {
    const int row = rowOf(frame, at);
    if (row < 0)
        return false;
    m_view->selectRow(row);
    m_view->scrollTo(m_table.index(row, 0), QAbstractItemView::PositionAtCenter);
    return true;
}

void RawFramesPanel::showCurrent() {
    const connection::Frame* frame = current();
    bool cut = false;
    QString text = frame ? models::frameText(frame->bytes, kFrameBytes, &cut) : QString();
    if (cut)
        text += u'\n' + tr("… shortened here; Copy takes the whole frame");
    m_detail->setPlainText(text);
}

void RawFramesPanel::copyCurrent() {
    if (const connection::Frame* frame = current())
        QApplication::clipboard()->setText(QString::fromUtf8(frame->bytes));
}

} // namespace apex::ui
