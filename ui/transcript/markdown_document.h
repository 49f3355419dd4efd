// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/markdown_block.h"

namespace apex::ui {

/// A top-level stretch of the source and the blocks it became. Closed segments never change again.
struct MarkdownSegment {
    qsizetype start = 0; ///< index into the source
    qsizetype length = 0;
    MarkdownBlocks blocks;
};

/// Markdown text that grows at its end: closed segments are parsed once, only the open one is parsed again.
class MarkdownDocument {
public:
    /// Takes the whole text. Where it continues the text so far, the cost is that of the open segment.
    /// Returns the index of the first segment that may have changed.
    size_t setText(const QString& text);

    [[nodiscard]] const QString& text() const { return m_text; }
    [[nodiscard]] const std::vector<MarkdownSegment>& segments() const { return m_segments; }
    /// All blocks in order; the document is empty afterwards.
    [[nodiscard]] MarkdownBlocks takeBlocks();
    /// Characters handed to the parser so far, each time counted; what streaming costs.
    [[nodiscard]] qsizetype parsedCharacters() const { return m_parsed; }

private:
    /// What the lines read so far say about the open segment. Only whole lines count.
    struct Scan {
        qsizetype at = 0; ///< start of the first line not read yet
        bool blankBefore = false;
        bool isList = false;
        bool started = false;
        QChar fence; ///< null outside a fence
        qsizetype fenceLength = 0;
        bool fenceOpensSegment = false;
        bool formula = false; ///< the fence is that of a formula
    };

    void clear();
    void readLines();
    void readLine(QStringView line, qsizetype next);
    void readFenceLine(QStringView line, qsizetype next);
    [[nodiscard]] bool opensFence(QStringView line);
    void enterFence(bool first, bool atMargin);
    [[nodiscard]] bool startsSegment(QStringView line) const;
    bool readFormula(QStringView line, qsizetype next);
    void closeSegment(qsizetype end);
    void parseOpenSegment();
    [[nodiscard]] MarkdownBlocks openFenceBlocks(QStringView source) const;

    QString m_text;
    std::vector<MarkdownSegment> m_segments;
    size_t m_closed = 0; ///< segments that are closed
    qsizetype m_openStart = 0;
    Scan m_scan;
    qsizetype m_parsed = 0;
};

} // namespace apex::ui
