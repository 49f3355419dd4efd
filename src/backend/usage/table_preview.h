// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace apex::backend {

/// A column of a table as the importer would take it.
struct PreviewedColumn {
    QString name;   ///< as written; JSON: path of keys joined by '.'
    QString field;  ///< canonical name; empty: not used
    QString sample; ///< its first value, shortened
};

/// What a file is, from its beginning.
struct TablePreview {
    QString format; ///< for people: "CSV, separated by commas"
    std::vector<PreviewedColumn>
        columns;        ///< at most 200; none in session logs and other formats with fixed keys
    bool usable = true; ///< false: no column tells the model, the tokens or the cost
};

/// What the importer would make of a file that begins with `head`, by running it on these bytes. `name` is
/// for errors. InvalidInput if the bytes are no table at all.
[[nodiscard]] Expected<TablePreview> previewTable(const QByteArray& head, const QString& name);

} // namespace apex::backend
