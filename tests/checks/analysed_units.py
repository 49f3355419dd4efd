#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""analysed_units.py SOURCE BUILD: what clang-tidy is given, a name a line.

These are the pieces of many files that the tidy preset compiles in one go (reading Qt's headers is most of the work) and
single files where there is no piece. Fails if a file of ours is in none; files for another system's headers are left out.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

GENERATED = ("_autogen/", "/cmake_pch", "/pch/")
OTHER_SYSTEMS = (":!*_windows.cpp", ":!*_portable.cpp")


def units_of(build):
    entries = json.loads(pathlib.Path(build, "compile_commands.json").read_text())
    return sorted({entry["file"] for entry in entries if not any(part in entry["file"] for part in GENERATED)})


def files_in(unit):
    if not unit.endswith("_cxx.cxx"):
        return [unit]
    return re.findall('#include "(.*)"', pathlib.Path(unit).read_text())


def main(source, build):
    units = units_of(build)
    seen = {os.path.relpath(name, source) for unit in units for name in files_in(unit)}
    listed = ["git", "-C", source, "ls-files", "src/*.cpp", "ui/*.cpp", "app/*.cpp", *OTHER_SYSTEMS]
    ours = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    missing = [name for name in ours if name not in seen]
    if missing:
        sys.exit("not analysed: " + " ".join(missing))
    print("\n".join(units))
    print(f"{len(ours)} files in {len(units)} pieces", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
