// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/answer.h"

#include <QCoreApplication>

namespace apex::backend {

using namespace Qt::StringLiterals;

QJsonObject Answer::json() const {
    QJsonObject json = facts;
    for (const ResultTable& table : tables)
        json[table.name()] = table.json();
    if (!missing.isEmpty())
        json["missing"_L1] = QJsonArray::fromStringList(missing);
    if (!assumptions.isEmpty())
        json["assumptions"_L1] = QJsonArray::fromStringList(assumptions);
    QStringList all = sentences;
    if (!headline.isEmpty())
        all.prepend(headline);
    if (!all.isEmpty())
        json["summary"_L1] = all.join(u' ');
    return json;
}

QString Finding::markdown(bool opens) const {
    QString text = u"## "_s + answer.heading + u"\n\n"_s;
    QStringList sentences = answer.sentences;
    if (!opens && !answer.headline.isEmpty())
        sentences.prepend(answer.headline);
    if (!sentences.isEmpty())
        text += sentences.join(u' ') + u"\n\n"_s;
    for (const ResultTable& table : answer.tables) {
        if (!table.isEmpty())
            text += table.markdown() + u'\n';
    }
    if (!answer.missing.isEmpty())
        text += u"- "_s + answer.missing.join(u"\n- "_s) + u"\n\n"_s;
    return text + sourceLine(tool, call) + u'\n';
}

QString sourceLine(const QString& tool, const QString& call) {
    return QCoreApplication::translate("Agents", "Source: `%1` (`%2`).").arg(tool, call) + u'\n';
}

} // namespace apex::backend
