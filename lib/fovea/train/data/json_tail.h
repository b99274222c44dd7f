// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "fovea/core/json_fwd.h"

namespace fovea {

/** \brief What stands behind the bytes of a file: what is known of them as JSON, then its length in 8 bytes */
std::string json_tail(const Json &text);

/** \brief Where the JSON of such a file stands */
struct JsonTail {
    std::size_t begin = 0;  ///< and so the number of bytes before it
    std::size_t length = 0; ///< 0: the file does not end with one, it is truncated
};

JsonTail find_json_tail(std::string_view bytes);

} // namespace fovea
