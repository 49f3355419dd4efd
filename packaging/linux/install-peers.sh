#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the programs that the tests measure ours against (tests/peers/package.json), exactly the locked versions.
# Says what it does before it does it; does nothing when they are there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
peers=$here/../../tests/peers
if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    "$here/install-packages.sh" peers
fi
stamp=$peers/node_modules/.installed
if cmp -s "$peers/package-lock.json" "$stamp"; then
    exit 0
fi
echo "Installing with npm (tests/peers):" $(sed -n '/"\(optionalD\|d\)ependencies"/,/}/s/^ *"\([^"]*\)": "\([0-9][^"]*\)".*/\1@\2/p' "$peers/package.json")
log=$(mktemp)
if ! (cd "$peers" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$log" 2>&1; then
    echo "npm failed; its last lines:" >&2
    tail -n 20 "$log" >&2
    echo "The whole output is in $log." >&2
    exit 2
fi
# The registry keeps no run bit for a program that is no "bin" of its package.
chmod +x "$peers"/node_modules/@ccusage/*/bin/*
rm -f "$log"
cp "$peers/package-lock.json" "$stamp"
