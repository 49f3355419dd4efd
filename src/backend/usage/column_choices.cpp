// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/column_choices.h"

#include "backend/usage/columns.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostColumns = 1000;

QString columnWords(const char* text) {
    return QCoreApplication::translate("UsageReader", text);
}

tl::unexpected<Error> wrongChoice(const QString& happened) {
    return fail(
        ErrorKind::InvalidInput, happened,
        columnWords(QT_TRANSLATE_NOOP("UsageReader", "A column can be taken for one of: %1; or for nothing."))
            .arg(fieldList()));
}

} // namespace

Expected<ColumnChoices> columnChoicesFromJson(const QByteArray& json) {
    ColumnChoices choices;
    if (json.isEmpty())
        return choices;
    const QJsonDocument document = QJsonDocument::fromJson(json);
    const QJsonObject object = document.object();
    if (!document.isObject() || object.size() > mostColumns)
        return wrongChoice(columnWords(
            QT_TRANSLATE_NOOP("UsageReader", "What the columns are was not said as an object of names.")));
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QByteArray name = it.value().toString().toUtf8();
        const auto field = name.isEmpty() ? std::nullopt : fieldOfColumn(name.toStdString());
        if (!it.value().isString() || (!name.isEmpty() && !field))
            return wrongChoice(
                columnWords(QT_TRANSLATE_NOOP("UsageReader", "The column “%1” cannot be taken for “%2”."))
                    .arg(it.key(), it.value().toString()));
        if (field && isChosen(choices, *field))
            return wrongChoice(
                columnWords(QT_TRANSLATE_NOOP("UsageReader", "Two columns were taken for %1; one is needed."))
                    .arg(canonicalName(*field)));
        choices.emplace(it.key().toStdString(), field);
    }
    return choices;
}

QByteArray columnChoicesJson(const ColumnChoices& choices) {
    if (choices.empty())
        return {};
    QJsonObject object;
    for (const auto& [column, field] : choices)
        object[QString::fromStdString(column)] = field ? canonicalName(*field) : QString();
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

bool isChosen(const ColumnChoices& choices, Field field) {
    return std::any_of(choices.begin(), choices.end(),
                       [field](const auto& choice) { return choice.second == field; });
}

} // namespace apex::backend
