// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/key_sheet.h"

#include "ui/theme/theme.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeySequence>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

struct KeyLine {
    QString keys; ///< portable key sequences, or an area's heading if `what` is empty
    QString what;
};

std::vector<KeyLine> keyLines() {
    return {{KeySheet::tr("Everywhere"), {}},
            {u"Ctrl+K"_s, KeySheet::tr("Go to a chat or an account, or run a command")},
            {u"Ctrl+1, Ctrl+9"_s, KeySheet::tr("First to ninth account")},
            {u"Ctrl+N"_s, KeySheet::tr("New chat")},
            {u"F6, Shift+F6"_s, KeySheet::tr("Next and previous pane")},
            {u"F8"_s, KeySheet::tr("Show or hide the timeline")},
            {u"F9"_s, KeySheet::tr("Show or hide the chats")},
            {u"Ctrl+."_s, KeySheet::tr("Ask the server to stop the run")},
            {u"Ctrl+Shift+D"_s, KeySheet::tr("Check the connection")},
            {u"F1"_s, KeySheet::tr("This page")},
            {KeySheet::tr("Writing"), {}},
            {u"Return"_s, KeySheet::tr("Send")},
            {u"Shift+Return"_s, KeySheet::tr("New line")},
            {u"Up"_s, KeySheet::tr("In an empty box: what was sent before")},
            {u"Esc"_s, KeySheet::tr("Leave the box; never stops a run")},
            {KeySheet::tr("Transcript"), {}},
            {u"Up, Down"_s, KeySheet::tr("Previous and next message")},
            {u"Alt+Up, Alt+Down"_s, KeySheet::tr("Previous and next prompt")},
            {u"Ctrl+F"_s, KeySheet::tr("Find in this chat")},
            {u"F3, Shift+F3"_s, KeySheet::tr("Next and previous place found")},
            {u"Left, Right"_s, KeySheet::tr("Scroll wide code and tables")},
            {u"Home, End"_s, KeySheet::tr("First message; end, and follow it")},
            {u"Return"_s, KeySheet::tr("Show the message's run in the timeline")},
            {u"Ctrl+C"_s, KeySheet::tr("Copy the selection or the message")},
            {KeySheet::tr("Timeline"), {}},
            {u"Up, Down"_s, KeySheet::tr("Previous and next step")},
            {u"Right, Left"_s, KeySheet::tr("Open and close details")},
            {u"J, K"_s, KeySheet::tr("Next and previous problem")},
            {u"/"_s, KeySheet::tr("Filter the rows; 1 to 5 show one kind, 0 all")},
            {u"Return"_s, KeySheet::tr("Show the run in the transcript")},
            {u"Ctrl+C"_s, KeySheet::tr("Copy the step")},
            {KeySheet::tr("Chats"), {}},
            {u"Return"_s, KeySheet::tr("Open")},
            {u"F2"_s, KeySheet::tr("Rename")},
            {u"Del"_s, KeySheet::tr("Archive; can be undone for some seconds")}};
}

/// Each combination as the cap of a key.
QWidget* keyCaps(const QString& portable, QWidget* page) {
    auto* caps = new QWidget(page);
    auto* row = new QHBoxLayout(caps);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing::xs);
    row->addStretch(1);
    for (const QString& key : portable.split(u", "_s)) {
        auto* cap = new QLabel(QKeySequence(key).toString(QKeySequence::NativeText), caps);
        cap->setTextFormat(Qt::PlainText);
        cap->setProperty("role", u"key"_s);
        row->addWidget(cap);
    }
    return caps;
}

void fill(QGridLayout* grid, QWidget* page) {
    int row = 0;
    for (const KeyLine& line : keyLines()) {
        if (line.what.isEmpty()) {
            auto* heading = new QLabel(line.keys, page);
            heading->setProperty("role", u"heading"_s);
            heading->setContentsMargins(0, row == 0 ? 0 : spacing::m, 0, 0);
            grid->addWidget(heading, row++, 0, Qt::AlignLeading);
            continue;
        }
        grid->addWidget(new QLabel(line.what, page), row, 0, Qt::AlignLeading);
        grid->addWidget(keyCaps(line.keys, page), row++, 1);
    }
}

} // namespace

KeySheet::KeySheet(QWidget* parent) : QDialog(parent) {
    setObjectName(u"keySheet"_s);
    setWindowTitle(tr("Keys"));
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Keys"));
    auto* page = new QWidget(scroll);
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(spacing::xl, spacing::l, spacing::xl, spacing::l);
    grid->setHorizontalSpacing(spacing::xl);
    grid->setVerticalSpacing(spacing::xs);
    fill(grid, page);
    scroll->setWidget(page);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    // As wide as the lines want, beside the bar; the button ends where the lines do.
    const int bar = scroll->verticalScrollBar()->sizeHint().width();
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(spacing::xl, 0, spacing::xl, spacing::l);
    foot->setSpacing(0);
    foot->addWidget(buttons);
    foot->addSpacing(bar);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll, 1);
    column->addLayout(foot);
    setMinimumWidth(page->sizeHint().width() + bar + 2 * spacing::m);
    resize(minimumWidth(), 600);
}

} // namespace apex::ui
