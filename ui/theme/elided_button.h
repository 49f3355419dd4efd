// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>

namespace apex::ui {

/// A push button that takes the width it is given, wraps its words to as many lines as it may and shortens
/// the last one with dots; the accessible name stays whole.
class ElidedButton final : public QPushButton {
    Q_OBJECT
public:
    explicit ElidedButton(QWidget* parent = nullptr);

    void setFullText(const QString& text);
    /// One unless said otherwise.
    void setMostLines(int lines);
    [[nodiscard]] const QString& fullText() const { return m_full; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void elide();
    [[nodiscard]] QString wrapped(int width) const;

    QString m_full;
    int m_lines = 1;
};

} // namespace apex::ui
