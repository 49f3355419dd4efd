// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/file_preview.h"

#include "protocol/json_dom.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"

#include <QCoreApplication>

namespace apex::protocol {

namespace {

namespace field = names::field;

QString text(const json::Element& object, QLatin1String key) {
    const auto found = json::member(object, names::view(key));
    return found ? json::asText(*found) : QString();
}

/// Calls `take` with each object of a list.
template <class Take>
void eachOf(const json::Element& root, QLatin1String key, Take take) {
    const auto list = json::member(root, names::view(key));
    if (!list || !list->is_array())
        return;
    for (const json::Element& item : json::items(*list)) {
        if (item.is_object())
            take(item);
    }
}

} // namespace

Expected<FilePreview> decodeFilePreview(const QByteArray& body) {
    json::Parser parser;
    const auto root = parser.parse(body);
    if (!root || !root->is_object())
        return fail(ErrorKind::Protocol,
                    QCoreApplication::translate(
                        "Protocol", "The server's answer about the columns of the file could not be read."),
                    QCoreApplication::translate("Protocol", "The file can be sent all the same."),
                    root ? QStringLiteral("not an object") : parser.reason());
    FilePreview preview;
    preview.format = text(*root, field::Format);
    preview.problem = text(*root, field::Problem);
    const auto usable = json::member(*root, names::view(field::Usable));
    preview.usable = !usable || json::asBool(*usable).value_or(true);
    eachOf(*root, field::Columns, [&](const json::Element& column) {
        preview.columns.push_back(
            {text(column, field::Name), text(column, field::Field), text(column, field::Sample)});
    });
    eachOf(*root, field::Fields, [&](const json::Element& item) {
        preview.fields.push_back({text(item, field::Name), text(item, field::Words)});
    });
    return preview;
}

QByteArray encodeColumns(const ColumnMap& columns) {
    if (columns.isEmpty())
        return {};
    JsonWriter out;
    out.beginObject();
    for (auto it = columns.begin(); it != columns.end(); ++it)
        out.key(it.key()).string(it.value());
    out.endObject();
    return out.bytes();
}

} // namespace apex::protocol
