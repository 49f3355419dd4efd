#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Takes every picture of the window that documents, packages and reviewers look at.
# usage: screenshots.sh BIN_DIR FOLDER
# FOLDER/states: light, dark, high contrast, 200 %, long thread, running, failed, no outcome, empty, right to left, 40 %
#   longer words, and every part of the window one by one
# FOLDER/scale-N: what shows whether the display's scale is drawn well, at 1.25, 1.5, 1.75, 2 and 3
# FOLDER and FOLDER/2x: the golden path through the real program, against the embedded backend
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
command -v import >/dev/null || { echo "screenshots: needs import: apt-get install imagemagick" >&2; exit 2; }
mkdir -p "$2/states"
if [ -x "$bin/gallery_window" ]; then
    xvfb-run -a -s "-noreset -screen 0 1600x1000x24" "$bin/gallery_window" "$2/states"
    for scale in 1.25 1.5 1.75 2 3; do
        mkdir -p "$2/scale-$scale"
        QT_SCALE_FACTOR=$scale xvfb-run -a -s "-noreset -screen 0 3840x2400x24" \
            "$bin/gallery_window" "$2/scale-$scale" --for-scale
    done
else
    echo "screenshots: build the target gallery_window for the pictures of single states" >&2
fi
[ "${APEX_STATES_ONLY:-}" ] && exit 0
sample=$here/../../resources/samples/usage-sample.csv
export APEX_BUS_ACTIVATION=1
"$here/../support/with-keyring.sh" "$here/window-tour.sh" "$bin" "$sample" "$2"
APEX_TOUR_SCREEN=2560x1600 QT_SCALE_FACTOR=2 \
    "$here/../support/with-keyring.sh" "$here/window-tour.sh" "$bin" "$sample" "$2/2x"
