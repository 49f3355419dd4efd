// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/timeline_model.h"
#include "ui/theme/theme_provider.h"
#include "ui/timeline/details_layout.h"
#include "ui/timeline/row_geometry.h"
#include "ui/timeline/row_painter.h"

#include <QAbstractScrollArea>
#include <QPointer>

namespace apex::ui {

/// The rows of a run, painted; only what is visible is computed, and only what changed is painted again.
///
/// Keys: Up/Down/Home/End/Page, Right opens, Left closes, Enter shows in the transcript, J/K next and
/// previous problem, / filters, 1 to 5 show one kind and 0 all, Ctrl+C copies the row; in support mode R
/// shows the raw frame and V the values.
class TimelineView final : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit TimelineView(const ThemeProvider& themes, QWidget* parent = nullptr);

    /// `model` outlives this or is replaced first; nullptr shows nothing.
    void setModel(models::TimelineModel* model);
    [[nodiscard]] models::TimelineModel* model() const { return m_model; }

    [[nodiscard]] int currentRow() const { return m_current; }
    /// Selects a row and scrolls it into view; -1 selects none.
    void setCurrentRow(int row);
    [[nodiscard]] bool isOpen(int row) const { return m_geometry.isOpen(row); }
    void setOpen(int row, bool open);

    /// First and last row that are at least partly visible; -1, -1 without rows.
    [[nodiscard]] std::pair<int, int> visibleRows() const;
    /// Where a row is drawn, in viewport coordinates, details included.
    [[nodiscard]] QRect rowRect(int row) const;
    [[nodiscard]] int rowAt(const QPoint& viewportPosition) const;
    /// The row as text for the clipboard.
    [[nodiscard]] QString rowText(int row) const;
    /// Shows a row as hovered, as the waterfall does with its bar; -1 shows none.
    void setHoveredRow(int row);
    /// How many times the view painted; tests hold it against the promise to paint nothing when nothing
    /// changed.
    [[nodiscard]] int paintCount() const { return m_paintCount; }

Q_SIGNALS:
    void currentRowChanged(int row);
    /// Enter: show this row's place in the transcript.
    void rowActivated(int row);
    /// A row was clicked.
    void rowClicked(int row);
    void hoveredRowChanged(int row);
    /// `/`: the person wants to narrow the rows.
    void filterRequested();
    /// A digit key: show rows of the n-th kind only, 0 all.
    void kindRequested(int number);
    /// R, or the menu: the frame that brought the row.
    void frameRequested(int row);
    /// V, or the menu: arguments and result as a tree.
    void valuesRequested(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void onReset();
    void onRowsInserted(int first, int last);
    void onDataChanged(int first, int last);
    void onSummaryChanged();
    void onThemeChanged();
    void layOutDetails(int row);
    void layOutAllDetails();
    void updateScrollRange();
    void updateRow(int row);
    void ensureVisible(int row);
    void step(int delta);
    void enter();
    bool navigate(int key);
    void showMenu(int row, const QPoint& globalPosition);
    void paintRow(QPainter& painter, int row, const QRect& dirty) const;

    const ThemeProvider& m_themes;
    QPointer<models::TimelineModel> m_model;
    RowPainter m_painter;
    RowGeometry m_geometry;
    std::map<int, DetailsLayout> m_details;
    int m_current = -1;
    int m_hovered = -1;
    int m_paintCount = 0;
};

} // namespace apex::ui
