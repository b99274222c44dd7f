// SPDX-License-Identifier: MIT
#include "fovea/train/data/json_tail.h"

#include <cstdint>
#include <cstring>

#include "fovea/core/json.h"

namespace fovea {

std::string json_tail(const Json &text)
{
    std::string bytes = text.dump();
    const std::uint64_t length = bytes.size();
    bytes.append(reinterpret_cast<const char *>(&length), sizeof length);
    return bytes;
}

JsonTail find_json_tail(std::string_view bytes)
{
    std::uint64_t length = 0;
    if (bytes.size() > sizeof length)
        std::memcpy(&length, bytes.data() + bytes.size() - sizeof length, sizeof length);
    if (length == 0 || length > bytes.size() - sizeof length)
        return {};
    return {bytes.size() - sizeof length - length, length};
}

} // namespace fovea
