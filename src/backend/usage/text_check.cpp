// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/text_check.h"

#include <simdjson.h>

#include <cstring>

namespace apex::backend {

std::optional<RejectReason> checkText(std::string_view record) {
    if (!record.empty() && std::memchr(record.data(), 0, record.size()))
        return RejectReason::NulByte;
    if (!simdjson::validate_utf8(record.data(), record.size()))
        return RejectReason::NotUtf8;
    return std::nullopt;
}

} // namespace apex::backend
