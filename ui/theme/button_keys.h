// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace apex::ui {

/// Lets Enter press the button that has the focus wherever it stands; Qt does so in dialogs only, elsewhere
/// Enter does nothing and says nothing. Installed on the application; main thread.
class ButtonKeys final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace apex::ui
