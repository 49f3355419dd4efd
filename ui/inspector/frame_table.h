// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/link.h"

#include <QAbstractTableModel>

#include <deque>

namespace apex::ui {

/// The newest frames as they crossed the wire, both ways. Bounded: the recording keeps all of them, this
/// table the last ones.
class FrameTable final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { DirectionColumn, TimeColumn, SizeColumn, TextColumn, ColumnCount };

    static constexpr size_t maxFrames = 2000;
    static constexpr qint64 maxBytes = 16 * 1024 * 1024;

    using QAbstractTableModel::QAbstractTableModel;

    void append(const connection::Frame& frame);
    void clear();
    /// The frame in a row, nullptr outside.
    [[nodiscard]] const connection::Frame* frameAt(int row) const;
    /// Frames that were left out of the table to keep it bounded.
    [[nodiscard]] qint64 forgotten() const { return m_forgotten; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void forgetOldest();
    [[nodiscard]] QString textOf(const connection::Frame& frame, int column) const;

    std::deque<connection::Frame> m_frames;
    qint64 m_bytes = 0;
    qint64 m_forgotten = 0;
};

} // namespace apex::ui
