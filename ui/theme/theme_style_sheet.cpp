// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme_style_sheet.h"

#include <QFontMetrics>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

// A least size here is the least size of the layout too: it has to grow with the icon.
const QString kButtons = uR"(
QPushButton { background: @window; color: @text; border: 1px solid @border; border-radius: 6px; padding: 5px 14px; min-height: 18px; }
QPushButton:hover { background: @alternate; }
QPushButton:pressed { background: @selection; }
QPushButton:flat { background: transparent; border-color: transparent; }
QPushButton:focus { border: 2px solid @accent; padding: 4px 13px; }
QPushButton, QToolButton { outline: none; }
QPushButton[size="large"] { min-height: 28px; }
QPushButton[size="field"] { min-height: 24px; }
QPushButton[role="example"] { text-align: left; }
QPushButton[role="example"]:focus { border-color: @accent; }
QPushButton:disabled { color: @muted; border-color: @divider; background: @panel; }
QPushButton[role="primary"] { background: @primary; color: @onPrimary; border-color: @primary; font-weight: 600; }
QPushButton[role="primary"]:hover { background: @primaryHover; }
QPushButton[role="primary"]:focus { border: 2px solid @text; }
QPushButton[role="primary"]:disabled { background: @alternate; color: @muted; border-color: @divider; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; }
QPushButton[role="quiet"]:hover { background: @alternate; }
QPushButton[role="quiet"]:focus { border: 2px solid @accent; }
QPushButton[role="danger"] { color: @failed; }
QPushButton[role="link"] { background: transparent; color: @accent; border: 2px solid transparent; border-radius: 4px; padding: 3px 4px; text-align: left; }
QPushButton[role="link"]:hover { background: @alternate; }
QPushButton[role="link"]:focus { border-color: @accent; }
QPushButton[role="finding"] { background: transparent; border: 2px solid transparent; border-radius: 4px; padding: 3px 0; text-align: left; font-size: @captionPt; }
QPushButton[role="finding"]:hover { background: @alternate; }
QPushButton[role="finding"]:focus { border-color: @accent; }
QPushButton[role="finding"]:disabled { color: @text; background: transparent; border-color: transparent; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton, QToolButton { icon-size: @iconPx; }
QToolButton { background: transparent; color: @text; border: 1px solid transparent; border-radius: 6px; padding: 4px 6px; min-height: 18px; min-width: @iconPx; }
QToolButton:hover { background: @alternate; }
QToolButton:pressed, QToolButton:checked { background: @selection; }
QToolButton:focus { border: 2px solid @accent; padding: 3px 5px; }
QToolButton:disabled { color: @muted; }
QToolButton::menu-indicator { image: none; }
)"_s;

// Fields take the colour of their text from the palette: one set here would dim their placeholders to half of
// it.
const QString kFields = uR"(
QLineEdit, QPlainTextEdit, QTextEdit { background: @window; border: 1px solid @border; border-radius: 6px; padding: 5px 8px; selection-background-color: @selection; selection-color: @text; }
QLineEdit[size="large"], QComboBox[size="large"] { min-height: 24px; }
QComboBox { combobox-popup: 0; }
QComboBox, QSpinBox { background: @window; color: @text; border: 1px solid @border; border-radius: 6px; padding: 5px 8px; selection-background-color: @selection; selection-color: @text; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus { border: 2px solid @accent; padding: 4px 7px; }
QTextEdit[role="field"], QTextEdit[role="code"] { border: 1px solid @border; border-radius: 6px; padding: 5px 8px; }
QTextEdit[role="field"]:focus, QTextEdit[role="code"]:focus { border: 2px solid @accent; padding: 4px 7px; }
QTextEdit[role="code"] { font-size: @titlePt; font-weight: 600; }
QLineEdit:disabled, QPlainTextEdit:disabled { background: @panel; color: @muted; border-color: @divider; }
QComboBox[role="quiet"] { background: transparent; border-color: transparent; padding-left: 4px; font-weight: 600; }
QComboBox[role="quiet"]:hover { background: @alternate; }
QComboBox[role="quiet"]:focus { border-color: @accent; padding-left: 3px; }
QComboBox::drop-down { border: none; width: @dropPx; }
QComboBox::down-arrow { image: url(:/icons/chevron-down-@scheme.svg); width: @chevronPx; height: @chevronPx; }
QComboBox QAbstractItemView { background: @window; color: @text; border: 1px solid @border; selection-background-color: @selection; selection-color: @text; outline: none; }
QComboBox QAbstractItemView::item { min-height: @rowPx; padding: 0 6px; background: @window; color: @text; }
QComboBox QAbstractItemView::item:selected { background: @selection; }
QAbstractScrollArea { border: none; }
QListView, QTreeView, QTableView { background: @window; color: @text; border: none; outline: none; selection-background-color: @selection; selection-color: @text; }
QListView[role="panel"] { background: @panel; }
QHeaderView::section { background: @panel; color: @muted; border: none; border-bottom: 1px solid @divider; padding: 6px 8px; }
QCheckBox, QRadioButton { spacing: 8px; outline: none; }
QCheckBox::indicator, QRadioButton::indicator { width: @iconPx; height: @iconPx; margin: 1px; border: 1px solid @border; border-radius: 3px; background: @window; }
QRadioButton::indicator { border-radius: @halfIconPx; }
QCheckBox::indicator:checked { image: url(:/icons/check-@scheme.svg); }
QRadioButton::indicator:checked { background: @text; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { background: @alternate; }
QRadioButton::indicator:checked:hover { background: @text; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { margin: 0; border: 2px solid @accent; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @divider; background: @panel; }
QCheckBox:disabled, QRadioButton:disabled { color: @disabled; }
)"_s;

const QString kMenus = uR"(
QMenuBar { background: @panel; color: @text; border: none; padding: 2px 4px; }
QMenuBar::item { padding: 4px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @alternate; }
QMenu { background: @window; color: @text; border: 1px solid @divider; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 24px; border-radius: 4px; }
QMenu::item:selected { background: @selection; color: @text; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @divider; margin: 4px 8px; }
QToolTip { background: @window; color: @text; border: 1px solid @border; padding: 4px 8px; }
)"_s;

const QString kFrames = uR"(
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: @divider; }
QSplitter::handle:hover { background: @accent; }
QTabWidget::pane { border: none; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @muted; padding: 5px 10px; border: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:focus { border-color: @accent; }
QProgressBar { background: @alternate; border: none; border-radius: 3px; max-height: 6px; color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QStatusBar { background: @panel; color: @muted; }
QStatusBar::item { border: none; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="failed"] { color: @failed; }
QLabel[role="caption"] { color: @muted; font-size: @captionPt; }
QLabel[role="heading"] { font-size: @headingPt; font-weight: 600; }
QLabel[role="title"] { font-size: @titlePt; font-weight: 600; }
QLabel[role="key"] { background: @alternate; border: 1px solid @divider; border-radius: 4px; padding: 1px 6px; font-size: @captionPt; }
QWidget[role="panel"] { background: @panel; }
QWidget[role="window"] { background: @window; }
)"_s;

// Grey alone says too little where everything else is black and white: the edge is dashed as well.
const QString kHighContrast = uR"(
QPushButton:disabled, QPushButton[role="primary"]:disabled { color: @disabled; background: @window; border: 1px dashed @disabled; font-weight: 400; }
QPushButton:flat:disabled, QPushButton[role="quiet"]:disabled, QPushButton[role="link"]:disabled { border-color: transparent; }
QPushButton[role="finding"]:disabled { color: @text; border: 2px solid transparent; }
QToolButton:disabled, QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QMenu::item:disabled { color: @disabled; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled { border: 1px dashed @disabled; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border: 1px dashed @disabled; }
)"_s;

QString pixels(int length) {
    return QString::number(length) + u"px"_s;
}

QString pointSize(const QFont& font) {
    return QString::number(font.pointSizeF(), 'f', 2) + u"pt"_s;
}

} // namespace

QString styleSheetFor(const Theme& theme) {
    const auto& c = theme.colours;
    const QFontMetrics body(theme.fonts.body);
    const int icon = std::max(16, body.ascent());
    const int chevron = std::max(12, body.ascent() * 3 / 4);
    // Longer names first, so that "@text" never eats the start of another name.
    const std::pair<QString, QString> names[] = {
        {u"@primaryHover"_s, (theme.isDark() ? c.primary.lighter(108) : c.primary.darker(115)).name()},
        {u"@onPrimary"_s, c.onPrimary.name()},
        {u"@primary"_s, c.primary.name()},
        {u"@alternate"_s, c.alternate.name()},
        {u"@selection"_s, c.selection.name()},
        {u"@window"_s, c.window.name()},
        {u"@panel"_s, c.panel.name()},
        {u"@text"_s, c.text.name()},
        {u"@muted"_s, c.muted.name()},
        {u"@border"_s, c.border.name()},
        {u"@divider"_s, c.divider.name()},
        {u"@accent"_s, c.accent.name()},
        {u"@failed"_s, c.failed.name()},
        {u"@disabled"_s, theme.disabledText().name()},
        {u"@iconPx"_s, pixels(icon)},
        {u"@halfIconPx"_s, pixels(icon / 2 + 1)}, // of the border box
        {u"@chevronPx"_s, pixels(chevron)},
        {u"@dropPx"_s, pixels(chevron + spacing::s)},
        {u"@rowPx"_s, pixels(std::max(28, body.height() + spacing::s))},
        {u"@captionPt"_s, pointSize(theme.fonts.caption)},
        {u"@headingPt"_s, pointSize(theme.fonts.heading)},
        {u"@titlePt"_s, pointSize(theme.fonts.title)},
        {u"@scheme"_s, theme.isDark() ? u"dark"_s : u"light"_s},
    };
    QString sheet = kButtons + kFields + kMenus + kFrames;
    if (theme.isHighContrast())
        sheet += kHighContrast;
    for (const auto& [name, value] : names)
        sheet.replace(name, value);
    return sheet;
}

} // namespace apex::ui
