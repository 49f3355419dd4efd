#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks the golden path through the real window, as assistive technology sees it, and takes pictures.

usage: window_tour.py BIN_DIR SAMPLE_FILE [PICTURE_DIR]

Needs a display, a D-Bus session with an unlocked keyring and the accessibility bus (window-tour.sh provides all three).
The tour plays the person: it chooses the environment of a first start, presses buttons by their accessible names, decides on the consent page in the "browser"
(a program named xdg-open, first in PATH, that writes the address to a file), attaches a file through the file dialog,
asks, reads the answer and the timeline, goes from an event to its place in the answer, changes the colours, is killed
(`kill -9`) with a draft in each of two chats and started again, adds a second account and switches between the two, stops a run,
sees one fail, switches a language model on and off, and signs out. It prints one line a step and exits 1 at the first that fails.
"""
import csv
import decimal
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import pyatspi

PATIENCE = 30.0
MENU_ITEMS = (pyatspi.ROLE_MENU_ITEM, pyatspi.ROLE_CHECK_MENU_ITEM, pyatspi.ROLE_RADIO_MENU_ITEM)


def wait_for(what, look):
    """Polls `look` until it gives something true; the message of a failure names `what`."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            found = look()
            if found:
                return found
        except Exception as problem:  # the tree changes while it is read; the next look sees the new one
            last = problem
        time.sleep(0.05)
    sys.exit(f"FAIL: waited {PATIENCE:.0f} s for {what}")


def descend(node, depth=0):
    if depth > 40:
        return
    for child in node:
        if child is None:
            continue
        yield child
        yield from descend(child, depth + 1)


def showing(node):
    state = node.getState()
    return state.contains(pyatspi.STATE_SHOWING) and state.contains(pyatspi.STATE_VISIBLE)


def application():
    for app in pyatspi.Registry.getDesktop(0):
        if app is not None and "apex-desktop" in app.name.lower() or app is not None and app.name == "Apex Desktop":
            return app
    return None


def find(role, pattern):
    """The first showing node of a role whose name matches."""
    app = application()
    if app is None:
        return None
    for node in descend(app):
        if node.getRole() == role and re.search(pattern, node.name or "") and showing(node):
            return node
    return None


def press(role, pattern):
    node = wait_for(f"{pattern!r}", lambda: find(role, pattern))
    node.queryAction().doAction(0)
    return node


def all_text():
    """Every name and text in the window, as a screen reader could read it."""
    parts = []
    for node in descend(application()):
        parts.append(node.name or "")
        try:
            parts.append(node.queryText().getText(0, -1))
        except NotImplementedError:
            pass
    return "\n".join(parts)


def descend_showing(node, depth=0):
    """Like descend, but a hidden page hides all in it, whatever its parts say of themselves."""
    for child in node:
        if child is None or depth > 40 or not showing(child):
            continue
        yield child
        yield from descend_showing(child, depth + 1)


def shown_text():
    """The same, of what is on show only: pages of other accounts live on behind it."""
    parts = []
    for node in descend_showing(application()):
        parts.append(node.name or "")
        try:
            parts.append(node.queryText().getText(0, -1))
        except NotImplementedError:
            pass
    return "\n".join(parts)


def play_person(address, name="Ana Example"):
    page = urllib.request.urlopen(address, timeout=10).read().decode()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page))
    fields.update(account="new", new_name=name, password="", decision="allow")
    origin = "/".join(address.split("/")[:3])
    request = urllib.request.Request(origin + "/oauth/authorize", urllib.parse.urlencode(fields).encode(), {"Origin": origin})
    return urllib.request.urlopen(request, timeout=10).status


def total_of(sample):
    with open(sample, encoding="utf-8") as rows:
        total = sum((decimal.Decimal(row["cost_usd"]) for row in csv.DictReader(rows) if row["cost_usd"]), decimal.Decimal(0))
    return f"{total.normalize():f}"


def listen(path):
    """Writes what screen readers are told to say, a line each, until it is ended."""
    with open(path, "w", encoding="utf-8", buffering=1) as heard:
        def hear(event):
            # The description is what changed; the event itself carries the node only.
            if event.source.name in ("Status", "Transcript") and event.source.description:
                heard.write(event.source.description.replace("\n", " ") + "\n")
        pyatspi.Registry.registerEventListener(hear, "object:property-change:accessible-description")
        heard.write("listening\n")
        pyatspi.Registry.start()


class Tour:
    def __init__(self, binaries, sample, pictures):
        self.binaries = pathlib.Path(binaries)
        self.sample = os.path.abspath(sample)
        self.pictures = pathlib.Path(pictures) if pictures else None
        self.place = tempfile.TemporaryDirectory(prefix="apex-tour-")
        self.opened = pathlib.Path(self.place.name) / "opened"
        self.process = None
        self.listener = None
        self.heard_file = pathlib.Path(self.place.name) / "heard"

    def listen(self):
        self.listener = subprocess.Popen([sys.executable, __file__, "--listen", str(self.heard_file)])
        wait_for("the listener", lambda: self.heard_file.exists() and "listening" in self.heard())

    def heard(self):
        return self.heard_file.read_text(encoding="utf-8").splitlines()

    def start(self):
        browser = pathlib.Path(self.place.name) / "xdg-open"
        browser.write_text(f'#!/bin/sh\nprintf %s "$1" >"{self.opened}.part" && mv "{self.opened}.part" "{self.opened}"\n')
        browser.chmod(0o755)
        environment = dict(os.environ, APEX_HOME=self.place.name + "/home", PATH=f"{self.place.name}:{os.environ['PATH']}",
                           QT_QPA_PLATFORM="xcb", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", NO_AT_BRIDGE="0")
        self.begun = time.monotonic()
        self.process = subprocess.Popen([self.binaries / "apex-desktop"], env=environment)

    def choose_environment(self):
        """A first start has no environment; the window asks, and keys alone choose."""
        wait_for("the question which server", lambda: find(pyatspi.ROLE_LABEL, "^Which server"))
        self.picture("first-start")
        card = wait_for("the card of this computer", lambda: find(pyatspi.ROLE_PUSH_BUTTON, "^This computer"))
        card.queryComponent().grabFocus()
        self.key("space")
        self.say("chose an environment by key")

    def picture(self, name):
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            time.sleep(0.4)  # the picture, not the test, needs the window system to have drawn
            subprocess.run(["import", "-window", "root", str(self.pictures / f"{name}.png")], check=True)

    def say(self, step):
        print(f"ok: {step}", flush=True)

    def sign_in(self):
        wait_for("the sign-in page", lambda: find(pyatspi.ROLE_PUSH_BUTTON, "^Sign in with your browser"))
        self.picture("sign-in")
        press(pyatspi.ROLE_PUSH_BUTTON, "^Sign in with your browser")
        wait_for("the browser", self.opened.exists)
        self.picture("waiting-for-browser")
        assert play_person(self.opened.read_text()) == 200
        self.arrive("Ana Example")
        self.say("signed in and connected")

    def arrive(self, name):
        wait_for("what works", lambda: find(pyatspi.ROLE_LABEL, "^The connection to the backend on this computer is up"))
        wait_for("who signed in", lambda: find(pyatspi.ROLE_LABEL, "^The server knows you as"))
        wait_for("where the sign-in is kept", lambda: find(pyatspi.ROLE_LABEL, "kept in the keychain"))
        self.picture("arrived-" + name.split()[0].lower())
        self.key("space")  # the button has the focus
        wait_for("the composer", self.composer)

    def second_account(self):
        """Another account beside the first, and back to the first with one key."""
        self.choose("Add an account or environment…")
        wait_for("the question which server", lambda: find(pyatspi.ROLE_LABEL, "^Which server"))
        self.picture("add-account")
        press(pyatspi.ROLE_PUSH_BUTTON, "^This computer")
        self.opened.unlink()
        wait_for("the sign-in page", lambda: find(pyatspi.ROLE_PUSH_BUTTON, "^Sign in with your browser"))
        press(pyatspi.ROLE_PUSH_BUTTON, "^Sign in with your browser")
        wait_for("the browser", self.opened.exists)
        assert play_person(self.opened.read_text(), "Bob Example") == 200
        self.arrive("Bob Example")
        bob = lambda: find(pyatspi.ROLE_PUSH_BUTTON, "^Account: This computer / bob")
        ana = lambda: find(pyatspi.ROLE_PUSH_BUTTON, "^Account: This computer / ana")
        wait_for("Bob's account chip", bob)
        assert total_of(self.sample) not in shown_text(), "the second account shows the first one's answer"
        wait_for("Bob's account chip", bob).queryAction().doAction(0)
        time.sleep(0.4)  # popups are not in the tree; the picture shows it, and its keys prove it
        self.picture("account-menu")
        self.key("Down")
        self.key("Return")
        wait_for("Ana's account chip", ana)
        wait_for("Ana's answer", lambda: total_of(self.sample) in shown_text())
        self.picture("switched-back")
        self.say("two accounts side by side, and back through the account menu by keys")

    def composer(self):
        for role in (pyatspi.ROLE_TEXT, pyatspi.ROLE_ENTRY, pyatspi.ROLE_PARAGRAPH):
            node = find(role, "(?i)message")
            if node is not None:
                return node
        return None

    def attach(self, path):
        press(pyatspi.ROLE_PUSH_BUTTON, "(?i)^attach")
        dialog_field = wait_for("the file dialog", lambda: find(pyatspi.ROLE_TEXT, "(?i)file name"))
        dialog_field.queryEditableText().setTextContents(path)
        press(pyatspi.ROLE_PUSH_BUTTON, "(?i)^(open|choose|attach)$")
        wait_for("the attachment", lambda: os.path.basename(path) in all_text())
        self.say("attached " + os.path.basename(path))

    def send(self, question):
        field = wait_for("the composer", self.composer)
        field.queryEditableText().setTextContents(question)
        self.picture("before-sending")
        press(pyatspi.ROLE_PUSH_BUTTON, "(?i)^send")

    def ask(self, question):
        self.send(question)
        total = total_of(self.sample)
        wait_for(f"the total {total} in the transcript", lambda: total in all_text())
        wait_for("the run's outcome", lambda: re.search(r"(?i)completed", all_text()))
        self.say(f"the answer holds the file's total, {total}")
        self.announcements()

    def announcements(self):
        """What is said is what happened, not every piece of it: a run of some fifty events in a few sentences."""
        wait_for("the first sentence of the run", lambda: len(self.heard()) > 1)
        said = self.heard()[1:]
        assert len(said) <= 12, f"{len(said)} announcements for one run: {said}"
        self.say(f"{len(said)} announcements for one run")

    def key(self, name):
        subprocess.run(["xdotool", "key", name], check=True)

    def timeline(self):
        """Only rows near the visible ones are exposed, so the whole run is read by paging through it."""
        view = wait_for("the timeline", lambda: find(pyatspi.ROLE_LIST, "(?i)^timeline"))
        view.queryComponent().grabFocus()
        self.key("Home")
        seen = set()
        agents = {"Supervisor", "triage", "data", "optimization", "actions", "reporting"}

        def all_seen():
            text = all_text()
            seen.update(agent for agent in agents if re.search(rf"(?i)\bagent {agent}\b", text))
            if seen != agents:
                self.key("Next")
            return seen == agents

        wait_for(f"every agent in the timeline, among them {sorted(agents)}", all_seen)
        self.key("Home")
        self.say("the timeline names every agent")
        self.bounded(view)
        self.place_of_event(view)

    def bounded(self, view):
        """Rows out of sight are not in the tree, however many there are."""
        rows = [row for row in view if row is not None]
        height = view.queryComponent().getExtents(pyatspi.DESKTOP_COORDS).height
        row = max(node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS).height for node in rows)
        assert len(rows) <= 3 * (height / row + 1), f"{len(rows)} rows exposed in a list {height} high"
        self.say(f"{len(rows)} rows of the timeline are exposed")

    def place_of_event(self, view):
        """By keys alone from a tool call to the table that it made."""
        view.queryComponent().grabFocus()
        self.key("Home")
        passed = []

        def on_tool():
            current = next((row for row in view if row is not None and row.getState().contains(pyatspi.STATE_SELECTED)), None)
            name = current.name if current is not None else "no row is selected"
            if re.search(r"(?i)^tool cost by model\b", name):
                return True
            if passed[-1:] != [name]:  # the key before has arrived
                passed.append(name)
                self.key("Down")
            return False

        wait_for("the tool call in the timeline", on_tool)
        self.key("Return")
        wait_for("the place in the answer", lambda: any(re.search("Place in the answer: Model", said) for said in self.heard()))
        self.picture("place-of-event")
        self.key("Home")
        self.say("a tool call led to its table in the answer, by keys")

    def write(self, text):
        field = wait_for("the composer", self.composer)
        field.queryEditableText().setTextContents(text)

    def written(self):
        field = self.composer()
        return field.queryText().getText(0, -1) if field else None

    def kept_drafts(self):
        """What the disk holds, as another program reads it."""
        drafts = set()
        for path in pathlib.Path(self.place.name, "home").rglob("*"):
            if not path.is_file() or path.stat().st_size < 16:
                continue
            with open(path, "rb") as file:
                if file.read(15) != b"SQLite format 3":
                    continue
            database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            if database.execute("SELECT 1 FROM sqlite_master WHERE name='drafts'").fetchone():
                drafts.update(text for (text,) in database.execute("SELECT text FROM drafts"))
            database.close()
        return drafts

    def survive_kill(self):
        """Killed without warning, the program comes back with every chat's draft."""
        begun, fresh = "Half a thought about this answer", "A question for a chat that does not exist yet"
        self.write(begun)
        wait_for("the first draft on the disk", lambda: begun in self.kept_drafts())
        self.new_chat()
        self.write(fresh)
        wait_for("both drafts on the disk", lambda: {begun, fresh} <= self.kept_drafts())
        self.process.kill()
        self.process.wait()
        wait_for("the end of the killed window", lambda: application() is None)
        self.start()
        wait_for("the draft of the new chat", lambda: self.written() == fresh)
        self.choose("Go to…")
        wait_for("the field of the quick switcher", lambda: find(pyatspi.ROLE_TEXT, "^Chat, account or command"))
        subprocess.run(["xdotool", "type", "Where is my AI spend"], check=True)
        self.key("Return")
        wait_for("the draft of the chat with the answer", lambda: self.written() == begun)
        wait_for("the answer", lambda: total_of(self.sample) in shown_text())
        self.write("")
        self.say("killed with two drafts, and both are there after the next start")

    def choose(self, name):
        """Triggers a menu item by its name, without opening the menu over the picture."""
        def item():
            # Every account's page has its menus; only those of the page on show are meant.
            bars = (node for node in descend(application()) if node.getRole() == pyatspi.ROLE_MENU_BAR and showing(node))
            return next((node for bar in bars for node in descend(bar) if node.getRole() in MENU_ITEMS and node.name == name), None)
        wait_for(f"the menu item {name}", item).queryAction().doAction(0)

    def themes(self):
        self.picture("main-light")
        self.choose("Dark")
        self.picture("main-dark")
        self.choose("High contrast")
        self.picture("main-high-contrast")
        self.choose("Light")
        self.say("the colours changed on request")

    def new_chat(self):
        press(pyatspi.ROLE_PUSH_BUTTON, "^New chat")
        wait_for("the empty chat", lambda: "What would you like to know?" in all_text())

    def stop(self):
        large = pathlib.Path(self.place.name) / "large-export.csv"
        head, rows = pathlib.Path(self.sample).read_bytes().split(b"\n", 1)
        large.write_bytes(head + b"\n" + rows * (100_000_000 // len(rows)))
        self.new_chat()
        self.attach(str(large))
        self.send("Where is my AI spend going?")
        # At once: a picture in between takes as long as the run does. The gallery shows a run at work.
        press(pyatspi.ROLE_PUSH_BUTTON, "^Stop the run")
        wait_for("the word that it was stopped", lambda: re.search(r"(?i)\bstopped\b", all_text()))
        self.picture("stopped")
        self.say("a run was stopped, and the window says so")

    def fail(self):
        broken = pathlib.Path(self.place.name) / "shapes.csv"
        broken.write_text("colour,shape\nred,round\n")
        self.new_chat()
        self.attach(str(broken))
        self.send("Where is my AI spend going?")
        wait_for("the failure in words", lambda: re.search(r"(?i)\bfailed\b", all_text()) and re.search(r"(?i)column", all_text()))
        self.picture("failed")
        self.say("a run that failed says why")

    def language_model(self):
        """Set in the window, named in it, and gone from it once the command line switches it off."""
        chip = lambda: find(pyatspi.ROLE_PUSH_BUTTON, "^Language model: tiny at 127.0.0.1:9$")
        self.choose("Language model…")
        for field, words in (("^Address", "http://127.0.0.1:9/v1"), ("^Model$", "tiny")):
            wait_for(field, lambda field=field: find(pyatspi.ROLE_TEXT, field)).queryEditableText().setTextContents(words)
        press(pyatspi.ROLE_PUSH_BUTTON, "^Switch on$")
        press(pyatspi.ROLE_PUSH_BUTTON, "^Try it$")  # nobody listens there
        wait_for("that nobody answers", lambda: re.search("(?i)language model.*(reach|answer|refused)", all_text()))
        self.picture("language-model")
        press(pyatspi.ROLE_PUSH_BUTTON, "^Close$")
        wait_for("the model in the header", chip)
        self.picture("language-model-named")
        off = dict(os.environ, APEX_HOME=self.place.name + "/home")
        subprocess.run([self.binaries / "apex", "model", "--off"], env=off, check=True, stdout=subprocess.DEVNULL)
        wait_for("a header without a model", lambda: chip() is None)
        self.say("a language model is named while it is on, wherever it was switched")

    def sign_out(self):
        self.choose("Sign out")
        wait_for("the sign-in page", lambda: find(pyatspi.ROLE_PUSH_BUTTON, "^Sign in with your browser"))
        self.picture("signed-out")
        self.say("signed out")

    def end(self):
        if self.listener:
            self.listener.kill()
            self.listener.wait()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                sys.exit("FAIL: the window did not end within 10 s")

    def run(self):
        try:
            self.start()
            self.choose_environment()
            self.sign_in()
            self.picture("empty")
            self.listen()
            self.attach(self.sample)
            self.ask("Where is my AI spend going?")
            took = time.monotonic() - self.begun
            assert took < 60, f"from the first start to the first answer: {took:.0f} s"
            self.say(f"from the first start to the first answer: {took:.1f} s")
            self.timeline()
            self.themes()
            self.survive_kill()
            self.second_account()
            self.stop()
            self.fail()
            self.language_model()
            self.sign_out()
            if self.process.poll() is not None:
                sys.exit("FAIL: the window ended by itself")
        finally:
            self.end()
        self.say("the window ended when asked")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--listen"]:
        listen(sys.argv[2])
    Tour(*(sys.argv[1:4] + [None])[:3]).run()
