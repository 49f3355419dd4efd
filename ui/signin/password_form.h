// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace apex::ui {

/// E-mail and password. The password leaves the field with submitted() and is in nobody's hands after it.
class PasswordForm final : public QWidget {
    Q_OBJECT
public:
    explicit PasswordForm(QWidget* parent = nullptr);

    /// While a try is under way nothing can be entered.
    void setBusy(bool busy);
    /// Puts the cursor where something is to be entered.
    void focusNext();
    /// Empties the password.
    void forget();

Q_SIGNALS:
    void submitted(const QString& email, const apex::Secret& password);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    void submit();
    void refresh();

    QLineEdit* m_email;
    QLineEdit* m_password;
    QPushButton* m_submit;
    bool m_busy = false;
};

} // namespace apex::ui
