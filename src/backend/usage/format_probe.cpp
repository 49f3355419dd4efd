// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/format_probe.h"

#include <QCoreApplication>

#include <array>

namespace apex::backend {

namespace {

using namespace std::string_view_literals;

struct Magic {
    std::string_view bytes;
    const char* what;
};

constexpr std::array<Magic, 9> magics{{
    {"PK\x03\x04"sv, QT_TRANSLATE_NOOP("UsageReader", "a ZIP archive or a spreadsheet (xlsx, ods)")},
    {"\xd0\xcf\x11\xe0"sv, QT_TRANSLATE_NOOP("UsageReader", "an old Office document (xls, doc)")},
    {"\x1f\x8b"sv, QT_TRANSLATE_NOOP("UsageReader", "a gzip archive")},
    {"\x28\xb5\x2f\xfd"sv, QT_TRANSLATE_NOOP("UsageReader", "a zstd archive")},
    {"%PDF"sv, QT_TRANSLATE_NOOP("UsageReader", "a PDF document")},
    {"PAR1"sv, QT_TRANSLATE_NOOP("UsageReader", "a Parquet file")},
    {"SQLite format 3"sv, QT_TRANSLATE_NOOP("UsageReader", "a SQLite database")},
    {"\x89PNG"sv, QT_TRANSLATE_NOOP("UsageReader", "a picture")},
    {"\xff\xd8\xff"sv, QT_TRANSLATE_NOOP("UsageReader", "a picture")},
}};

Error notText(const QString& name, const QString& what) {
    return makeError(ErrorKind::InvalidInput,
                     QCoreApplication::translate("UsageReader", "The file “%1” is %2, not CSV or JSON text.")
                         .arg(name, what),
                     QCoreApplication::translate(
                         "UsageReader", "Export the usage as CSV or JSON in UTF-8 and attach that file."));
}

/// True if an object that starts at the front of `text` ends on the first line.
bool objectEndsOnFirstLine(std::string_view text) {
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n')
            return false;
        if (inString) {
            i += c == '\\' ? 1 : 0;
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return true;
        }
    }
    return false;
}

} // namespace

std::size_t byteOrderMarkLength(std::string_view start) {
    return start.starts_with("\xef\xbb\xbf"sv) ? 3 : 0;
}

Expected<FileFormat> probeFormat(std::string_view start, const QString& name) {
    if (start.empty()) {
        return fail(
            ErrorKind::InvalidInput,
            QCoreApplication::translate("UsageReader", "The file “%1” is empty (0 bytes).").arg(name),
            QCoreApplication::translate("UsageReader", "Export the usage again and attach the new file."));
    }
    for (const Magic& magic : magics) {
        if (start.starts_with(magic.bytes))
            return fail(notText(name, QCoreApplication::translate("UsageReader", magic.what)));
    }
    if (start.starts_with("\xff\xfe"sv) || start.starts_with("\xfe\xff"sv))
        return fail(notText(name, QCoreApplication::translate("UsageReader", "text in UTF-16")));
    if (start.find('\0') != std::string_view::npos)
        return fail(
            notText(name, QCoreApplication::translate("UsageReader", "binary data (it holds NUL bytes)")));
    start.remove_prefix(byteOrderMarkLength(start));
    const std::size_t first = start.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return fail(
            ErrorKind::InvalidInput,
            QCoreApplication::translate("UsageReader", "The file “%1” holds nothing but blanks.").arg(name),
            QCoreApplication::translate("UsageReader", "Export the usage again and attach the new file."));
    }
    if (start[first] == '[')
        return FileFormat::JsonDocument;
    if (start[first] != '{')
        return FileFormat::Csv;
    return objectEndsOnFirstLine(start.substr(first)) ? FileFormat::JsonLines : FileFormat::JsonDocument;
}

} // namespace apex::backend
