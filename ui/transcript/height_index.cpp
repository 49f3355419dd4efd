// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/height_index.h"

#include <algorithm>
#include <bit>

namespace apex::ui {

namespace {

size_t lowestBit(size_t value) {
    return value & (~value + 1);
}

} // namespace

void HeightIndex::reset(int rows) {
    m_heights.assign(static_cast<size_t>(rows), -1);
    m_tree.assign(static_cast<size_t>(rows) + 1, {});
}

void HeightIndex::rebuild() {
    m_tree.assign(m_heights.size() + 1, {});
    for (size_t i = 1; i < m_tree.size(); ++i) {
        if (m_heights[i - 1] >= 0) {
            m_tree[i].sum += m_heights[i - 1];
            m_tree[i].measured += 1;
        }
        const size_t parent = i + lowestBit(i);
        if (parent < m_tree.size()) {
            m_tree[parent].sum += m_tree[i].sum;
            m_tree[parent].measured += m_tree[i].measured;
        }
    }
}

void HeightIndex::insert(int row, int count) {
    if (row == rows()) {
        append(count);
        return;
    }
    m_heights.insert(m_heights.begin() + row, static_cast<size_t>(count), -1);
    rebuild();
}

// A new last node covers itself and the finished nodes right below it.
void HeightIndex::append(int count) {
    if (m_tree.empty())
        m_tree.emplace_back();
    for (int i = 0; i < count; ++i) {
        m_heights.push_back(-1);
        const size_t at = m_heights.size();
        Node node;
        for (size_t child = at - 1; child > at - lowestBit(at); child -= lowestBit(child)) {
            node.sum += m_tree[child].sum;
            node.measured += m_tree[child].measured;
        }
        m_tree.push_back(node);
    }
}

void HeightIndex::remove(int row, int count) {
    m_heights.erase(m_heights.begin() + row, m_heights.begin() + row + count);
    rebuild();
}

void HeightIndex::add(int row, qint64 height, int measured) {
    for (auto i = static_cast<size_t>(row) + 1; i < m_tree.size(); i += lowestBit(i)) {
        m_tree[i].sum += height;
        m_tree[i].measured += measured;
    }
}

void HeightIndex::setHeight(int row, int height) {
    int& known = m_heights[static_cast<size_t>(row)];
    if (known == height)
        return;
    add(row, height - std::max(known, 0), known < 0 ? 1 : 0);
    known = height;
}

void HeightIndex::forget(int row) {
    int& known = m_heights[static_cast<size_t>(row)];
    if (known < 0)
        return;
    add(row, -known, -1);
    known = -1;
}

int HeightIndex::height(int row) const {
    return isMeasured(row) ? m_heights[static_cast<size_t>(row)] : m_estimate;
}

qint64 HeightIndex::top(int row) const {
    qint64 sum = 0;
    qint64 measured = 0;
    for (auto i = static_cast<size_t>(row); i > 0; i -= lowestBit(i)) {
        sum += m_tree[i].sum;
        measured += m_tree[i].measured;
    }
    return sum + (row - measured) * m_estimate;
}

int HeightIndex::rowAt(qint64 y) const {
    if (m_heights.empty())
        return -1;
    size_t at = 0;
    qint64 left = std::max<qint64>(y, 0);
    for (size_t step = std::bit_floor(m_heights.size()); step > 0; step /= 2) {
        if (at + step >= m_tree.size())
            continue;
        const Node& node = m_tree[at + step];
        const qint64 height = node.sum + (static_cast<qint64>(step) - node.measured) * m_estimate;
        if (height <= left) {
            left -= height;
            at += step;
        }
    }
    return std::min(static_cast<int>(at), rows() - 1);
}

} // namespace apex::ui
