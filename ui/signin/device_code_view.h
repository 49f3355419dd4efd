// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/account_session.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;

namespace apex::ui {

class WrappedField;

/// The code that a person types in on another device: large, with the address it belongs to and until when
/// it is good (RFC 8628 3.3).
class DeviceCodeView final : public QWidget {
    Q_OBJECT
public:
    explicit DeviceCodeView(QWidget* parent = nullptr);

    /// nullopt empties the view.
    void setPrompt(const std::optional<auth::DevicePrompt>& prompt);
    /// Puts the focus on the code, so that it is read out.
    void focusCode();

private:
    WrappedField* m_code;
    WrappedField* m_address;
    QPushButton* m_copy;
    QLabel* m_expiry;
};

} // namespace apex::ui
