#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a program in a fresh D-Bus session with a private home and a real, unlocked gnome-keyring (empty password).
# usage: with-keyring.sh PROGRAM [ARGUMENT...]      exit code: the program's; 120 if the session could not be set up
# For the program: APEX_KEYRING_PID is the daemon. APEX_BUS_ACTIVATION=1 lets the bus start other services too.
set -u

if [ "${1:-}" = --inside ]; then
    shift
    echo | gnome-keyring-daemon --foreground --unlock --components=secrets \
        --control-directory="$XDG_RUNTIME_DIR/keyring" >"$HOME/keyring.log" 2>&1 &
    daemon=$!
    export APEX_KEYRING_PID=$daemon GNOME_KEYRING_CONTROL="$XDG_RUNTIME_DIR/keyring"
    trap 'kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null' EXIT
    trap 'exit 143' TERM INT HUP
    ready=no
    for _ in $(seq 100); do
        # Asking a name that nobody owns yet would make the bus start a second daemon, with a locked keyring.
        if dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
            org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true' &&
            dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
            org.freedesktop.Secret.Service.ReadAlias string:default 2>/dev/null | grep -q 'collection/'; then
            ready=yes
            break
        fi
        kill -0 "$daemon" 2>/dev/null || break
        sleep 0.05
    done
    if [ $ready = no ]; then
        echo "with-keyring: gnome-keyring did not come up:" >&2
        cat "$HOME/keyring.log" >&2
        exit 120
    fi
    "$@" <&0 &
    program=$!
    trap 'kill "$program" 2>/dev/null; exit 143' TERM INT HUP
    wait "$program"
    exit $?
fi

for tool in dbus-run-session dbus-send gnome-keyring-daemon; do
    command -v "$tool" >/dev/null || { echo "with-keyring: $tool is not installed" >&2; exit 120; }
done
root=$(mktemp -d "${TMPDIR:-/tmp}/apex-keyring.XXXXXX") || exit 120
trap 'rm -rf "$root"' EXIT
mkdir -m 700 "$root/home" "$root/run"
if [ "${APEX_BUS_ACTIVATION:-0}" = 1 ]; then services='<standard_session_servicedirs/>'; else services=''; fi
cat >"$root/bus.conf" <<CONFIG
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$root/run</listen>
  $services
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
CONFIG
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME XDG_CURRENT_DESKTOP DESKTOP_SESSION
unset DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL
export HOME="$root/home" XDG_RUNTIME_DIR="$root/run"
dbus-run-session --config-file="$root/bus.conf" -- "$0" --inside "$@" <&0 &
session=$!
trap 'kill -TERM "$session" 2>/dev/null; wait "$session"; exit 143' TERM INT HUP
wait "$session"
exit $?
