#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line links every library of src/; none of them may pull in a window system.
set -eu
needed=$(objdump -p "$1" | sed -n 's/.*NEEDED *//p')
[ -n "$needed" ] || { echo "objdump found no libraries in $1"; exit 1; }
if printf '%s\n' "$needed" | grep -E 'Qt6(Gui|Widgets)'; then
    echo "$1 links QtGui or QtWidgets"
    exit 1
fi
