// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <vector>

namespace apex::ui {

/// Heights of rows, measured or estimated, with sums in O(log n). Inserting or removing rows before the end
/// is O(n).
class HeightIndex {
public:
    /// Forgets everything; all rows are unmeasured.
    void reset(int rows);
    /// Height assumed for rows that were not measured yet, pixels.
    void setEstimate(int height) { m_estimate = height; }

    [[nodiscard]] int rows() const { return static_cast<int>(m_heights.size()); }
    void insert(int row, int count);
    void remove(int row, int count);
    void setHeight(int row, int height);
    /// The row's height is no longer known.
    void forget(int row);

    [[nodiscard]] bool isMeasured(int row) const { return m_heights[static_cast<size_t>(row)] >= 0; }
    [[nodiscard]] int height(int row) const;
    /// Sum of the heights of rows [0, row).
    [[nodiscard]] qint64 top(int row) const;
    [[nodiscard]] qint64 total() const { return top(rows()); }
    /// The row that covers a distance from the top; the last one beyond the end, -1 if there are no rows.
    [[nodiscard]] int rowAt(qint64 y) const;

private:
    struct Node {
        qint64 sum = 0;   ///< of measured heights
        int measured = 0; ///< how many
    };

    void rebuild();
    void append(int count);
    void add(int row, qint64 height, int measured);

    std::vector<int> m_heights; ///< -1 for unmeasured
    std::vector<Node> m_tree;   ///< Fenwick tree, 1-based
    int m_estimate = 120;
};

} // namespace apex::ui
