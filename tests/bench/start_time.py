#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a start takes: from the process's start to the first picture of the main window.

usage: start_time.py BIN_DIR [STARTS]      run inside tests/support/with-keyring.sh and xvfb-run

Starts apex-desktop with the embedded backend on a new, empty home each time (the files are in the page cache after a
first start that does not count). "mapped" is when the window system has the window, "painted" when the program logged
that its first picture is up; both count from just before the process is made. Prints JSON; exits 1 if a start fails.
"""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

PATIENCE = 20.0


def until(look):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if look():
            return time.monotonic()
        time.sleep(0.002)
    sys.exit("start_time: no window in time")


def window_of(pid):
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(pid)], capture_output=True, text=True)
    return bool(found.stdout.strip())


def first_paint(log):
    return re.search(r"first paint (\d+) ms", log.read_text(errors="replace")) if log.exists() else None


def one_start(program):
    with tempfile.TemporaryDirectory(prefix="apex-start-") as home:
        environment = dict(os.environ, APEX_HOME=home, QT_QPA_PLATFORM="xcb")
        log = pathlib.Path(home) / "logs" / "apex-desktop.log"
        began = time.monotonic()
        process = subprocess.Popen([program, "--environment", "local"], env=environment, stderr=subprocess.DEVNULL)
        try:
            painted = until(lambda: first_paint(log))
            mapped = until(lambda: window_of(process.pid))
        finally:
            process.terminate()
            process.wait(10)
    return {"painted_ms": round((painted - began) * 1000), "mapped_by_ms": round((mapped - began) * 1000)}


def main():
    program = pathlib.Path(sys.argv[1]) / "apex-desktop"
    starts = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    one_start(program)
    results = [one_start(program) for _ in range(starts)]
    painted = [result["painted_ms"] for result in results]
    print(json.dumps({"schema": "apex/start-time/1", "starts": starts, "painted_median_ms": statistics.median(painted),
                      "painted_worst_ms": max(painted), "all": results}))


if __name__ == "__main__":
    main()
