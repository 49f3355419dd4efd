// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/row_geometry.h"

#include <algorithm>

namespace apex::ui {

void RowGeometry::setRowHeight(int height) {
    m_rowHeight = std::max(1, height);
}

void RowGeometry::setRowCount(int rows) {
    m_rows = std::max(0, rows);
    m_open.erase(m_open.lower_bound(m_rows), m_open.end());
}

int RowGeometry::top(int row) const {
    int y = row * m_rowHeight;
    for (const auto& [open, extra] : m_open) {
        if (open >= row)
            break;
        y += extra;
    }
    return y;
}

int RowGeometry::height(int row) const {
    const auto found = m_open.find(row);
    return m_rowHeight + (found == m_open.end() ? 0 : found->second);
}

int RowGeometry::rowAt(int y) const {
    if (m_rows == 0)
        return -1;
    int above = 0; // pixels of details above
    for (const auto& [open, extra] : m_open) {
        const int detailsTop = (open + 1) * m_rowHeight + above;
        if (y < detailsTop)
            break;
        if (y < detailsTop + extra)
            return open;
        above += extra;
    }
    return std::clamp((y - above) / m_rowHeight, 0, m_rows - 1);
}

} // namespace apex::ui
