// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief A box of ISO 14496-12: 4 bytes of size, big endian, then the type and what it holds */
inline std::string box(const std::string &type, const std::string &content)
{
    const std::size_t size = 8 + content.size();
    const std::string head = {static_cast<char>(size >> 24U), static_cast<char>(size >> 16U),
                              static_cast<char>(size >> 8U), static_cast<char>(size)};
    return head + type + content;
}

} // namespace fovea
