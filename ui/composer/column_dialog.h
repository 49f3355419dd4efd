// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/file_preview.h"

#include <QDialog>

#include <vector>

class QComboBox;

namespace apex::ui {

/// Says for each column of a file what it is taken for, and lets the person correct it.
class ColumnDialog final : public QDialog {
    Q_OBJECT
public:
    /// `choices` are corrections made before.
    ColumnDialog(const QString& fileName, const protocol::FilePreview& preview,
                 const protocol::ColumnMap& choices, QWidget* parent = nullptr);

    /// What differs from the preview: column to field, an empty field for "not used".
    [[nodiscard]] protocol::ColumnMap choices() const;

private:
    [[nodiscard]] QWidget* buildRows(const protocol::ColumnMap& choices);
    [[nodiscard]] QComboBox* buildBox(const protocol::PreviewedColumn& column, const QString& field);
    void taken(const QComboBox* by);

    const protocol::FilePreview m_preview;
    std::vector<QComboBox*> m_boxes; ///< one for each column
};

} // namespace apex::ui
