// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "models/report_document.h"
#include "session/conversation.h"
#include "ui/transcript/markdown_block.h"

#include <QDateTime>
#include <QModelIndex>
#include <QString>
#include <QStringList>

#include <memory>

namespace apex::ui {

/// What one row of the transcript shows, read from the model. A value.
struct MessageContent {
    qint64 localId = 0;
    session::Speaker speaker = session::Speaker::User;
    session::AnswerKind kind = session::AnswerKind::Full;
    session::Delivery delivery = session::Delivery::None;
    QString text;
    QString name;
    QString time;
    QString badge;
    QString deliveryText;
    QString error;
    QString sentence; ///< the row as a person would say it
    bool canRetry = false;
    std::shared_ptr<const models::ReportDocument> report; ///< nullptr where none came
    bool asReport = false; ///< the reader chose to read the report in place of the text
    QStringList attachments;
    RunId run;

    /// True where the report is what is shown.
    [[nodiscard]] bool showsReport() const { return report && (asReport || text.trimmed().isEmpty()); }

    friend bool operator==(const MessageContent&, const MessageContent&) = default;
};

/// Reads a row of a TranscriptModel (or of any model with its roles).
[[nodiscard]] MessageContent contentOf(const QModelIndex& index);
/// Only what finding needs: text, speaker and report.
[[nodiscard]] MessageContent searchedContentOf(const QModelIndex& index);
/// The blocks of a message as its layout has them, of all of its text.
[[nodiscard]] MarkdownBlocks blocksOf(const MessageContent& content);
/// Time of day; with the date where it is not today.
[[nodiscard]] QString timeText(const QDateTime& time, const QDate& today);

} // namespace apex::ui
