// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/read_report.h"
#include "base/error.h"

namespace apex::backend {

/// The failures of reading a usage file as sentences for people; `name` is the file's name as the user called
/// it.
[[nodiscard]] Error readingStopped(const QString& name);
[[nodiscard]] Error recordTooLong(const QString& name, qint64 line);
[[nodiscard]] Error headerNotText(const QString& name);
[[nodiscard]] Error tooManyColumns(const QString& name, std::size_t columns);
/// A person named a column that is in none of the files.
[[nodiscard]] Error noSuchColumn(const QString& column, const QStringList& found);
/// Says which columns were found and which are needed.
[[nodiscard]] Error wrongColumns(const QString& name, const QStringList& found);
[[nodiscard]] Error noRows(const QString& name);
/// More than half of the records could not be counted; says why, with counts and the first examples.
[[nodiscard]] Error mostlyRejected(const QString& name, const ReadReport& report);
/// The JSON document breaks off or is no list of records.
[[nodiscard]] Error brokenJson(const QString& name, qint64 line, const QString& details);

} // namespace apex::backend
