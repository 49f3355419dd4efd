// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>

namespace apex::backend {

/// A request without what it leaves out: "cost without gpt-4o by user" is "cost by user" and the words
/// "gpt-4o".
struct SplitRequest {
    QString kept;
    QStringList leftOut; ///< words after "without", "except" and so on
    QStringList demands; ///< those of `leftOut` that can only be an exclusion ("exclude X")
};

[[nodiscard]] SplitRequest splitExclusions(const QString& text);

/// The parts of a request that ask on their own: "which model is cheapest and how much did opus cost?".
[[nodiscard]] QStringList partsOfRequest(const QString& text);

/// True if a part of a request points back to the one before ("its", "they").
[[nodiscard]] bool pointsBack(const QString& text);
/// True if a part of a request is about everything ("which model is the dearest overall?").
[[nodiscard]] bool saysOverall(const QString& text);
/// Words that are no name of the rows and look like those that are: "user-99" where there is a "user-24".
[[nodiscard]] QStringList lookAlikes(const QString& text, const QMap<QString, QStringList>& known);

/// The columns of which a text wants all values again: "all models".
[[nodiscard]] QStringList columnsTakenWhole(const QString& text);

/// The columns of names, the most telling first.
[[nodiscard]] const QStringList& nameColumns();

/// Words beside "project", "user" and so on, which may be part of a name, by column.
[[nodiscard]] QMap<QString, QStringList> wordsBesideColumns(const QString& text);

/// Last parts of paths that a text names as a project: "shop" of "-home-ana-shop". Key: the word; value: the
/// names that end in it.
[[nodiscard]] QMap<QString, QStringList> shortNamesIn(const QString& text, const QStringList& names);

/// The values among `values` that are months or weekdays and stand in `text` without the name of their
/// column.
[[nodiscard]] QStringList periodNamesIn(const QString& text, const QStringList& values,
                                        const QString& column);

/// True if the text holds the word as a whole one, letter case aside.
[[nodiscard]] bool containsWord(const QString& text, const QString& word);

} // namespace apex::backend
