// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace fovea {

/**
 * \brief Whether dlopen() may find a library by its name: where it cannot, it is not asked, since it waits while another
 * thread loads libraries
 * \param cache of ldconfig, as ld.so(8) says; where there is none, any library may be found
 */
bool may_be_loaded(const std::string &name, const std::filesystem::path &cache);

} // namespace fovea
