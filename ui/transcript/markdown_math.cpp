// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/markdown_math.h"

namespace apex::ui {

using namespace Qt::StringLiterals;

QStringView formulaEnd(QStringView line) {
    const QStringView content = line.trimmed();
    if (content.startsWith(u"$$"))
        return u"$$";
    return content.startsWith(u"\\[") ? QStringView(u"\\]") : QStringView();
}

bool isWholeFormula(QStringView line) {
    const QStringView content = line.trimmed();
    const QStringView end = formulaEnd(content);
    return !end.isEmpty() && content.size() >= 5 && content.endsWith(end);
}

std::optional<MarkdownBlock> formulaBlock(QStringView source) {
    QStringView content = source.trimmed();
    const QStringView end = formulaEnd(content);
    if (end.isEmpty())
        return std::nullopt;
    content = content.mid(2);
    MarkdownBlock block;
    block.kind = MarkdownBlock::Kind::Code;
    block.language = u"math"_s;
    block.open = !content.endsWith(end);
    if (!block.open)
        content.chop(end.size());
    block.text = content.trimmed().toString();
    return block;
}

QString withFormulasAsCode(QStringView source) {
    QString result;
    qsizetype copied = 0;
    for (qsizetype at = source.indexOf(u'\\'); at >= 0 && at + 1 < source.size();) {
        // What stands in a code span is code already.
        const qsizetype tick = source.indexOf(u'`', copied);
        if (tick >= 0 && tick < at) {
            qsizetype run = tick;
            while (run < source.size() && source[run] == u'`')
                ++run;
            const qsizetype closing = source.indexOf(source.mid(tick, run - tick), run);
            const qsizetype next = closing < 0 ? source.size() : closing + (run - tick);
            result += source.mid(copied, next - copied);
            copied = next;
            at = source.indexOf(u'\\', copied);
            continue;
        }
        const qsizetype end = source[at + 1] == u'(' ? source.indexOf(u"\\)", at + 2) : -1;
        const QStringView formula = end < 0 ? QStringView() : source.mid(at + 2, end - at - 2);
        if (end < 0 || formula.contains(u'`') || formula.contains(u"\n\n")) {
            at = source.indexOf(u'\\', at + 2);
            continue;
        }
        result += source.mid(copied, at - copied);
        result += u'`' + formula.trimmed().toString() + u'`';
        copied = end + 2;
        at = source.indexOf(u'\\', copied);
    }
    return result + source.mid(copied);
}

} // namespace apex::ui
