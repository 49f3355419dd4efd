// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTextEdit>

namespace apex::ui {

/// A text to be read, selected and copied that takes as many lines as it needs: nothing of it is cut off.
class WrappedField final : public QTextEdit {
    Q_OBJECT
public:
    explicit WrappedField(QWidget* parent = nullptr);

    /// Set anew, a field would lose what the person has selected in it: the same text changes nothing.
    void setWords(const QString& words);
    [[nodiscard]] QString words() const { return toPlainText(); }

    void setCentred();

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void keepHeight();
};

} // namespace apex::ui
