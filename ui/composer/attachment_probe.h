// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace apex::ui {

/// First columns and one row of a table-like file, as a person would check that it is the right one.
struct AttachmentPreview {
    QStringList columns;
    QStringList sample; ///< values of the first row, as many as columns
    int moreColumns = 0;
};

/// What is known of a file or folder before it is sent; read from at most 64 KiB of a file.
struct AttachmentFacts {
    QString path;
    QString name;
    qint64 bytes = 0;
    QString problem; ///< one sentence if it cannot be sent; empty if it can
    std::optional<AttachmentPreview> preview;
    /// Rows below the head of delimited text, or JSON lines; nullopt for other files.
    std::optional<qint64> rows;
    std::optional<qint64> files; ///< that can be usage data below a folder; nullopt: no folder
    bool rowsEstimated = false;  ///< counted in the part that was read, the rest taken to be alike
};

/// Looks at a file, or through a folder. `maxBytes` is the environment's limit for a file; 0 means none.
[[nodiscard]] AttachmentFacts probeAttachment(const QString& path, qint64 maxBytes);
/// First lines of comma-, semicolon- or tab-separated text; nullopt if it is not such text.
[[nodiscard]] std::optional<AttachmentPreview> previewDelimited(const QString& text);
/// Keys and values of a JSON object, or of the first one in an array; nullopt if there is none. Text that is
/// cut off is read as far as it goes.
[[nodiscard]] std::optional<AttachmentPreview> previewJson(const QString& text);
/// Keys and values of the first line of JSON lines; nullopt if it is not an object.
[[nodiscard]] std::optional<AttachmentPreview> previewJsonLines(const QString& text);

} // namespace apex::ui
