// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/code_highlight.h"

#include <QCache>
#include <QCoreApplication>
#include <QHash>
#include <QPointer>
// The library's headers use the short words that QT_NO_KEYWORDS takes away.
#define signals Q_SIGNALS
#define slots Q_SLOTS
#include <Qsci/qscilexerbash.h>
#include <Qsci/qscilexerbatch.h>
#include <Qsci/qscilexercmake.h>
#include <Qsci/qscilexercpp.h>
#include <Qsci/qscilexercsharp.h>
#include <Qsci/qscilexercss.h>
#include <Qsci/qscilexerdiff.h>
#include <Qsci/qscilexerhtml.h>
#include <Qsci/qscilexerjava.h>
#include <Qsci/qscilexerjavascript.h>
#include <Qsci/qscilexerjson.h>
#include <Qsci/qscilexerlua.h>
#include <Qsci/qscilexermakefile.h>
#include <Qsci/qscilexerperl.h>
#include <Qsci/qscilexerproperties.h>
#include <Qsci/qscilexerpython.h>
#include <Qsci/qscilexerruby.h>
#include <Qsci/qscilexersql.h>
#include <Qsci/qscilexerxml.h>
#include <Qsci/qscilexeryaml.h>
#include <Qsci/qsciscintilla.h>
#undef signals
#undef slots

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

// Code beyond this is data; it is read in the viewer, without colours.
constexpr qsizetype kLongestCode = 64 * 1024;
constexpr int kStyles = 128;

/// Languages that differ from C by little more than their keywords.
class KeywordLexer final : public QsciLexerCPP {
public:
    explicit KeywordLexer(const char* keywords) : m_keywords(keywords) {}
    const char* keywords(int set) const override { return set == 1 ? m_keywords : nullptr; }

private:
    const char* m_keywords;
};

/// The dialects of usage reports: the library's own list takes names such as "day" and "usage" for keywords
/// and leaves out "between".
class SqlLexer final : public QsciLexerSQL {
public:
    const char* keywords(int set) const override {
        return set == 1
                   ? "add all alter analyze and any array as asc begin between by case cast check column "
                     "commit constraint create cross current_date current_timestamp database default "
                     "delete desc distinct drop else end except exists explain extract false fetch filter "
                     "first following for foreign from full grant group having if ilike in index inner "
                     "insert intersect interval into is join key last lateral left like limit natural not "
                     "null nulls offset on only or order outer over partition preceding primary recursive "
                     "references replace returning right rollback row rows select set table temporary then "
                     "to transaction trigger true truncate unbounded union unique update using values view "
                     "when where window with"
                   : nullptr;
    }
};

constexpr const char* kGo =
    "break case chan const continue default defer else fallthrough false for func go goto if "
    "import interface map nil package range return select struct switch true type var";
constexpr const char* kTypeScript = "abstract as async await boolean break case catch class const continue "
                                    "declare default delete do else enum export "
                                    "extends false finally for from function if implements import in infer "
                                    "instanceof interface is keyof let module "
                                    "namespace never new null number of private protected public readonly "
                                    "return static string super switch this "
                                    "throw true try type typeof undefined unknown var void while yield";
constexpr const char* kKotlin =
    "as break by catch class companion const constructor continue data do else enum false finally for fun if "
    "import "
    "in init inner interface internal is lateinit null object open operator out override package private "
    "protected "
    "public return sealed super suspend this throw true try typealias val var vararg when where while";
constexpr const char* kSwift = "as associatedtype async await break case catch class continue default defer "
                               "deinit do else enum extension "
                               "fallthrough false fileprivate final for func guard if import in init inout "
                               "internal is lazy let mutating nil "
                               "open operator override private protocol public repeat required rethrows "
                               "return self static struct subscript "
                               "super switch throw throws true try typealias var weak where while";

/// The library's name of a language; empty for one it does not know.
QString canonicalLanguage(const QString& language) {
    static const QHash<QString, QString> names{
        {u"bash"_s, u"bash"_s},      {u"sh"_s, u"bash"_s},        {u"shell"_s, u"bash"_s},
        {u"console"_s, u"bash"_s},   {u"zsh"_s, u"bash"_s},       {u"bat"_s, u"batch"_s},
        {u"batch"_s, u"batch"_s},    {u"cmd"_s, u"batch"_s},      {u"cmake"_s, u"cmake"_s},
        {u"c"_s, u"cpp"_s},          {u"c++"_s, u"cpp"_s},        {u"cpp"_s, u"cpp"_s},
        {u"cc"_s, u"cpp"_s},         {u"h"_s, u"cpp"_s},          {u"hpp"_s, u"cpp"_s},
        {u"cs"_s, u"csharp"_s},      {u"csharp"_s, u"csharp"_s},  {u"c#"_s, u"csharp"_s},
        {u"css"_s, u"css"_s},        {u"diff"_s, u"diff"_s},      {u"patch"_s, u"diff"_s},
        {u"go"_s, u"go"_s},          {u"golang"_s, u"go"_s},      {u"html"_s, u"html"_s},
        {u"java"_s, u"java"_s},      {u"javascript"_s, u"js"_s},  {u"js"_s, u"js"_s},
        {u"jsx"_s, u"js"_s},         {u"json"_s, u"json"_s},      {u"jsonl"_s, u"json"_s},
        {u"kotlin"_s, u"kotlin"_s},  {u"kt"_s, u"kotlin"_s},      {u"lua"_s, u"lua"_s},
        {u"make"_s, u"make"_s},      {u"makefile"_s, u"make"_s},  {u"perl"_s, u"perl"_s},
        {u"pl"_s, u"perl"_s},        {u"ini"_s, u"ini"_s},        {u"toml"_s, u"ini"_s},
        {u"properties"_s, u"ini"_s}, {u"conf"_s, u"ini"_s},       {u"python"_s, u"python"_s},
        {u"py"_s, u"python"_s},      {u"python3"_s, u"python"_s}, {u"ruby"_s, u"ruby"_s},
        {u"rb"_s, u"ruby"_s},        {u"sql"_s, u"sql"_s},        {u"postgresql"_s, u"sql"_s},
        {u"mysql"_s, u"sql"_s},      {u"sqlite"_s, u"sql"_s},     {u"swift"_s, u"swift"_s},
        {u"typescript"_s, u"ts"_s},  {u"ts"_s, u"ts"_s},          {u"tsx"_s, u"ts"_s},
        {u"xml"_s, u"xml"_s},        {u"svg"_s, u"xml"_s},        {u"yaml"_s, u"yaml"_s},
        {u"yml"_s, u"yaml"_s}};
    return names.value(language.toLower());
}

QsciLexer* makeLexer(const QString& name) {
    using Maker = QsciLexer* (*)();
    static const QHash<QString, Maker> makers{
        {u"bash"_s, [] { return static_cast<QsciLexer*>(new QsciLexerBash); }},
        {u"batch"_s, [] { return static_cast<QsciLexer*>(new QsciLexerBatch); }},
        {u"cmake"_s, [] { return static_cast<QsciLexer*>(new QsciLexerCMake); }},
        {u"cpp"_s, [] { return static_cast<QsciLexer*>(new QsciLexerCPP); }},
        {u"csharp"_s, [] { return static_cast<QsciLexer*>(new QsciLexerCSharp); }},
        {u"css"_s, [] { return static_cast<QsciLexer*>(new QsciLexerCSS); }},
        {u"diff"_s, [] { return static_cast<QsciLexer*>(new QsciLexerDiff); }},
        {u"go"_s, [] { return static_cast<QsciLexer*>(new KeywordLexer(kGo)); }},
        {u"html"_s, [] { return static_cast<QsciLexer*>(new QsciLexerHTML); }},
        {u"ini"_s, [] { return static_cast<QsciLexer*>(new QsciLexerProperties); }},
        {u"java"_s, [] { return static_cast<QsciLexer*>(new QsciLexerJava); }},
        {u"js"_s, [] { return static_cast<QsciLexer*>(new QsciLexerJavaScript); }},
        {u"json"_s, [] { return static_cast<QsciLexer*>(new QsciLexerJSON); }},
        {u"kotlin"_s, [] { return static_cast<QsciLexer*>(new KeywordLexer(kKotlin)); }},
        {u"lua"_s, [] { return static_cast<QsciLexer*>(new QsciLexerLua); }},
        {u"make"_s, [] { return static_cast<QsciLexer*>(new QsciLexerMakefile); }},
        {u"perl"_s, [] { return static_cast<QsciLexer*>(new QsciLexerPerl); }},
        {u"python"_s, [] { return static_cast<QsciLexer*>(new QsciLexerPython); }},
        {u"ruby"_s, [] { return static_cast<QsciLexer*>(new QsciLexerRuby); }},
        {u"sql"_s, [] { return static_cast<QsciLexer*>(new SqlLexer); }},
        {u"swift"_s, [] { return static_cast<QsciLexer*>(new KeywordLexer(kSwift)); }},
        {u"ts"_s, [] { return static_cast<QsciLexer*>(new KeywordLexer(kTypeScript)); }},
        {u"xml"_s, [] { return static_cast<QsciLexer*>(new QsciLexerXML); }},
        {u"yaml"_s, [] { return static_cast<QsciLexer*>(new QsciLexerYAML); }}};
    const Maker maker = makers.value(name, nullptr);
    return maker ? maker() : nullptr;
}

bool containsAny(const QString& text, std::initializer_list<QLatin1StringView> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](QLatin1StringView word) { return text.contains(word); });
}

/// What a style of a lexer stands for, from the library's own description of it.
CodeWord codeWordOf(const QString& description, const QString& language) {
    const QString words = description.toLower();
    if (words.isEmpty() || words == "default"_L1 || words.contains("operator"_L1))
        return CodeWord::None;
    if (containsAny(words, {"comment"_L1, "javadoc"_L1, "documentation"_L1}))
        return CodeWord::Comment;
    if (containsAny(words, {"number"_L1, "removed"_L1}))
        return CodeWord::Number;
    if (containsAny(words, {"key"_L1}) && containsAny(words, {"keyword"_L1}))
        return CodeWord::Keyword;
    if (containsAny(words, {"pre-processor"_L1, "header"_L1, "command"_L1}))
        return CodeWord::Keyword;
    if (containsAny(words, {"string"_L1, "character"_L1, "quoted"_L1, "backtick"_L1, "here doc"_L1,
                            "regular expression"_L1, "regex"_L1, "verbatim"_L1, "added"_L1}))
        return CodeWord::String;
    if (containsAny(words, {"class"_L1, "function"_L1, "decorator"_L1, "property"_L1, "tag"_L1,
                            "attribute"_L1, "key"_L1, "scalar"_L1, "parameter expansion"_L1, "variable"_L1,
                            "section"_L1, "symbol"_L1, "selector"_L1, "position"_L1, "target"_L1}))
        return CodeWord::Name;
    return language == "yaml"_L1 && words == "identifier"_L1 ? CodeWord::Name : CodeWord::None;
}

/// A lexer with the meaning of its styles.
struct Language {
    QPointer<QsciLexer> lexer;
    std::array<CodeWord, kStyles> meaning{};
};

/// The library colours an editor's text; ours is never shown and holds one text at a time.
class Colourer {
public:
    [[nodiscard]] std::vector<InlineSpan> colour(const QString& code, const QString& name);

private:
    Language* language(const QString& name);

    QsciScintilla m_editor;
    QHash<QString, Language> m_languages;
};

Language* Colourer::language(const QString& name) {
    const auto known = m_languages.find(name);
    if (known != m_languages.end())
        return &*known;
    QsciLexer* lexer = makeLexer(name);
    if (!lexer)
        return nullptr;
    lexer->setParent(&m_editor);
    Language language{lexer, {}};
    for (int style = 0; style < kStyles; ++style)
        language.meaning[static_cast<size_t>(style)] = codeWordOf(lexer->description(style), name);
    return &*m_languages.insert(name, language);
}

std::vector<InlineSpan> Colourer::colour(const QString& code, const QString& name) {
    std::vector<InlineSpan> spans;
    const Language* found = language(name);
    if (!found)
        return spans;
    m_editor.setUtf8(true);
    m_editor.setLexer(found->lexer);
    m_editor.setText(code);
    m_editor.SendScintilla(QsciScintillaBase::SCI_COLOURISE, 0UL, -1L);
    // Styles are told a byte of UTF-8, spans a unit of UTF-16.
    unsigned long byte = 0;
    for (qsizetype at = 0; at < code.size(); ++at) {
        const char16_t unit = code[at].unicode();
        const bool pair = code[at].isHighSurrogate() && at + 1 < code.size();
        const long style = m_editor.SendScintilla(QsciScintillaBase::SCI_GETSTYLEAT, byte);
        const CodeWord word =
            style >= 0 && style < kStyles ? found->meaning[static_cast<size_t>(style)] : CodeWord::None;
        const int units = pair ? 2 : 1;
        if (word != CodeWord::None) {
            InlineSpan* last = spans.empty() ? nullptr : &spans.back();
            if (last && last->code == word && last->start + last->length == at)
                last->length += units;
            else
                spans.push_back({static_cast<int>(at), units, {}, -1, word});
        }
        byte += pair ? 4UL : unit < 0x80 ? 1UL : unit < 0x800 ? 2UL : 3UL;
        at += units - 1;
    }
    m_editor.setText(QString());
    return spans;
}

std::unique_ptr<Colourer>& colourer() {
    static std::unique_ptr<Colourer> instance;
    return instance;
}

// A widget must not outlive the application, so it is not left to the end of the program.
void dropColourer() {
    colourer().reset();
}

} // namespace

std::vector<InlineSpan> highlightCode(const QString& code, const QString& language) {
    using Spans = std::vector<InlineSpan>;
    const QString name = canonicalLanguage(language);
    if (name.isEmpty() || code.size() > kLongestCode)
        return {};
    // A change of width lays blocks out anew; their words stay what they were.
    static QCache<std::pair<QString, QString>, Spans> known(64);
    const std::pair<QString, QString> key(name, code);
    if (const Spans* spans = known.object(key))
        return *spans;
    if (!colourer()) {
        colourer() = std::make_unique<Colourer>();
        qAddPostRoutine(dropColourer);
    }
    auto* spans = new Spans(colourer()->colour(code, name));
    Spans result = *spans;
    known.insert(key, spans);
    return result;
}

} // namespace apex::ui
