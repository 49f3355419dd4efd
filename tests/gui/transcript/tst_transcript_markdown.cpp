// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/block_layout.h"
#include "ui/transcript/code_highlight.h"
#include "ui/transcript/markdown_copy.h"
#include "ui/transcript/markdown_document.h"
#include "ui/transcript/markdown_parser.h"

#include <QRandomGenerator>
#include <QTest>

using namespace apex::ui;
using namespace Qt::StringLiterals;
using Kind = MarkdownBlock::Kind;

class TestTranscriptMarkdown : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blocksOfEveryKind();
    void listsKeepMarkersAndNesting();
    void inlineStylesAreSpans();
    void tablesKeepCellsAndAlignment();
    void htmlAndImagesStayText();
    void hugeTablesStayText();
    void streamedEqualsParsedAtOnce_data();
    void streamedEqualsParsedAtOnce();
    void closedBlocksAreNotParsedAgain();
    void openFenceNeedsNoParser();
    void formulasAreCode();
    void codeIsColouredByWhatItIs();
    void replacedTextStartsAfresh();
    void onlyWebAndMailLinksOpen_data();
    void onlyWebAndMailLinksOpen();
    void copyAsTextAndMarkdown();
    void tablesCopyAsCsvAndTsv();
    void formulasAreNeutralised();
};

namespace {

const QString kSample = uR"(# Title

A paragraph with **strong**, *soft*, ~~gone~~, `code` and [a link](https://example.com/a).

- one
- two
  - inner

  second paragraph of two
- three

1. first
2. second

3. third after a blank line

> quoted
> text

```cpp
int main() {

    return 0;
}
```
Right after the fence.

| a | b |
|:--|--:|
| x | 1 |

- item
  ```sh
  ls -l

  # not a heading
  ```
- next

---

~~~
tilde
~~~

Last line without an end)"_s;

MarkdownBlocks allBlocks(const MarkdownDocument& document) {
    MarkdownBlocks blocks;
    for (const MarkdownSegment& segment : document.segments())
        blocks.insert(blocks.end(), segment.blocks.begin(), segment.blocks.end());
    return blocks;
}

} // namespace

void TestTranscriptMarkdown::blocksOfEveryKind() {
    const MarkdownBlocks blocks =
        parseMarkdown(u"## Two\n\ntext\nmore\n\n> q\n\n```sql\nA\nB\n```\n\n---\n"_s);
    QCOMPARE(blocks.size(), size_t(5));
    QCOMPARE(blocks[0].kind, Kind::Heading);
    QCOMPARE(blocks[0].level, 2);
    QCOMPARE(blocks[1].text, u"text more"_s);
    QCOMPARE(blocks[2].nesting, std::vector{Nesting::Quote});
    QCOMPARE(blocks[3].kind, Kind::Code);
    QCOMPARE(blocks[3].language, u"sql"_s);
    QCOMPARE(blocks[3].text, u"A\nB"_s);
    QCOMPARE(blocks[4].kind, Kind::Rule);
}

void TestTranscriptMarkdown::listsKeepMarkersAndNesting() {
    const MarkdownBlocks blocks = parseMarkdown(u"3. three\n4. four\n   - in\n\n- [x] done\n- [ ] open\n"_s);
    QCOMPARE(blocks.size(), size_t(5));
    QCOMPARE(blocks[0].marker, u"3."_s);
    QCOMPARE(blocks[1].marker, u"4."_s);
    QCOMPARE(blocks[2].nesting.size(), size_t(2));
    QVERIFY(blocks[3].task && blocks[3].taskDone);
    QVERIFY(blocks[4].task && !blocks[4].taskDone);
}

void TestTranscriptMarkdown::inlineStylesAreSpans() {
    const MarkdownBlocks blocks = parseMarkdown(u"a **b *c*** `d` &amp; &lt; https://example.com"_s);
    QCOMPARE(blocks.size(), size_t(1));
    QCOMPARE(blocks[0].text, u"a b c d & < https://example.com"_s);
    QCOMPARE(blocks[0].spans.size(), size_t(4));
    QCOMPARE(blocks[0].spans[1].styles, InlineStyle::Strong | InlineStyle::Emphasis);
    QCOMPARE(blocks[0].spans[2].styles, InlineStyles(InlineStyle::Code));
    QCOMPARE(blocks[0].links, QStringList{u"https://example.com"_s});
}

void TestTranscriptMarkdown::tablesKeepCellsAndAlignment() {
    const MarkdownBlocks blocks = parseMarkdown(u"| n | v |\n|---|--:|\n| `a` | 1 |\n| b | |\n"_s);
    QCOMPARE(blocks.size(), size_t(1));
    const TableShape& table = blocks[0].table;
    QCOMPARE(table.columns, 2);
    QCOMPARE(table.rows(), 3);
    QVERIFY(table.alignments[1].testFlag(Qt::AlignRight));
    QCOMPARE(blocks[0].text, u"n\tv\na\t1\nb\t"_s);
    QCOMPARE(table.cells[5].length, 0);
}

void TestTranscriptMarkdown::htmlAndImagesStayText() {
    const MarkdownBlocks blocks =
        parseMarkdown(u"<script>x</script>\n\n<b>bold</b> ![alt](https://example.com/p.png)"_s);
    QCOMPARE(blocks[0].text, u"<script>x</script>"_s);
    QCOMPARE(blocks[1].text, u"<b>bold</b> alt (image: https://example.com/p.png)"_s);
    QVERIFY(blocks[1].links.isEmpty());
}

void TestTranscriptMarkdown::hugeTablesStayText() {
    const QString wide = u"|"_s + u" a |"_s.repeated(2000) + u"\n|"_s + u"---|"_s.repeated(2000) + u"\n"_s;
    for (const MarkdownBlock& block : parseMarkdown(wide))
        QVERIFY(block.kind != Kind::Table);
}

void TestTranscriptMarkdown::streamedEqualsParsedAtOnce_data() {
    QTest::addColumn<int>("piece");
    for (const int piece : {1, 3, 7, 64})
        QTest::addRow("pieces of %d", piece) << piece;
}

void TestTranscriptMarkdown::streamedEqualsParsedAtOnce() {
    QFETCH(int, piece);
    MarkdownDocument once;
    once.setText(kSample);
    MarkdownDocument streamed;
    for (qsizetype length = 0; length < kSample.size(); length += piece) {
        const QString text = kSample.left(length + piece);
        MarkdownDocument fresh;
        fresh.setText(text);
        streamed.setText(text);
        QCOMPARE(allBlocks(streamed).size(), allBlocks(fresh).size());
        QVERIFY(allBlocks(streamed) == allBlocks(fresh));
    }
    QVERIFY(allBlocks(streamed) == allBlocks(once));
    // Splitting into segments must not change what the text means.
    const MarkdownBlocks whole = parseMarkdown(kSample);
    const MarkdownBlocks parts = allBlocks(once);
    QCOMPARE(parts.size(), whole.size());
    for (size_t i = 0; i < whole.size(); ++i) {
        QCOMPARE(parts[i].text, whole[i].text);
        QCOMPARE(parts[i].kind, whole[i].kind);
        QCOMPARE(parts[i].marker, whole[i].marker);
        QVERIFY(parts[i].nesting == whole[i].nesting);
    }
}

void TestTranscriptMarkdown::closedBlocksAreNotParsedAgain() {
    MarkdownDocument document;
    QString text;
    for (int i = 0; i < 500; ++i) {
        text += u"Paragraph number %1 with some words in it.\n\n"_s.arg(i);
        const size_t changed = document.setText(text);
        QVERIFY(changed + 2 >= document.segments().size());
    }
    // Each paragraph is parsed while open and once when it closes, whatever came before it.
    QVERIFY(document.parsedCharacters() <= 3 * text.size());
}

void TestTranscriptMarkdown::openFenceNeedsNoParser() {
    MarkdownDocument document;
    QString text = u"```py\n"_s;
    for (int i = 0; i < 300; ++i) {
        text += u"x = 1\n"_s;
        document.setText(text);
    }
    QCOMPARE(document.parsedCharacters(), 0);
    QCOMPARE(document.segments().size(), size_t(1));
    QCOMPARE(document.segments()[0].blocks[0].language, u"py"_s);
    document.setText(text + u"```"_s);
    QVERIFY(!document.segments()[0].blocks[0].text.contains(u'`'));
}

void TestTranscriptMarkdown::formulasAreCode() {
    MarkdownDocument document;
    const QString text =
        u"Cost per call:\n$$\nc = \\frac{t}{n}\n$$\nwhere \\(n > 0\\), from $5 to $7.\n\n\\[a + b\\]\n\n"
        "Not this: `\\(x\\)` and $$ alone\n"_s;
    for (qsizetype length = 1; length <= text.size(); ++length) {
        document.setText(text.left(length));
        MarkdownDocument fresh;
        fresh.setText(text.left(length));
        QVERIFY(allBlocks(document) == allBlocks(fresh));
    }
    const MarkdownBlocks blocks = allBlocks(document);
    QCOMPARE(blocks.size(), size_t(5));
    QCOMPARE(blocks[1].kind, MarkdownBlock::Kind::Code);
    QCOMPARE(blocks[1].language, u"math"_s);
    QCOMPARE(blocks[1].text, u"c = \\frac{t}{n}"_s);
    QCOMPARE(blocks[2].text, u"where n > 0, from $5 to $7."_s);
    QVERIFY(blocks[2].spans.front().styles.testFlag(InlineStyle::Code));
    QCOMPARE(blocks[3].text, u"a + b"_s);
    QCOMPARE(blocks[4].text, u"Not this: \\(x\\) and $$ alone"_s);
}

void TestTranscriptMarkdown::codeIsColouredByWhatItIs() {
    const QString code = u"SELECT sum(x) -- total\nFROM usage WHERE day BETWEEN 'a' AND 12"_s;
    const auto spans = highlightCode(code, u"SQL"_s);
    const auto wordAt = [&](const QString& word) {
        const auto at = static_cast<int>(code.indexOf(word));
        for (const InlineSpan& span : spans) {
            if (at >= span.start && at < span.start + span.length)
                return span.code;
        }
        return CodeWord::None;
    };
    QCOMPARE(wordAt(u"SELECT"_s), CodeWord::Keyword);
    QCOMPARE(wordAt(u"BETWEEN"_s), CodeWord::Keyword);
    QCOMPARE(wordAt(u"usage"_s), CodeWord::None);
    QCOMPARE(wordAt(u"total"_s), CodeWord::Comment);
    QCOMPARE(wordAt(u"'a'"_s), CodeWord::String);
    QCOMPARE(wordAt(u"12"_s), CodeWord::Number);
    // Places are characters, whatever they take in bytes.
    const QString umlauts = u"x = 'ä€😀' # Ende\ny = 3"_s;
    const auto python = highlightCode(umlauts, u"py"_s);
    QVERIFY(!python.empty());
    QCOMPARE(umlauts.mid(python[0].start, python[0].length), u"'ä€😀'"_s);
    QVERIFY(highlightCode(code, u"no such language"_s).empty());
    QVERIFY(highlightCode(u"x "_s.repeated(100'000), u"python"_s).empty());
    const std::pair<QString, QString> samples[] = {
        {u"go"_s, u"func f() int { return 1 }"_s},    {u"ts"_s, u"interface A { b: string }"_s},
        {u"json"_s, u"{\"a\": [1, true]}"_s},         {u"yaml"_s, u"a: 1 # x"_s},
        {u"bash"_s, u"if true; then echo 'x'; fi"_s}, {u"html"_s, u"<a b=\"c\">d</a>"_s},
        {u"diff"_s, u"--- a\n+++ b\n+c\n-d"_s},       {u"ini"_s, u"[s]\nk=v"_s}};
    for (const auto& [name, sample] : samples)
        QVERIFY2(!highlightCode(sample, name).empty(), qPrintable(name));
}

void TestTranscriptMarkdown::replacedTextStartsAfresh() {
    MarkdownDocument document;
    document.setText(u"one\n\ntwo\n\nthree"_s);
    QCOMPARE(document.setText(u"other"_s), size_t(0));
    QCOMPARE(allBlocks(document).size(), size_t(1));
    QCOMPARE(allBlocks(document)[0].text, u"other"_s);
}

void TestTranscriptMarkdown::onlyWebAndMailLinksOpen_data() {
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("openable");
    QTest::newRow("https") << u"https://example.com/a?b=c#d"_s << true;
    QTest::newRow("mail") << u"mailto:a@example.com"_s << true;
    QTest::newRow("http") << u"http://example.com"_s << false;
    QTest::newRow("script") << u"javascript:alert(1)"_s << false;
    QTest::newRow("file") << u"file:///etc/passwd"_s << false;
    QTest::newRow("data") << u"data:text/html,x"_s << false;
    QTest::newRow("relative") << u"/a/b"_s << false;
    QTest::newRow("no host") << u"https:///x"_s << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("space before") << u" javascript:alert(1)"_s << false;
}

void TestTranscriptMarkdown::onlyWebAndMailLinksOpen() {
    QFETCH(QString, address);
    QFETCH(bool, openable);
    QCOMPARE(isOpenableLink(address), openable);
}

void TestTranscriptMarkdown::copyAsTextAndMarkdown() {
    const QString source =
        u"## Head\n\n- one **two**\n- [x] task\n\n> say [so](https://e.com)\n\n```c\nx;\n```\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |"_s;
    const MarkdownBlocks blocks = parseMarkdown(source);
    std::vector<BlockSelection> parts;
    for (const MarkdownBlock& block : blocks)
        parts.push_back({&block, {0, static_cast<int>(block.text.size())}});
    QCOMPARE(selectionAsMarkdown(parts), source);
    QCOMPARE(selectionAsText(parts), u"Head\n\n• one two\n• [x] task\n\nsay so\n\nx;\n\na\tb\n1\t2"_s);
    const std::vector<BlockSelection> cut{{&blocks[1], {4, 6}}};
    QCOMPARE(selectionAsText(cut).trimmed(), u"tw"_s);
    QVERIFY(selectionAsMarkdown(cut).contains(u"**tw**"_s));
}

void TestTranscriptMarkdown::tablesCopyAsCsvAndTsv() {
    const MarkdownBlocks blocks =
        parseMarkdown(u"| a | b |\n|---|---|\n| x, y | say \"hi\" |\n| -3.5 | $1 |\n"_s);
    QCOMPARE(tableAsCsv(blocks[0]), u"a,b\n\"x, y\",\"say \"\"hi\"\"\"\n-3.5,$1\n"_s);
    QCOMPARE(tableAsTsv(blocks[0]), u"a\tb\nx, y\t\"say \"\"hi\"\"\"\n-3.5\t$1\n"_s);
}

void TestTranscriptMarkdown::formulasAreNeutralised() {
    const MarkdownBlocks blocks = parseMarkdown(u"| a |\n|---|\n| =1+1 |\n| @x |\n| +cmd |\n| +4 % |\n"_s);
    QCOMPARE(tableAsCsv(blocks[0]), u"a\n'=1+1\n'@x\n'+cmd\n+4 %\n"_s);
}

QTEST_MAIN(TestTranscriptMarkdown)
#include "tst_transcript_markdown.moc"
