// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/transcript_rows.h"

#include "models/transcript_model.h"

namespace apex::ui {

namespace {

constexpr size_t kCachedLayouts = 64;
// After this many rows the guess for the others is good enough to stay as it is: a still scroll bar matters
// more.
constexpr qint64 kRowsForEstimate = 40;

} // namespace

void TranscriptRows::setModel(const QAbstractItemModel* model) {
    m_model = model;
    forgetLayouts();
    m_measuredSum = 0;
    m_measuredCount = 0;
    m_heights.reset(model ? model->rowCount() : 0);
}

void TranscriptRows::setStyle(TranscriptStyle style) {
    m_style = std::move(style);
    forgetLayouts();
    m_heights.reset(count());
}

void TranscriptRows::setWidth(int width, int tableWidth) {
    if (width == m_width && tableWidth == m_tableWidth)
        return;
    m_width = width;
    m_tableWidth = tableWidth;
    for (auto& [id, cached] : m_cache)
        cached.stale = true;
    m_heights.reset(count());
}

void TranscriptRows::forgetLayouts() {
    m_cache.clear();
}

qint64 TranscriptRows::idOf(int row) const {
    return index(row).data(models::TranscriptModel::LocalIdRole).toLongLong();
}

MessageContent TranscriptRows::content(int row) const {
    MessageContent content = contentOf(index(row));
    content.asReport = m_asReport.count(content.localId) > 0;
    return content;
}

MessageContent TranscriptRows::searchedContent(int row) const {
    MessageContent content = searchedContentOf(index(row));
    content.asReport = !m_asReport.empty() && m_asReport.count(idOf(row)) > 0;
    return content;
}

void TranscriptRows::toggleReport(int row) {
    const qint64 id = idOf(row);
    if (m_asReport.erase(id) == 0)
        m_asReport.insert(id);
    rowsChanged(row, row);
}

MessageLayout& TranscriptRows::layout(int row) {
    Cached& cached = m_cache[idOf(row)];
    cached.used = m_pass;
    if (!cached.layout)
        cached.layout = std::make_unique<MessageLayout>();
    if (cached.stale) {
        cached.layout->update(content(row), m_style, m_width, m_tableWidth);
        cached.stale = false;
    }
    if (!m_heights.isMeasured(row))
        improveEstimate(cached.layout->height());
    m_heights.setHeight(row, cached.layout->height());
    return *cached.layout;
}

void TranscriptRows::improveEstimate(int height) {
    if (m_measuredCount >= kRowsForEstimate)
        return;
    m_measuredSum += height;
    ++m_measuredCount;
    m_heights.setEstimate(static_cast<int>(m_measuredSum / m_measuredCount));
}

const MessageLayout* TranscriptRows::existing(int row) const {
    const auto found = m_cache.find(idOf(row));
    return found == m_cache.end() ? nullptr : found->second.layout.get();
}

void TranscriptRows::rowsChanged(int first, int last) {
    if (last - first > static_cast<int>(m_cache.size())) {
        for (auto& [id, cached] : m_cache)
            cached.stale = true;
        return;
    }
    for (int row = first; row <= last; ++row) {
        const auto found = m_cache.find(idOf(row));
        if (found != m_cache.end())
            found->second.stale = true;
    }
}

void TranscriptRows::trim() {
    ++m_pass;
    if (m_cache.size() <= kCachedLayouts)
        return;
    std::erase_if(m_cache, [&](const auto& entry) { return entry.second.used + 8 < m_pass; });
}

} // namespace apex::ui
