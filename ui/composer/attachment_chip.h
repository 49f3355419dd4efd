// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/file_preview.h"
#include "ui/composer/attachment_probe.h"
#include "ui/theme/theme.h"

#include <QFrame>

class QLabel;
class QToolButton;

namespace apex::ui {

class ElidedLabel;

/// One attached file or folder: name, size, what it holds or why it cannot be sent, and a button that takes
/// it off.
class AttachmentChip final : public QFrame {
    Q_OBJECT
public:
    AttachmentChip(AttachmentFacts facts, const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] const AttachmentFacts& facts() const { return m_facts; }
    /// The same file looked at anew; what the person said of its columns stays.
    void setFacts(AttachmentFacts facts);
    /// True until the server was asked what it takes the columns for.
    [[nodiscard]] bool wantsColumns() const { return m_wantsColumns; }
    /// Asked, or to be asked again.
    void setWantsColumns(bool wanted) { m_wantsColumns = wanted; }
    /// What the server takes the columns for; shown in place of the first row.
    void setColumns(const protocol::FilePreview& preview);
    /// What the person corrected: column to field.
    [[nodiscard]] const protocol::ColumnMap& choices() const { return m_choices; }
    void setTheme(const Theme& theme);
    /// The part that takes the keyboard, for the tab order.
    [[nodiscard]] QWidget* focusPart() const;
    /// What comes before it: the button for the columns, hidden where there are none.
    [[nodiscard]] QWidget* firstFocusPart() const;

Q_SIGNALS:
    void removeRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QString detailText() const;
    [[nodiscard]] QString mappingText() const;
    [[nodiscard]] bool isUsable() const;
    void buildColumnsButton();
    void chooseColumns();
    void showFacts();

    AttachmentFacts m_facts;
    std::optional<protocol::FilePreview> m_columns;
    protocol::ColumnMap m_choices;
    bool m_wantsColumns = false;
    ThemeColours m_colours;
    ThemeFonts m_fonts;
    QLabel* m_icon = nullptr;
    ElidedLabel* m_name = nullptr;
    QLabel* m_detail = nullptr;
    QToolButton* m_chooseColumns = nullptr;
    QToolButton* m_remove = nullptr;
};

} // namespace apex::ui
