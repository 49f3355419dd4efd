// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/file_preview.h"
#include "ui/composer/file_picker.h"

#include <QPointer>
#include <QWidget>

#include <vector>

class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace apex::ui {

class AttachmentChip;
class ComposerEdit;
class DropHint;
class ElidedLabel;
class ThemeProvider;

/// What happens with a message now. The verb on the button is always the truth at the moment it is pressed.
enum class ComposerMode {
    Send,     ///< goes out at once
    Queue,    ///< is kept and goes out when the connection is back or the run has ended
    Disabled, ///< cannot be sent; the text is kept
};

/// Where a message is written: text, files, Send and Stop. Keeps the draft; the owner decides what sending
/// means.
class Composer final : public QWidget {
    Q_OBJECT
public:
    /// Both outlive the composer.
    Composer(const ThemeProvider& theme, FilePicker& picker, QWidget* parent = nullptr);

    void setMode(ComposerMode mode);
    [[nodiscard]] ComposerMode mode() const { return m_mode; }
    /// True while a run of this thread is open: Stop is offered.
    void setRunning(bool running);
    /// True from the click on Stop until the run has ended.
    void setStopping(bool stopping);
    /// Largest message and file in bytes; 0 means no limit.
    void setLimits(qint64 messageBytes, qint64 fileBytes);
    /// Widest column in pixels, so that the text stands under the transcript's.
    void setColumnWidth(int width);

    [[nodiscard]] QString draft() const;
    /// Replaces the text; files stay.
    void setDraft(const QString& text);
    [[nodiscard]] QStringList files() const;
    void addFiles(const QStringList& paths);
    void clearFiles();
    /// What the server takes the columns of an attached file for.
    void setColumns(const QString& path, const protocol::FilePreview& preview);
    /// Asks for the columns of the files that were not asked for yet, or whose asking failed.
    void askForColumns();
    /// It could not be asked; it is asked for again another time.
    void columnsUnknown(const QString& path);
    /// Earlier prompts of this thread, oldest first.
    void setHistory(const QStringList& prompts);
    /// Puts the caret into the text.
    void focusText();

Q_SIGNALS:
    /// The text is trimmed; files are absolute paths of files and folders. The composer is empty again when
    /// this returns.
    /// `columns` is what the person corrected, by path.
    void sendRequested(const QString& text, const QStringList& files,
                       const apex::protocol::FileColumns& columns);
    /// What are the columns of this file taken for? setColumns() or columnsUnknown() answers.
    void columnsWanted(const QString& path);
    void stopRequested();
    void draftChanged(const QString& text);
    /// Escape was pressed: the person wants to leave the box. Never stops a run.
    void leaveRequested();

protected:
    /// Files may be dropped anywhere on the window that shows the composer.
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildButtons();
    void buildFolderButton();
    void buildLayout();
    void connectParts();
    void applyTheme();
    void refresh();
    void send();
    void attach();
    void attachFolder();
    void watchWindow();
    void endDrag();
    void removeChip(AttachmentChip* chip);
    [[nodiscard]] AttachmentChip* chipOf(const QString& path) const;
    /// Why the message cannot be sent now; empty if it can.
    [[nodiscard]] QString obstacle() const;
    [[nodiscard]] QString placeholder() const;
    [[nodiscard]] QString sizeNote() const;

    const ThemeProvider& m_theme;
    FilePicker& m_picker;
    ComposerMode m_mode = ComposerMode::Send;
    bool m_running = false;
    bool m_stopping = false;
    qint64 m_messageLimit = 0;
    qint64 m_fileLimit = 0;
    qint64 m_messageBytes = 0;
    QWidget* m_column = nullptr;
    QVBoxLayout* m_chipColumn = nullptr;
    std::vector<AttachmentChip*> m_chips;
    QPointer<QWidget> m_watched; ///< the window that files are dropped on
    QPointer<DropHint> m_dropHint;
    ComposerEdit* m_edit = nullptr;
    QToolButton* m_attach = nullptr;
    QToolButton* m_attachFolder = nullptr;
    ElidedLabel* m_note = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_send = nullptr;
};

} // namespace apex::ui
