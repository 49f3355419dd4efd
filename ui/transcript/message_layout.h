// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/answer_place.h"
#include "ui/transcript/block_layout.h"
#include "ui/transcript/markdown_document.h"
#include "ui/transcript/message_content.h"

#include <compare>

namespace apex::ui {

/// A place in a message's text: block and character.
struct TextPosition {
    int block = 0;
    int offset = 0;

    friend auto operator<=>(const TextPosition&, const TextPosition&) = default;
};

/// A stretch of a message's text, [from, to).
struct TextSpan {
    TextPosition from;
    TextPosition to;

    [[nodiscard]] bool isEmpty() const { return to <= from; }
};

/// What lies under a point of a message.
struct MessageHit {
    enum class Zone { Nothing, Text, Link, CopyCode, Retry, ShowAll, ScrollHandle, Toggle };
    Zone zone = Zone::Nothing;
    QString address; ///< of a link, as written
    int block = -1;
};

/// What is marked in a message's text.
struct MessageMarks {
    TextSpan selected;
    std::vector<TextSpan> found; ///< in order
    int current = -1;            ///< index into `found`
    TextSpan place;              ///< whole blocks that are pointed at for a moment
};

/// The line a reader's eye is held to: a place in the text and the distance of the viewport's top from its
/// line.
struct ReadingPin {
    TextPosition at;
    qreal distance = 0; ///< pixels below the top of that line; may be negative
    bool isValid = false;
};

/// One message laid out for a width. Coordinates start at the row's top and at the left of the text column.
class MessageLayout {
public:
    /// Lays out what changed since the last call; a text that grew costs its open block only. Tables may be
    /// wider than the text, up to `tableWidth`.
    void update(const MessageContent& content, const TranscriptStyle& style, qreal width,
                qreal tableWidth = 0);

    [[nodiscard]] const MessageContent& content() const { return m_content; }
    [[nodiscard]] const MarkdownDocument& document() const { return m_document; }
    /// Height of the row, whole pixels.
    [[nodiscard]] int height() const { return m_height; }
    [[nodiscard]] size_t blockCount() const { return m_entries.size(); }
    [[nodiscard]] const MarkdownBlock& block(size_t index) const { return m_entries[index].layout->block(); }
    /// Blocks laid out since construction; what streaming costs.
    [[nodiscard]] qsizetype laidOutBlocks() const { return m_laidOut; }
    [[nodiscard]] TextSpan wholeText() const;

    /// The whole text behind a "Show all" button: of a block, or of the message for -1.
    [[nodiscard]] QString wholeTextOf(int block) const;
    /// Scrolls a block sideways by pixels; false if it does not move.
    bool scrollBlock(int block, qreal pixels);
    /// Scrolls every block that overflows; false if nothing moves.
    bool scrollSideways(qreal pixels);
    /// Pixels of content for a pixel of the handle of a block.
    [[nodiscard]] qreal scrollFactor(int block) const;
    /// Brings a place of a block that scrolls sideways into view.
    void revealSideways(TextPosition position);

    /// Lets one code block say that it was just copied; -1 for none.
    void markCopied(int block);

    /// Paints what lies inside `clip`.
    void paint(QPainter& painter, const TranscriptStyle& style, const QRectF& clip,
               const MessageMarks& marks) const;
    [[nodiscard]] TextPosition positionAt(QPointF point) const;
    [[nodiscard]] MessageHit hit(QPointF point) const;
    [[nodiscard]] TextSpan wordAt(TextPosition position) const;
    [[nodiscard]] TextSpan blockSpan(TextPosition position) const;
    /// The blocks an event belongs to: what a tool call is named as the source of, else what was written when
    /// it came. Empty where only the whole message can be shown.
    [[nodiscard]] TextSpan placeOf(const models::AnswerPlace& place) const;
    /// The text of a block with the source line that may follow it.
    [[nodiscard]] QString textAround(int block) const;
    [[nodiscard]] ReadingPin pinAt(qreal y) const;
    /// Where the viewport's top belongs for a pin taken earlier, at any width.
    [[nodiscard]] qreal topFor(const ReadingPin& pin) const;

private:
    struct Entry {
        std::unique_ptr<BlockLayout> layout;
        qreal y = 0;
        size_t segment = 0;
    };

    void updateBlocks(const TranscriptStyle& style, bool fromScratch);
    void replaceTail(const TranscriptStyle& style, size_t firstSegment);
    void addBlock(const TranscriptStyle& style, const MarkdownBlock& block, size_t segment,
                  std::vector<Entry>& old, size_t& next);
    void updateFooter(const TranscriptStyle& style);
    void place(const TranscriptStyle& style);
    void placeError(const TranscriptStyle& style, qreal& y);
    void placeAttachments(const TranscriptStyle& style, qreal& y);
    [[nodiscard]] bool hasPanel() const { return m_content.speaker == session::Speaker::User; }
    [[nodiscard]] QString toggleText() const;
    [[nodiscard]] qreal metaRight() const;
    /// A place of the chrome as it is seen: mirrored in a window that is read from the right.
    [[nodiscard]] QRectF seen(const QRectF& rect) const;
    void placeToggle(const TranscriptStyle& style);
    void placeShowAll(const TranscriptStyle& style, qreal& y);
    void updateReport(const TranscriptStyle& style);
    void paintToggle(QPainter& painter, const TranscriptStyle& style) const;
    [[nodiscard]] BlockMarks marksOf(const MessageMarks& marks, int block) const;
    [[nodiscard]] QColor badgeColour(const TranscriptStyle& style) const;
    [[nodiscard]] const Entry* entryAt(qreal y) const;

    [[nodiscard]] TextSpan blocks(size_t first, size_t last) const;
    [[nodiscard]] TextSpan placeOfSource(const QString& call) const;
    [[nodiscard]] TextSpan placeOfOffset(qsizetype offset) const;

    void paintPanel(QPainter& painter, const TranscriptStyle& style) const;
    void paintPlace(QPainter& painter, const TranscriptStyle& style, const TextSpan& place) const;
    void paintMeta(QPainter& painter, const TranscriptStyle& style) const;
    qreal paintMetaText(QPainter& painter, const QFont& font, const QColor& colour, const QString& text,
                        qreal x) const;
    void paintBadge(QPainter& painter, const TranscriptStyle& style, qreal x) const;
    void paintAttachments(QPainter& painter, const TranscriptStyle& style) const;
    void paintError(QPainter& painter, const TranscriptStyle& style, const QRectF& clip) const;

    MessageContent m_content;
    MarkdownDocument m_document;
    std::vector<Entry> m_entries;
    std::unique_ptr<BlockLayout> m_error;
    std::unique_ptr<BlockLayout> m_note; ///< "no text yet", or that the display is cut
    std::vector<QRectF> m_attachmentRects;
    QRectF m_metaRect;
    QRectF m_panelRect;
    QRectF m_errorRect;
    QRectF m_retryRect;
    QRectF m_toggleRect;  ///< changes between text and report
    QRectF m_showAllRect; ///< of a message that is shown in part
    qreal m_noteY = 0;
    qreal m_width = -1;
    qreal m_tableWidth = 0;
    int m_height = 0;
    bool m_mirrored = false;
    qsizetype m_laidOut = 0;
};

} // namespace apex::ui
