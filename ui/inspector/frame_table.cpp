// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/frame_table.h"

#include "base/isolated_text.h"
#include "models/run_text.h"

#include <QDateTime>
#include <QLocale>

namespace apex::ui {

using namespace Qt::StringLiterals;

void FrameTable::append(const connection::Frame& frame) {
    while (!m_frames.empty() && (m_frames.size() >= maxFrames || m_bytes + frame.bytes.size() > maxBytes))
        forgetOldest();
    const int row = static_cast<int>(m_frames.size());
    beginInsertRows({}, row, row);
    m_frames.push_back(frame);
    m_bytes += frame.bytes.size();
    endInsertRows();
}

void FrameTable::forgetOldest() {
    beginRemoveRows({}, 0, 0);
    m_bytes -= m_frames.front().bytes.size();
    m_frames.pop_front();
    ++m_forgotten;
    endRemoveRows();
}

void FrameTable::clear() {
    beginResetModel();
    m_frames.clear();
    m_bytes = 0;
    endResetModel();
}

const connection::Frame* FrameTable::frameAt(int row) const {
    return row >= 0 && row < rowCount() ? &m_frames[static_cast<size_t>(row)] : nullptr;
}

int FrameTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_frames.size());
}

int FrameTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString FrameTable::textOf(const connection::Frame& frame, int column) const {
    switch (column) {
    case DirectionColumn:
        return frame.outgoing ? tr("out") : tr("in");
    case TimeColumn: {
        const auto ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(frame.receipt.wall.time_since_epoch());
        return QDateTime::fromMSecsSinceEpoch(ms.count()).toString(u"HH:mm:ss.zzz"_s);
    }
    case SizeColumn:
        return QLocale().formattedDataSize(frame.bytes.size());
    case TextColumn:
        return isolated(models::frameLine(frame.bytes, 160));
    default:
        return {};
    }
}

QVariant FrameTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& frame = m_frames[static_cast<size_t>(index.row())];
    if (role == Qt::DisplayRole)
        return textOf(frame, index.column());
    if (role == Qt::TextAlignmentRole && index.column() == SizeColumn)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant FrameTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case DirectionColumn:
        return tr("Way");
    case TimeColumn:
        return tr("Time");
    case SizeColumn:
        return tr("Size");
    case TextColumn:
        return tr("Frame");
    default:
        return {};
    }
}

} // namespace apex::ui
