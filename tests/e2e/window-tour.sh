#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Gives window_tour.py a display and an accessibility bus; run inside tests/support/with-keyring.sh.
# -noreset: a display that starts over when its last client leaves refuses whoever comes in that moment.
# usage: window-tour.sh BIN_DIR SAMPLE_FILE [PICTURE_DIR]      APEX_TOUR_SCREEN: size of the display
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec xvfb-run -a -s "-noreset -screen 0 ${APEX_TOUR_SCREEN:-1280x800}x24" sh -c '
    /usr/libexec/at-spi-bus-launcher --launch-immediately &
    launcher=$!
    trap "kill $launcher 2>/dev/null" EXIT
    # Whoever asks for the accessibility bus before it has its name makes the session bus start a second one.
    tries=0
    until dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
        org.freedesktop.DBus.NameHasOwner string:org.a11y.Bus 2>/dev/null | grep -q "boolean true"; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { echo "window-tour: no accessibility bus" >&2; exit 120; }
        sleep 0.05
    done
    "$0/window_tour.py" "$@"' "$here" "$@"
