// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/auth_entry_points.h"
#include "fuzz/entry_points.h"

#include <cstddef>
#include <cstdint>

// One libFuzzer program per entry point; APEX_FUZZ_ENTRY names it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    apex::fuzz::APEX_FUZZ_ENTRY(
        QByteArray(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size)));
    return 0;
}
