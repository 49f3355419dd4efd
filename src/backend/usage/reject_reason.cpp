// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/reject_reason.h"

#include <QCoreApplication>

#include <array>

namespace apex::backend {

namespace {

struct Wording {
    const char* name;
    const char* text;
};

constexpr std::array<Wording, rejectReasonCount> wordings{{
    {"field_count",
     QT_TRANSLATE_NOOP("RejectReason", "the row has another number of fields than the header")},
    {"cut_off", QT_TRANSLATE_NOOP("RejectReason", "the last line is cut off")},
    {"unclosed_quote", QT_TRANSLATE_NOOP("RejectReason", "a quoted field is never closed")},
    {"too_long", QT_TRANSLATE_NOOP("RejectReason", "the record is longer than 4 MiB")},
    {"not_utf8",
     QT_TRANSLATE_NOOP("RejectReason", "the row is not valid UTF-8; no other encoding is guessed")},
    {"nul_byte", QT_TRANSLATE_NOOP("RejectReason", "the row holds a NUL byte")},
    {"not_json", QT_TRANSLATE_NOOP("RejectReason", "the record is not valid JSON")},
    {"not_an_object", QT_TRANSLATE_NOOP("RejectReason", "the record is not a JSON object")},
    {"no_usage", QT_TRANSLATE_NOOP("RejectReason", "the row has no model, no tokens and no cost")},
    {"bad_calls",
     QT_TRANSLATE_NOOP("RejectReason", "the number of calls is not a whole number from 0 to one billion")},
    {"bad_timestamp", QT_TRANSLATE_NOOP("RejectReason", "the timestamp cannot be read")},
    {"ambiguous_date",
     QT_TRANSLATE_NOOP("RejectReason", "the date does not say which number is the month; write YYYY-MM-DD")},
    {"absurd_timestamp", QT_TRANSLATE_NOOP("RejectReason", "the timestamp is before 2015 or in the future")},
    {"bad_tokens", QT_TRANSLATE_NOOP("RejectReason", "a token count is not a whole number")},
    {"negative_tokens", QT_TRANSLATE_NOOP("RejectReason", "a token count is negative")},
    {"absurd_tokens", QT_TRANSLATE_NOOP("RejectReason", "a token count of one call is above one billion")},
    {"bad_cost", QT_TRANSLATE_NOOP("RejectReason", "the cost is not a number")},
    {"decimal_comma",
     QT_TRANSLATE_NOOP("RejectReason", "a number is written with a comma; if that is a decimal comma, "
                                       "declare it with a first line \"# decimal=,\"")},
    {"too_precise_cost", QT_TRANSLATE_NOOP("RejectReason", "the cost has more than 24 decimals")},
    {"negative_cost", QT_TRANSLATE_NOOP("RejectReason", "the cost is negative")},
    {"absurd_cost",
     QT_TRANSLATE_NOOP("RejectReason", "the cost of one call is above one million US dollars")},
    {"bad_latency", QT_TRANSLATE_NOOP("RejectReason", "the latency is not a number")},
    {"negative_latency", QT_TRANSLATE_NOOP("RejectReason", "the latency is negative")},
    {"absurd_latency", QT_TRANSLATE_NOOP("RejectReason", "the latency is above ten hours")},
}};

} // namespace

QString rejectReasonName(RejectReason reason) {
    return QString::fromLatin1(wordings[static_cast<std::size_t>(reason)].name);
}

QString rejectReasonText(RejectReason reason) {
    return QCoreApplication::translate("RejectReason", wordings[static_cast<std::size_t>(reason)].text);
}

} // namespace apex::backend
