// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>

namespace fovea {

/** \brief What is wrong with a file where \a error says that its links lead back; empty: it says something else */
inline std::string link_loop(const std::error_code &error)
{
    return error == std::errc::too_many_symbolic_link_levels
               ? "a link that leads back to itself; correct it"
               : "";
}

} // namespace fovea
