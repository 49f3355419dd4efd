// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace apex::ui {

/// One account in one environment as the switcher shows it.
struct AccountLine {
    QString environment; ///< its name, for people
    QString colour;      ///< "#rrggbb"
    QString account;     ///< e-mail or name; empty: nobody has signed in yet
    QString state;       ///< "Connected", "Sign-in needed"; empty: not open
    bool current = false;
};

} // namespace apex::ui
