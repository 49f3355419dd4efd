// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QByteArray>
#include <QMap>
#include <QString>

#include <vector>

namespace apex::protocol {

/// What a person says the columns of a file are: name of the column to canonical name of a field; an empty
/// one means that it is not to be used.
using ColumnMap = QMap<QString, QString>;
/// The same for several files, by path.
using FileColumns = QMap<QString, ColumnMap>;

/// A column as the server would take it.
struct PreviewedColumn {
    QString name;
    QString field;  ///< canonical name; empty: not used
    QString sample; ///< its first value
};

/// Something that a column can be taken for.
struct ColumnField {
    QString name;  ///< canonical
    QString words; ///< for people
};

/// What the server makes of the beginning of a file.
struct FilePreview {
    QString format;                       ///< for people; may be empty
    std::vector<PreviewedColumn> columns; ///< none if its format leaves nothing to choose
    std::vector<ColumnField> fields;      ///< what a column can be
    bool usable = true; ///< false: as it stands the file tells nothing that could be analysed
    QString problem;    ///< what is wrong with it; may be empty
};

/// Body of POST /api/files/preview.
[[nodiscard]] Expected<FilePreview> decodeFilePreview(const QByteArray& body);
/// Value of `columns` in POST /api/files; empty if nothing was said.
[[nodiscard]] QByteArray encodeColumns(const ColumnMap& columns);

} // namespace apex::protocol
