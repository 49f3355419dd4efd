// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

namespace apex::ui {

/// Where rows of one height lie when some of them are open. Cost grows with open rows only, not with rows.
class RowGeometry {
public:
    /// Height of a closed row in pixels, at least 1.
    void setRowHeight(int height);
    [[nodiscard]] int rowHeight() const { return m_rowHeight; }
    void setRowCount(int rows);
    [[nodiscard]] int rowCount() const { return m_rows; }

    /// Opens a row with `height` pixels of details beneath it.
    void open(int row, int height) { m_open[row] = height; }
    void close(int row) { m_open.erase(row); }
    void closeAll() { m_open.clear(); }
    [[nodiscard]] bool isOpen(int row) const { return m_open.contains(row); }
    [[nodiscard]] const std::map<int, int>& openRows() const { return m_open; }

    /// Top of a row, counted from the top of row 0.
    [[nodiscard]] int top(int row) const;
    /// Height of a row with its details.
    [[nodiscard]] int height(int row) const;
    /// Row at a height, clamped to existing rows; -1 without rows.
    [[nodiscard]] int rowAt(int y) const;
    [[nodiscard]] int totalHeight() const { return top(m_rows); }

private:
    int m_rowHeight = 28;
    int m_rows = 0;
    std::map<int, int> m_open;
};

} // namespace apex::ui
