#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: install-packages.sh LIST...   installs what is missing of packages-LIST.txt, saying what before it does.
# Asks no question. Fast when nothing is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
wanted=$(for list in "$@"; do grep -v '^#' "$here/packages-$list.txt"; done | sort -u)

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This script knows Debian packages only. Make sure these or their like are installed:" >&2
    echo "$wanted" | tr '\n' ' ' >&2
    echo >&2
    exit 0
fi

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^installed //p' | sort -u)
missing=$(printf '%s\n' "$wanted" | grep -vxF -e "${installed:-none}" || true)
[ -n "$missing" ] || exit 0

echo "Installing with apt-get:" $missing
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1; then
    as_root="sudo"
else
    echo "These packages are missing, and this user may not install them (neither root nor sudo)." >&2
    echo "Ask an administrator to run: apt-get install" $missing >&2
    exit 2
fi
log=$(mktemp)
run_apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1; }
if ! { run_apt update -q && run_apt install -y --no-install-recommends $missing; }; then
    echo "apt-get failed; its last lines:" >&2
    tail -n 20 "$log" >&2
    echo "The whole output is in $log." >&2
    exit 2
fi
rm -f "$log"
