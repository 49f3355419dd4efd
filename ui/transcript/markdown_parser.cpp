// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/markdown_parser.h"

#include <md4c.h>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr unsigned kFlags =
    MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEAUTOLINKS;
// A wider table is an attack or a mistake; it is shown as the text it is (its layout would be quadratic).
constexpr unsigned kMaxColumns = 40;
constexpr size_t kMaxNesting = 12;

struct List {
    bool ordered = false;
    bool tight = false;
    unsigned next = 1;
};

/// Turns md4c's calls into blocks.
class BlockBuilder {
public:
    MarkdownBlocks blocks;
    bool tooWide = false;

    int enterBlock(MD_BLOCKTYPE type, void* detail);
    int leaveBlock(MD_BLOCKTYPE type);
    int enterSpan(MD_SPANTYPE type, void* detail);
    int leaveSpan(MD_SPANTYPE type);
    int text(MD_TEXTTYPE type, QStringView piece);

private:
    void enterItem(const MD_BLOCK_LI_DETAIL& detail);
    void enterCell(const MD_BLOCK_TD_DETAIL& detail);
    void open(MarkdownBlock::Kind kind);
    void close();
    void ensureOpen();
    void append(QStringView piece);
    void leaveImage();
    [[nodiscard]] InlineStyles styles() const;

    MarkdownBlock m_block;
    bool m_isOpen = false;
    std::vector<Nesting> m_nesting;
    std::vector<List> m_lists;
    QString m_marker;
    bool m_task = false;
    bool m_taskDone = false;
    int m_strong = 0, m_emphasis = 0, m_code = 0, m_strike = 0;
    std::vector<int> m_links;
    QStringList m_images;
    bool m_inTable = false;
    bool m_listBegins = false; ///< the next block is the first of an outermost list
};

QString attributeText(const MD_ATTRIBUTE& attribute) {
    return QString::fromUtf8(attribute.text, static_cast<qsizetype>(attribute.size));
}

QString decodedEntity(QStringView entity) {
    static const std::pair<QLatin1StringView, char16_t> named[] = {
        {"&amp;"_L1, u'&'},   {"&lt;"_L1, u'<'},        {"&gt;"_L1, u'>'},     {"&quot;"_L1, u'"'},
        {"&apos;"_L1, u'\''}, {"&nbsp;"_L1, u'\u00a0'}, {"&hellip;"_L1, u'…'}, {"&ndash;"_L1, u'–'},
        {"&mdash;"_L1, u'—'}, {"&euro;"_L1, u'€'},      {"&times;"_L1, u'×'},  {"&deg;"_L1, u'°'},
        {"&rarr;"_L1, u'→'},  {"&larr;"_L1, u'←'},      {"&copy;"_L1, u'©'},   {"&middot;"_L1, u'·'}};
    for (const auto& [name, character] : named) {
        if (entity == name)
            return QString(QChar(character));
    }
    if (!entity.startsWith(u"&#"))
        return entity.toString();
    const bool hex = entity.size() > 3 && (entity[2] == u'x' || entity[2] == u'X');
    bool valid = false;
    const QStringView digits = entity.mid(hex ? 3 : 2).chopped(1);
    const uint code = digits.toUInt(&valid, hex ? 16 : 10);
    if (!valid || code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return QString(QChar::ReplacementCharacter);
    const char32_t character = code;
    return QString::fromUcs4(&character, 1);
}

Qt::Alignment cellAlignment(MD_ALIGN align) {
    switch (align) {
    case MD_ALIGN_RIGHT:
        return Qt::AlignRight;
    case MD_ALIGN_CENTER:
        return Qt::AlignHCenter;
    case MD_ALIGN_LEFT:
        return Qt::AlignLeft;
    case MD_ALIGN_DEFAULT:
        break;
    }
    return Qt::AlignLeading;
}

void BlockBuilder::open(MarkdownBlock::Kind kind) {
    close();
    m_block = {};
    m_block.kind = kind;
    m_block.nesting = m_nesting;
    m_block.marker = std::exchange(m_marker, {});
    m_block.task = std::exchange(m_task, false);
    m_block.taskDone = std::exchange(m_taskDone, false);
    m_block.tight = !m_lists.empty() && m_lists.back().tight && !std::exchange(m_listBegins, false);
    m_isOpen = true;
}

void BlockBuilder::close() {
    if (!m_isOpen)
        return;
    m_isOpen = false;
    if (m_block.kind == MarkdownBlock::Kind::Code && m_block.text.endsWith(u'\n'))
        m_block.text.chop(1);
    blocks.push_back(std::move(m_block));
}

// The text of a tight list item has no paragraph of its own in md4c's calls.
void BlockBuilder::ensureOpen() {
    if (!m_isOpen)
        open(MarkdownBlock::Kind::Paragraph);
}

void BlockBuilder::enterItem(const MD_BLOCK_LI_DETAIL& detail) {
    close();
    if (m_nesting.size() < kMaxNesting)
        m_nesting.push_back(Nesting::Item);
    m_task = detail.is_task != 0;
    m_taskDone = m_task && detail.task_mark != ' ';
    if (m_lists.empty())
        return;
    List& list = m_lists.back();
    static const char16_t bullets[] = {u'•', u'◦', u'▪'};
    m_marker = list.ordered ? QString::number(list.next++) + u'.'
                            : QString(QChar(bullets[(m_lists.size() - 1) % std::size(bullets)]));
}

void BlockBuilder::enterCell(const MD_BLOCK_TD_DETAIL& detail) {
    TableShape& table = m_block.table;
    const auto column = static_cast<int>(table.cells.size()) % std::max(1, table.columns);
    if (!table.cells.empty())
        m_block.text += column == 0 ? u'\n' : u'\t';
    if (static_cast<int>(table.alignments.size()) < table.columns)
        table.alignments.push_back(cellAlignment(detail.align));
    table.cells.push_back({static_cast<int>(m_block.text.size()), 0});
}

int BlockBuilder::enterBlock(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
    case MD_BLOCK_QUOTE:
        close();
        if (m_nesting.size() < kMaxNesting)
            m_nesting.push_back(Nesting::Quote);
        break;
    case MD_BLOCK_UL:
        close();
        m_listBegins = m_lists.empty();
        m_lists.push_back({false, static_cast<MD_BLOCK_UL_DETAIL*>(detail)->is_tight != 0, 1});
        break;
    case MD_BLOCK_OL: {
        close();
        m_listBegins = m_lists.empty();
        const auto* list = static_cast<MD_BLOCK_OL_DETAIL*>(detail);
        m_lists.push_back({true, list->is_tight != 0, list->start});
        break;
    }
    case MD_BLOCK_LI:
        enterItem(*static_cast<MD_BLOCK_LI_DETAIL*>(detail));
        break;
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
        open(MarkdownBlock::Kind::Paragraph);
        break;
    case MD_BLOCK_H:
        open(MarkdownBlock::Kind::Heading);
        m_block.level = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
        break;
    case MD_BLOCK_CODE:
        open(MarkdownBlock::Kind::Code);
        m_block.language = attributeText(static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->lang);
        break;
    case MD_BLOCK_HR:
        open(MarkdownBlock::Kind::Rule);
        break;
    case MD_BLOCK_TABLE: {
        const unsigned columns = static_cast<MD_BLOCK_TABLE_DETAIL*>(detail)->col_count;
        tooWide = tooWide || columns > kMaxColumns;
        open(MarkdownBlock::Kind::Table);
        m_block.table.columns = static_cast<int>(columns);
        m_inTable = true;
        break;
    }
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        enterCell(*static_cast<MD_BLOCK_TD_DETAIL*>(detail));
        break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
        break;
    }
    return tooWide ? 1 : 0;
}

int BlockBuilder::leaveBlock(MD_BLOCKTYPE type) {
    switch (type) {
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        m_block.table.cells.back().length =
            static_cast<int>(m_block.text.size()) - m_block.table.cells.back().start;
        break;
    case MD_BLOCK_QUOTE:
    case MD_BLOCK_LI:
        if (!m_marker.isEmpty())
            ensureOpen(); // An empty item still shows its marker.
        close();
        if (!m_nesting.empty())
            m_nesting.pop_back();
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        close();
        m_lists.pop_back();
        break;
    case MD_BLOCK_TABLE:
        m_inTable = false;
        close();
        break;
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
        break;
    default:
        close();
        break;
    }
    return 0;
}

int BlockBuilder::enterSpan(MD_SPANTYPE type, void* detail) {
    ensureOpen();
    switch (type) {
    case MD_SPAN_STRONG:
        ++m_strong;
        break;
    case MD_SPAN_EM:
    case MD_SPAN_U:
        ++m_emphasis;
        break;
    case MD_SPAN_CODE:
        ++m_code;
        break;
    case MD_SPAN_DEL:
        ++m_strike;
        break;
    case MD_SPAN_A:
        m_block.links << attributeText(static_cast<MD_SPAN_A_DETAIL*>(detail)->href);
        m_links.push_back(static_cast<int>(m_block.links.size()) - 1);
        break;
    case MD_SPAN_IMG:
        m_images << attributeText(static_cast<MD_SPAN_IMG_DETAIL*>(detail)->src);
        break;
    default:
        break;
    }
    return 0;
}

int BlockBuilder::leaveSpan(MD_SPANTYPE type) {
    switch (type) {
    case MD_SPAN_STRONG:
        --m_strong;
        break;
    case MD_SPAN_EM:
    case MD_SPAN_U:
        --m_emphasis;
        break;
    case MD_SPAN_CODE:
        --m_code;
        break;
    case MD_SPAN_DEL:
        --m_strike;
        break;
    case MD_SPAN_A:
        m_links.pop_back();
        break;
    case MD_SPAN_IMG:
        leaveImage();
        break;
    default:
        break;
    }
    return 0;
}

void BlockBuilder::leaveImage() {
    const QString address = m_images.takeLast();
    append(QString(u" (image: " + address + u')'));
}

InlineStyles BlockBuilder::styles() const {
    InlineStyles result;
    result.setFlag(InlineStyle::Strong, m_strong > 0);
    result.setFlag(InlineStyle::Emphasis, m_emphasis > 0);
    result.setFlag(InlineStyle::Code, m_code > 0);
    result.setFlag(InlineStyle::Strike, m_strike > 0);
    result.setFlag(InlineStyle::Link, !m_links.empty());
    return result;
}

void BlockBuilder::append(QStringView piece) {
    ensureOpen();
    const auto start = static_cast<int>(m_block.text.size());
    m_block.text += piece;
    const InlineStyles now = styles();
    if (now == InlineStyles() || piece.isEmpty())
        return;
    const int link = m_links.empty() ? -1 : m_links.back();
    const auto length = static_cast<int>(piece.size());
    if (!m_block.spans.empty()) {
        InlineSpan& last = m_block.spans.back();
        if (last.start + last.length == start && last.styles == now && last.link == link) {
            last.length += length;
            return;
        }
    }
    m_block.spans.push_back({start, length, now, link});
}

int BlockBuilder::text(MD_TEXTTYPE type, QStringView piece) {
    switch (type) {
    case MD_TEXT_NULLCHAR:
        append(QString(QChar::ReplacementCharacter));
        break;
    case MD_TEXT_BR:
        append(m_inTable ? u" " : u"\n");
        break;
    case MD_TEXT_SOFTBR:
        append(u" ");
        break;
    case MD_TEXT_ENTITY:
        append(decodedEntity(piece));
        break;
    default:
        append(piece);
        break;
    }
    return 0;
}

BlockBuilder& builder(void* userData) {
    return *static_cast<BlockBuilder*>(userData);
}

int onText(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* userData) {
    const QString piece = QString::fromUtf8(text, static_cast<qsizetype>(size));
    return builder(userData).text(type, piece);
}

/// False where the table limit was hit; the blocks are not usable then.
bool runParser(const QByteArray& utf8, unsigned flags, BlockBuilder& into) {
    MD_PARSER parser{};
    parser.flags = flags;
    parser.enter_block = [](MD_BLOCKTYPE t, void* d, void* u) { return builder(u).enterBlock(t, d); };
    parser.leave_block = [](MD_BLOCKTYPE t, void*, void* u) { return builder(u).leaveBlock(t); };
    parser.enter_span = [](MD_SPANTYPE t, void* d, void* u) { return builder(u).enterSpan(t, d); };
    parser.leave_span = [](MD_SPANTYPE t, void*, void* u) { return builder(u).leaveSpan(t); };
    parser.text = onText;
    return md_parse(utf8.constData(), static_cast<MD_SIZE>(utf8.size()), &parser, &into) == 0 &&
           !into.tooWide;
}

} // namespace

MarkdownBlocks parseMarkdown(QStringView source) {
    const QByteArray utf8 = source.toUtf8();
    BlockBuilder builder;
    if (runParser(utf8, kFlags, builder))
        return std::move(builder.blocks);
    BlockBuilder withoutTables;
    if (runParser(utf8, kFlags & ~static_cast<unsigned>(MD_FLAG_TABLES), withoutTables))
        return std::move(withoutTables.blocks);
    MarkdownBlock plain;
    plain.text = source.toString();
    return {plain};
}

} // namespace apex::ui
