// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/message_content.h"

#include "models/transcript_model.h"
#include "ui/transcript/markdown_document.h"
#include "ui/transcript/report_blocks.h"

#include <QCoreApplication>
#include <QLocale>

namespace apex::ui {

using models::TranscriptModel;

MessageContent contentOf(const QModelIndex& index) {
    MessageContent content;
    content.localId = index.data(TranscriptModel::LocalIdRole).toLongLong();
    content.speaker = static_cast<session::Speaker>(index.data(TranscriptModel::SpeakerRole).toInt());
    content.kind = static_cast<session::AnswerKind>(index.data(TranscriptModel::KindRole).toInt());
    content.delivery = static_cast<session::Delivery>(index.data(TranscriptModel::DeliveryRole).toInt());
    content.text = index.data(Qt::DisplayRole).toString();
    content.name = index.data(TranscriptModel::SpeakerNameRole).toString();
    content.time = timeText(index.data(TranscriptModel::TimeRole).toDateTime(), QDate::currentDate());
    content.badge = index.data(TranscriptModel::BadgeRole).toString();
    content.deliveryText = index.data(TranscriptModel::DeliveryTextRole).toString();
    content.error = index.data(TranscriptModel::ErrorRole).toString();
    content.sentence = index.data(Qt::AccessibleTextRole).toString();
    content.canRetry = index.data(TranscriptModel::CanRetryRole).toBool();
    content.attachments = index.data(TranscriptModel::AttachmentsRole).toStringList();
    if (content.kind == session::AnswerKind::NotClosed && content.error.isEmpty())
        content.error = QCoreApplication::translate(
            "Transcript", "The stream ended without saying how the run ended. This text may be incomplete.");
    content.report = index.data(TranscriptModel::ReportDocumentRole)
                         .value<std::shared_ptr<const models::ReportDocument>>();
    // A notice about an error says the same twice; the words with what was kept and what to do are the
    // better.
    if (content.speaker == session::Speaker::Notice && content.error.startsWith(content.text))
        content.text.clear();
    content.run = RunId(index.data(TranscriptModel::RunIdRole).toString());
    return content;
}

MessageContent searchedContentOf(const QModelIndex& index) {
    MessageContent content;
    content.speaker = static_cast<session::Speaker>(index.data(TranscriptModel::SpeakerRole).toInt());
    content.text = index.data(Qt::DisplayRole).toString();
    content.report = index.data(TranscriptModel::ReportDocumentRole)
                         .value<std::shared_ptr<const models::ReportDocument>>();
    return content;
}

MarkdownBlocks blocksOf(const MessageContent& content) {
    if (content.showsReport())
        return reportBlocks(*content.report);
    if (content.speaker == session::Speaker::User) {
        MarkdownBlock plain;
        plain.text = content.text;
        return {plain};
    }
    MarkdownDocument document;
    document.setText(content.text);
    return document.takeBlocks();
}

QString timeText(const QDateTime& time, const QDate& today) {
    if (!time.isValid())
        return {};
    QString clock = QLocale().toString(time.time(), QLocale::ShortFormat);
    if (time.date() == today)
        return clock;
    return QLocale().toString(time.date(), QLocale::ShortFormat) + u' ' + clock;
}

} // namespace apex::ui
