// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/json_tree_model.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTreeView;

namespace apex::ui {

/// One value for support: as a tree where it is JSON, as indented text where that is wanted; copied whole.
class ValuePage final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    ValuePage(const QByteArray& value, const ThemeProvider& themes, QWidget* parent = nullptr);

    [[nodiscard]] const QByteArray& value() const { return m_value; }

private:
    void buildTree();
    void showText(bool wanted);
    void applyTheme();
    void copyChosen();

    const ThemeProvider& m_themes;
    QByteArray m_value;
    models::JsonTreeModel m_model;
    QStackedWidget* m_pages;
    QTreeView* m_tree;
    QPlainTextEdit* m_text;
    QLabel* m_remark;
    QCheckBox* m_asText;
    bool m_filled = false; ///< the text is laid out only when it is asked for
};

} // namespace apex::ui
