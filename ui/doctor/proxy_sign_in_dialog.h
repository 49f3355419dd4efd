// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"

#include <QDialog>

class QLineEdit;

namespace apex::ui {

/// Asks for name and password of a proxy. Says where they go; keeps neither.
class ProxySignInDialog final : public QDialog {
    Q_OBJECT
public:
    explicit ProxySignInDialog(QWidget* parent = nullptr);

    [[nodiscard]] QString user() const;
    /// The password; the field is empty afterwards.
    [[nodiscard]] Secret takePassword();

private:
    QLineEdit* m_user;
    QLineEdit* m_password;
};

} // namespace apex::ui
