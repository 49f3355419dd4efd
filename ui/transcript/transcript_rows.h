// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/height_index.h"
#include "ui/transcript/message_layout.h"

#include <QAbstractItemModel>
#include <QPointer>

#include <memory>
#include <set>
#include <unordered_map>

namespace apex::ui {

/// Laid-out rows of a model for one width: layouts of the few rows in use, heights of all.
class TranscriptRows {
public:
    explicit TranscriptRows(TranscriptStyle style) : m_style(std::move(style)) {}

    void setModel(const QAbstractItemModel* model);
    /// All heights become unknown; layouts are made again when they are asked for.
    void setStyle(TranscriptStyle style);
    /// `tableWidth` is what tables may take; at least `width` is used.
    void setWidth(int width, int tableWidth);
    [[nodiscard]] const TranscriptStyle& style() const { return m_style; }
    [[nodiscard]] int width() const { return m_width; }

    [[nodiscard]] int count() const { return m_heights.rows(); }
    [[nodiscard]] HeightIndex& heights() { return m_heights; }
    [[nodiscard]] const HeightIndex& heights() const { return m_heights; }
    /// What a row shows, with the reader's choice between text and report.
    [[nodiscard]] MessageContent content(int row) const;
    [[nodiscard]] MessageContent searchedContent(int row) const;
    /// Shows a message's report in place of its text, or its text again.
    void toggleReport(int row);
    /// The row laid out for the present width; its height is measured afterwards.
    MessageLayout& layout(int row);
    /// The row's layout if it is in use, else nullptr; never lays out.
    [[nodiscard]] const MessageLayout* existing(int row) const;
    [[nodiscard]] QModelIndex index(int row) const { return m_model->index(row, 0); }

    void rowsInserted(int first, int count) { m_heights.insert(first, count); }
    void rowsRemoved(int first, int count) { m_heights.remove(first, count); }
    void rowsChanged(int first, int last);
    /// Ends a layout pass: layouts that were not used for a while are dropped.
    void trim();

private:
    struct Cached {
        std::unique_ptr<MessageLayout> layout;
        bool stale = true;
        quint64 used = 0;
    };

    void forgetLayouts();
    void improveEstimate(int height);
    [[nodiscard]] qint64 idOf(int row) const;

    QPointer<const QAbstractItemModel> m_model;
    TranscriptStyle m_style;
    int m_width = 640;
    int m_tableWidth = 640;
    HeightIndex m_heights;
    std::unordered_map<qint64, Cached> m_cache;
    std::set<qint64> m_asReport; ///< messages of which the reader chose the report
    quint64 m_pass = 1;
    qint64 m_measuredSum = 0;
    qint64 m_measuredCount = 0;
};

} // namespace apex::ui
