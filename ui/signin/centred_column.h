// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QLabel;
class QLayout;
class QPushButton;
class QVBoxLayout;
class QWidget;

namespace apex::ui {

/// Fills `page` with a column of text width in its middle; in a small window or with large text the page
/// scrolls instead of cutting words off. Gives the widget for the column, which belongs to `page`.
[[nodiscard]] QWidget* addCentredColumn(QWidget* page);
/// The layout of such a column, with what stands above and below it left to the caller.
[[nodiscard]] QVBoxLayout* layOutColumn(QWidget* column);
/// The program's icon, as it stands above the title of a page.
[[nodiscard]] QLabel* makeProgramIcon(QWidget* parent);
/// Adds a button that looks like a link, its words flush with the text around it.
void addLink(QVBoxLayout* column, QPushButton* link);

} // namespace apex::ui
