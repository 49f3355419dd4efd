// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/json_row.h"

#include "backend/usage/block_reader.h"
#include "backend/usage/columns.h"

#include <simdjson.h>

#include <string>
#include <unordered_map>

namespace apex::backend {

namespace {

namespace sj = simdjson::ondemand;

constexpr int maxDepth = 6;
constexpr std::size_t maxKnownPaths = 5000;
constexpr qsizetype maxListedPaths = 100;

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// What is known of a key path of this file.
struct KnownPath {
    std::optional<Field> field;
    bool comesFirst = false; ///< before other keys with the same meaning
};

std::string_view trimmedToken(std::string_view token) {
    const auto last = token.find_last_not_of(" \t\r\n");
    return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

} // namespace

struct JsonRowParser::Private {
    ColumnChoices choices;
    sj::parser parser;
    std::unordered_map<std::string, KnownPath, TextHash, std::equal_to<>> known;
    std::string path;

    const KnownPath& lookUp(std::string_view value, ReadReport& report);
    simdjson::error_code takeObject(sj::object object, int depth, RawRow& raw, ReadReport& report);
    simdjson::error_code takeValue(sj::value value, int depth, RawRow& raw, ReadReport& report);
    void put(std::string_view text, RawRow& raw, ReadReport& report);
};

const KnownPath& JsonRowParser::Private::lookUp(std::string_view value, ReadReport& report) {
    if (const auto found = known.find(std::string_view(path)); found != known.end())
        return found->second;
    static const KnownPath unknown;
    if (known.size() >= maxKnownPaths)
        return unknown;
    KnownPath entry;
    const auto choice = choices.find(path);
    const bool chosen = choice != choices.end();
    entry.field = chosen ? choice->second : fieldOfPath(path);
    entry.comesFirst =
        entry.field && (chosen || (path == fieldName(*entry.field) && !isChosen(choices, *entry.field)));
    if (entry.field)
        report.fieldsFound.set(static_cast<std::size_t>(*entry.field));
    if (chosen || report.columnsFound.size() < maxListedPaths) {
        report.columnsFound.append(QString::fromStdString(path));
        report.addSample(value);
        if (entry.field)
            report.fieldOf.insert(report.columnsFound.back(), canonicalName(*entry.field));
        else
            report.columnsUnused.append(report.columnsFound.back());
    }
    return known.emplace(path, entry).first->second;
}

/// Of two keys with one meaning the chosen one counts, else the one with the canonical name, else the first.
void JsonRowParser::Private::put(std::string_view text, RawRow& raw, ReadReport& report) {
    const KnownPath& entry = lookUp(text, report);
    if (entry.field && (raw[*entry.field].empty() || entry.comesFirst))
        raw.set(*entry.field, text);
}

simdjson::error_code JsonRowParser::Private::takeObject(sj::object object, int depth, RawRow& raw,
                                                        ReadReport& report) {
    const std::size_t parentLength = path.size();
    for (auto item : object) {
        sj::field field;
        if (const auto error = std::move(item).get(field))
            return error;
        std::string_view key;
        if (const auto error = field.unescaped_key().get(key))
            return error;
        path.resize(parentLength);
        if (!path.empty())
            path += '.';
        path.append(key);
        if (const auto error = takeValue(field.value(), depth, raw, report))
            return error;
    }
    path.resize(parentLength);
    return simdjson::SUCCESS;
}

simdjson::error_code JsonRowParser::Private::takeValue(sj::value value, int depth, RawRow& raw,
                                                       ReadReport& report) {
    sj::json_type type{};
    if (const auto error = value.type().get(type))
        return error;
    switch (type) {
    case sj::json_type::object: {
        sj::object object;
        if (const auto error = value.get_object().get(object))
            return error;
        return depth < maxDepth ? takeObject(object, depth + 1, raw, report) : simdjson::SUCCESS;
    }
    case sj::json_type::string: {
        std::string_view text;
        if (const auto error = value.get_string().get(text))
            return error;
        put(text, raw, report);
        return simdjson::SUCCESS;
    }
    case sj::json_type::number:
    case sj::json_type::boolean:
        put(trimmedToken(value.raw_json_token()), raw, report);
        return simdjson::SUCCESS;
    case sj::json_type::array:
    case sj::json_type::null:
        return simdjson::SUCCESS;
    }
    return simdjson::TAPE_ERROR;
}

JsonRowParser::JsonRowParser(ColumnChoices choices) : d(std::make_unique<Private>()) {
    d->choices = std::move(choices);
}

JsonRowParser::~JsonRowParser() = default;

std::optional<RejectReason> JsonRowParser::parse(std::string_view record, RawRow& raw, ReadReport& report) {
    raw.clear();
    d->path.clear();
    sj::document document;
    if (const auto error =
            d->parser.iterate(record.data(), record.size(), record.size() + BlockReader::padding)
                .get(document))
        return error == simdjson::UTF8_ERROR ? RejectReason::NotUtf8 : RejectReason::NotJson;
    sj::json_type type{};
    if (document.type().get(type))
        return RejectReason::NotJson;
    if (type != sj::json_type::object)
        return RejectReason::NotAnObject;
    sj::object object;
    if (document.get_object().get(object) || d->takeObject(object, 1, raw, report) ||
        document.current_location().error() != simdjson::OUT_OF_BOUNDS)
        return RejectReason::NotJson;
    return std::nullopt;
}

} // namespace apex::backend
