// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace apex::ui {

/// A field for something secret to paste: never shown in clear, emptied when submitted, and taken off the
/// clipboard then if it still lies there.
class PasteField final : public QWidget {
    Q_OBJECT
public:
    PasteField(const QString& name, const QString& words, const QString& button, QWidget* parent = nullptr);

    void focusField();

Q_SIGNALS:
    void submitted(const apex::Secret& pasted);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    void submit();
    void takeFromClipboard();

    QLineEdit* m_field;
    QPushButton* m_submit;
};

} // namespace apex::ui
