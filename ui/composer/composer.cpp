// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/composer/composer.h"

#include "ui/composer/attachment_chip.h"
#include "ui/composer/composer_edit.h"
#include "ui/composer/drop_hint.h"
#include "ui/theme/elided_label.h"
#include "ui/theme/theme_icon.h"
#include "ui/theme/theme_provider.h"

#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace apex::ui {

namespace {

constexpr int kDefaultColumn = 704;
constexpr double kNearLimit = 0.8;

} // namespace

Composer::Composer(const ThemeProvider& theme, FilePicker& picker, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_picker(picker) {
    setObjectName(QStringLiteral("composer"));
    setAccessibleName(tr("Message composer"));
    setAcceptDrops(true);
    m_column = new QWidget(this);
    m_edit = new ComposerEdit(m_column);
    buildButtons();
    buildLayout();
    connectParts();
    setColumnWidth(kDefaultColumn);
    applyTheme();
}

void Composer::buildButtons() {
    m_attach = new QToolButton(m_column);
    m_attach->setObjectName(QStringLiteral("attachButton"));
    m_attach->setText(tr("Attach"));
    m_attach->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_attach->setFocusPolicy(Qt::StrongFocus);
    m_attach->setAccessibleName(tr("Attach files"));
    m_attach->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A));
    m_attach->setToolTip(
        tr("Attach files (%1)").arg(m_attach->shortcut().toString(QKeySequence::NativeText)));
    buildFolderButton();
    m_note = new ElidedLabel(m_column);
    m_note->setObjectName(QStringLiteral("composerNote"));
    m_note->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_stop = new QPushButton(m_column);
    m_stop->setObjectName(QStringLiteral("stopButton"));
    m_stop->setProperty("role", QStringLiteral("danger"));
    m_send = new QPushButton(m_column);
    m_send->setObjectName(QStringLiteral("sendButton"));
    m_send->setProperty("role", QStringLiteral("primary"));
}

// A button of its own: a menu behind the other one would keep assistive technology waiting until it closes.
void Composer::buildFolderButton() {
    m_attachFolder = new QToolButton(m_column);
    m_attachFolder->setObjectName(QStringLiteral("attachFolderButton"));
    m_attachFolder->setText(tr("Folder"));
    m_attachFolder->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_attachFolder->setFocusPolicy(Qt::StrongFocus);
    m_attachFolder->setAccessibleName(tr("Attach a folder"));
    m_attachFolder->setToolTip(tr("Attach the usage logs of a whole folder"));
}

void Composer::buildLayout() {
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(spacing::s);
    buttons->addWidget(m_attach);
    buttons->addWidget(m_attachFolder);
    buttons->addWidget(m_note, 1);
    buttons->addWidget(m_stop);
    buttons->addWidget(m_send);
    m_chipColumn = new QVBoxLayout;
    m_chipColumn->setSpacing(spacing::xs);
    m_chipColumn->setContentsMargins(0, 0, spacing::xs, 0);
    auto* box = new QVBoxLayout(m_column);
    box->setContentsMargins(spacing::l, spacing::m, spacing::m, spacing::m);
    box->setSpacing(spacing::s);
    box->addLayout(m_chipColumn);
    box->addWidget(m_edit);
    box->addLayout(buttons);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(spacing::m, spacing::xs, spacing::m, spacing::m);
    row->addStretch(1);
    row->addWidget(m_column, 1000);
    row->addStretch(1);
    setTabOrder(m_edit, m_attach);
    setTabOrder(m_attach, m_attachFolder);
    setTabOrder(m_attachFolder, m_stop);
    setTabOrder(m_stop, m_send);
    setFocusProxy(m_edit);
}

void Composer::connectParts() {
    connect(m_edit, &ComposerEdit::submitted, this, &Composer::send);
    connect(m_edit, &ComposerEdit::filesGiven, this, &Composer::addFiles);
    connect(m_edit, &ComposerEdit::escaped, this, &Composer::leaveRequested);
    connect(m_edit, &ComposerEdit::focusChanged, this, qOverload<>(&QWidget::update));
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        m_messageBytes = m_edit->toPlainText().toUtf8().size();
        refresh();
        Q_EMIT draftChanged(draft());
    });
    connect(m_attach, &QToolButton::clicked, this, &Composer::attach);
    connect(m_attachFolder, &QToolButton::clicked, this, &Composer::attachFolder);
    connect(m_stop, &QPushButton::clicked, this, &Composer::stopRequested);
    connect(m_send, &QPushButton::clicked, this, &Composer::send);
    connect(&m_theme, &ThemeProvider::changed, this, &Composer::applyTheme);
}

void Composer::applyTheme() {
    const Theme& theme = m_theme.theme();
    QFont reading = theme.fonts.body;
    reading.setPointSizeF(reading.pointSizeF() * 15 / 14);
    m_edit->setFont(reading);
    m_note->setFont(theme.fonts.caption);
    m_attach->setIcon(themeIcon(QStringLiteral("attach"), theme.colours.muted));
    m_attachFolder->setIcon(themeIcon(QStringLiteral("folder"), theme.colours.muted));
    m_stop->setIcon(themeIcon(QStringLiteral("stop"), theme.colours.failed));
    for (AttachmentChip* chip : m_chips)
        chip->setTheme(theme);
    refresh();
    update();
}

void Composer::setMode(ComposerMode mode) {
    m_mode = mode;
    refresh();
}

void Composer::setRunning(bool running) {
    m_running = running;
    m_stopping = m_stopping && running;
    refresh();
}

void Composer::setStopping(bool stopping) {
    m_stopping = stopping;
    refresh();
}

void Composer::setLimits(qint64 messageBytes, qint64 fileBytes) {
    m_messageLimit = messageBytes;
    const bool otherFiles = std::exchange(m_fileLimit, fileBytes) != fileBytes;
    for (AttachmentChip* chip : m_chips) {
        if (otherFiles)
            chip->setFacts(probeAttachment(chip->facts().path, m_fileLimit));
    }
    refresh();
}

void Composer::setColumnWidth(int width) {
    m_column->setMaximumWidth(std::max(240, width));
}

QString Composer::draft() const {
    return m_edit->toPlainText();
}

void Composer::setDraft(const QString& text) {
    if (text != draft())
        m_edit->replaceText(text);
}

QStringList Composer::files() const {
    QStringList paths;
    for (const AttachmentChip* chip : m_chips)
        paths << chip->facts().path;
    return paths;
}

void Composer::addFiles(const QStringList& paths) {
    for (const QString& path : paths) {
        AttachmentFacts facts = probeAttachment(path, m_fileLimit);
        if (files().contains(facts.path))
            continue;
        auto* chip = new AttachmentChip(std::move(facts), m_theme.theme(), m_column);
        connect(chip, &AttachmentChip::removeRequested, this, [this, chip] { removeChip(chip); });
        m_chipColumn->addWidget(chip);
        m_chips.push_back(chip);
        setTabOrder(m_chips.size() > 1 ? m_chips[m_chips.size() - 2]->focusPart() : m_attachFolder,
                    chip->firstFocusPart());
        setTabOrder(chip->firstFocusPart(), chip->focusPart());
    }
    refresh();
    askForColumns();
}

AttachmentChip* Composer::chipOf(const QString& path) const {
    const auto found = std::find_if(m_chips.begin(), m_chips.end(),
                                    [&](const AttachmentChip* chip) { return chip->facts().path == path; });
    return found == m_chips.end() ? nullptr : *found;
}

void Composer::askForColumns() {
    for (const QString& path : files()) {
        AttachmentChip* chip = chipOf(path);
        if (!chip || !chip->wantsColumns())
            continue;
        chip->setWantsColumns(false);
        Q_EMIT columnsWanted(path);
    }
}

void Composer::columnsUnknown(const QString& path) {
    if (AttachmentChip* chip = chipOf(path))
        chip->setWantsColumns(true);
}

void Composer::setColumns(const QString& path, const protocol::FilePreview& preview) {
    if (AttachmentChip* chip = chipOf(path))
        chip->setColumns(preview);
}

void Composer::removeChip(AttachmentChip* chip) {
    const bool hadFocus = chip->isAncestorOf(focusWidget());
    std::erase(m_chips, chip);
    chip->hide();
    chip->deleteLater();
    if (hadFocus)
        m_edit->setFocus(Qt::OtherFocusReason);
    refresh();
}

void Composer::clearFiles() {
    const std::vector<AttachmentChip*> chips = std::exchange(m_chips, {});
    for (AttachmentChip* chip : chips) {
        chip->hide();
        chip->deleteLater();
    }
    refresh();
}

void Composer::setHistory(const QStringList& prompts) {
    m_edit->setHistory(prompts);
}

void Composer::focusText() {
    m_edit->setFocus(Qt::OtherFocusReason);
}

void Composer::attach() {
    m_picker.pick(this, [this](const QStringList& paths) { addFiles(paths); });
}

void Composer::attachFolder() {
    m_picker.pickFolder(this, [this](const QStringList& paths) { addFiles(paths); });
}

QString Composer::obstacle() const {
    if (m_mode == ComposerMode::Disabled)
        return tr("Messages cannot be sent now");
    const bool badFile = std::any_of(m_chips.begin(), m_chips.end(), [](const AttachmentChip* chip) {
        return !chip->facts().problem.isEmpty();
    });
    if (badFile)
        return tr("Remove the file that cannot be sent");
    if (m_messageLimit > 0 && m_messageBytes > m_messageLimit)
        return tr("The message is too large: %1").arg(sizeNote());
    if (draft().trimmed().isEmpty())
        return m_chips.empty() ? tr("Write a message first") : tr("Say what to do with the file");
    return {};
}

QString Composer::sizeNote() const {
    const QLocale locale;
    return tr("%1 of %2")
        .arg(locale.formattedDataSize(m_messageBytes), locale.formattedDataSize(m_messageLimit));
}

QString Composer::placeholder() const {
    switch (m_mode) {
    case ComposerMode::Disabled:
        return tr("Sign in to write");
    case ComposerMode::Queue:
        return m_running ? tr("The agent is working. Your next message waits for its turn")
                         : tr("Not connected. Your message waits here until you are");
    case ComposerMode::Send:
        break;
    }
    return m_running ? tr("The agent is working. You can write meanwhile") : tr("Message the agent");
}

void Composer::refresh() {
    const QString reason = obstacle();
    const bool near = m_messageLimit > 0 && double(m_messageBytes) > kNearLimit * double(m_messageLimit);
    const bool sayReason =
        !reason.isEmpty() && (!m_chips.empty() || m_messageBytes > 0) && m_mode != ComposerMode::Disabled;
    m_note->setFullText(sayReason ? reason : near ? sizeNote() : QString());
    const ThemeColours& colours = m_theme.theme().colours;
    const bool over = m_messageLimit > 0 && m_messageBytes > m_messageLimit;
    QPalette palette = m_note->palette();
    palette.setColor(QPalette::WindowText, over ? colours.failed : colours.muted);
    m_note->setPalette(palette);
    const QString verb = m_mode == ComposerMode::Queue ? tr("Queue") : tr("Send");
    m_send->setText(verb);
    m_send->setAccessibleName(m_mode == ComposerMode::Queue ? tr("Queue message") : tr("Send message"));
    m_send->setEnabled(reason.isEmpty());
    m_send->setAccessibleDescription(reason);
    m_send->setToolTip(reason.isEmpty() ? tr("%1 (Enter)").arg(verb) : reason);
    // Whoever pressed it goes on writing; left alone, the focus would go to whatever comes next.
    if (m_stop->hasFocus() && (!m_running || m_stopping))
        m_edit->setFocus(Qt::OtherFocusReason);
    m_stop->setVisible(m_running);
    m_stop->setEnabled(!m_stopping);
    m_stop->setText(m_stopping ? tr("Stop requested") : tr("Stop"));
    m_stop->setAccessibleName(m_stopping ? tr("Stop requested") : tr("Stop the run"));
    if (const QString words = placeholder(); words != m_edit->placeholderText()) {
        m_edit->setPlaceholderText(words);
        // Qt 6.4 repaints only if the placeholder comes or goes, not for other words.
        m_edit->viewport()->update();
    }
    m_edit->setReadOnly(m_mode == ComposerMode::Disabled);
}

void Composer::send() {
    if (!obstacle().isEmpty())
        return;
    const QString text = draft().trimmed();
    const QStringList paths = files();
    protocol::FileColumns columns;
    for (const AttachmentChip* chip : m_chips) {
        if (!chip->choices().isEmpty())
            columns.insert(chip->facts().path, chip->choices());
    }
    m_edit->addToHistory(text);
    m_edit->replaceText({});
    clearFiles();
    Q_EMIT sendRequested(text, paths, columns);
}

void Composer::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ThemeColours& colours = m_theme.theme().colours;
    painter.fillRect(rect(), colours.window);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool focused = m_edit->hasFocus();
    painter.setPen(QPen(focused ? colours.accent : colours.border, focused ? 2 : 1));
    painter.setBrush(colours.window);
    const qreal inset = focused ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(m_column->geometry()).adjusted(inset, inset, -inset, -inset),
                            radius::medium + 4, radius::medium + 4);
}

void Composer::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    update();
}

void Composer::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    watchWindow();
}

void Composer::watchWindow() {
    if (m_watched == window())
        return;
    if (m_watched)
        m_watched->removeEventFilter(this);
    m_watched = window();
    m_watched->setAcceptDrops(true);
    m_watched->installEventFilter(this);
}

bool Composer::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_watched || !isVisible() || m_mode == ComposerMode::Disabled)
        return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::DragEnter: {
        auto* drag = static_cast<QDragEnterEvent*>(event);
        if (localFilesIn(drag->mimeData()).isEmpty())
            return false;
        drag->acceptProposedAction();
        if (!m_dropHint)
            m_dropHint = new DropHint(m_theme.theme(), m_watched);
        m_dropHint->show();
        m_dropHint->raise();
        return true;
    }
    case QEvent::DragLeave:
        endDrag();
        return false;
    case QEvent::Drop: {
        auto* drop = static_cast<QDropEvent*>(event);
        endDrag();
        const QStringList paths = localFilesIn(drop->mimeData());
        if (paths.isEmpty())
            return false;
        addFiles(paths);
        focusText();
        drop->acceptProposedAction();
        return true;
    }
    default:
        return QWidget::eventFilter(watched, event);
    }
}

void Composer::endDrag() {
    if (m_dropHint)
        m_dropHint->deleteLater();
    m_dropHint = nullptr;
}

void Composer::dragEnterEvent(QDragEnterEvent* event) {
    if (!localFilesIn(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void Composer::dropEvent(QDropEvent* event) {
    const QStringList paths = localFilesIn(event->mimeData());
    if (paths.isEmpty())
        return;
    endDrag();
    addFiles(paths);
    event->acceptProposedAction();
}

} // namespace apex::ui
