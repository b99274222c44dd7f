// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>

#include "targets.h"

/* libFuzzer's entry; FUZZ_TARGET is one of targets.h. */
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    FUZZ_TARGET({reinterpret_cast<const char *>(data), size});
    return 0;
}
