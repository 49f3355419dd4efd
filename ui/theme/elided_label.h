// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace apex::ui {

/// One line of plain text that shortens with dots; the accessible name and the tool tip stay whole.
class ElidedLabel final : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);

    void setFullText(const QString& text);
    [[nodiscard]] const QString& fullText() const { return m_full; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void elide();

    QString m_full;
};

} // namespace apex::ui
