#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails on an include against the arrows of ARCHITECTURE.md, and on what a layer must never see.

usage: layers.py SOURCE_DIR [--self-test]
"""
import pathlib
import re
import sys

# A folder may include itself and the folders named here.
ALLOWED = {
    "base": set(),
    "protocol": {"base"},
    "runs": {"protocol", "base"},
    "environment": {"base"},
    "credentials": {"environment", "base"},
    "auth": {"credentials", "environment", "base"},
    "connection": {"auth", "credentials", "environment", "protocol", "base"},
    "history": {"environment", "runs", "protocol", "base"},
    "inspection": {"history", "runs", "protocol", "base"},
    "session": {"inspection", "history", "connection", "auth", "credentials", "environment", "runs", "protocol", "base"},
    "diagnosis": {"session", "connection", "auth", "credentials", "environment", "protocol", "base"},
    "models": {"session", "inspection", "history", "connection", "auth", "credentials", "environment", "runs", "protocol", "base"},
    "backend": {"protocol", "base"},
}
SRC = set(ALLOWED)
# ui/ talks to models and sessions and to the plain values they hand out.
UI_MAY = {"models", "session", "diagnosis", "runs", "environment", "base"}
# Headers of these are value types that session's own interface exposes.
UI_VALUE_HEADERS = {"protocol/event.h", "auth/tokens.h", "auth/sign_in.h", "connection/link.h", "protocol/file_preview.h"}
JSON_FOLDERS = {"protocol", "diagnosis", "history", "inspection", "environment", "auth", "credentials", "backend"}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
QUOTED = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
WINDOW = re.compile(r"^(QtWidgets|QtGui|QWidget|QApplication|QGuiApplication|QPainter|QColor|QFont|QPixmap|QImage|QIcon|QClipboard|QDesktopServices)\b")
JSON = re.compile(r"^(QJson\w+|simdjson)")
UI_NEVER = re.compile(r"^(QJson\w+|simdjson|QSql\w*|QWebSocket\w*|QTcp\w+|QNetworkReply|QNetworkRequest|qt6keychain|sqlite3)")
ENVIRONMENT_READ = re.compile(r"\b(qgetenv|qEnvironmentVariable\w*|std::getenv|getenv)\s*\(")
FORBIDDEN = [
    (re.compile(r"\bignoreSslErrors\b"), "TLS errors are never ignored"),
    (re.compile(r"setInsecureFallback\s*\(\s*true"), "the keychain's plain-text fallback stays off"),
    (re.compile(r"\bVerifyNone\b"), "certificates are always verified"),
    (re.compile(r"catch\s*\([^)]*\)\s*\{\s*\}"), "an empty catch hides an error"),
    (re.compile(r"\bclass\s+\w*(Manager|Helper|Utils)\b"), "name the role, not 'Manager', 'Helper' or 'Utils'"),
    (re.compile(r"\bsetHtml\s*\("), "untrusted text is never handed over as HTML"),
]


def layer_of(path: pathlib.Path):
    parts = path.parts
    if parts[0] == "src":
        return parts[1]
    return parts[0]


def problems_in(path: pathlib.Path, text: str):
    layer = layer_of(path)
    for include in INCLUDE.findall(text):
        target = include.split("/")[0]
        if layer in SRC:
            if target in SRC and target != layer and target not in ALLOWED[layer]:
                yield f"{layer} must not include {include}"
            if target in {"ui", "app"} and "/" in include:
                yield f"src must not include {include}"
            if WINDOW.match(include):
                yield f"src must not see QtGui or QtWidgets: {include}"
            if JSON.match(include) and layer not in JSON_FOLDERS:
                yield f"{layer} must not see JSON: {include}"
        elif layer == "ui":
            if target in SRC and target not in UI_MAY and include not in UI_VALUE_HEADERS:
                yield f"ui must not include {include}"
            if target == "app" and "/" in include:
                yield f"ui must not include {include}"
            if UI_NEVER.match(include):
                yield f"ui must not see sockets, databases, JSON or the keychain: {include}"
    if ENVIRONMENT_READ.search(text) and layer != "environment" and path.parts[0] == "src":
        yield "environment variables are read in src/environment only"
    for pattern, why in FORBIDDEN:
        if pattern.search(text):
            yield why


def check(root: pathlib.Path):
    found = 0
    files = 0
    for top in ("src", "ui", "app"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in {".h", ".cpp"}:
                continue
            files += 1
            for problem in problems_in(path.relative_to(root), path.read_text(encoding="utf-8")):
                print(f"{path.relative_to(root)}: {problem}")
                found += 1
    print(f"{files} files checked, {found} against the rules")
    return found == 0 and files > 0


def self_test():
    """The rules have to bite: each of these must be refused, and the last must pass."""
    cases = [
        ("src/base/x.cpp", '#include "protocol/event.h"\n', False),
        ("src/runs/x.cpp", "#include <QPainter>\n", False),
        ("src/session/x.cpp", "#include <QJsonObject>\n", False),
        ("src/backend/server/x.cpp", '#include "auth/tokens.h"\n', False),
        ("src/auth/x.cpp", '#include "backend/server/server.h"\n', False),
        ("ui/shell/x.cpp", '#include "connection/rest_client.h"\n', False),
        ("ui/shell/x.cpp", "#include <QSqlDatabase>\n", False),
        ("src/auth/x.cpp", 'auto home = qgetenv("HOME");\n', False),
        ("src/connection/x.cpp", "socket.ignoreSslErrors();\n", False),
        ("src/models/x.cpp", '#include "session/conversation.h"\n', True),
    ]
    good = True
    for name, text, allowed in cases:
        if (not list(problems_in(pathlib.Path(name), text))) != allowed:
            print(f"self-test: wrong answer for {name}: {text.strip()}")
            good = False
    return good


if __name__ == "__main__":
    sys.exit(0 if self_test() and check(pathlib.Path(sys.argv[1])) else 1)
