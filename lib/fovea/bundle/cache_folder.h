// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace fovea {

/**
 * \brief What was fetched or computed once and may be deleted at any time: FOVEA_CACHE, else
 * fovea/ in XDG_CACHE_HOME, else in ~/.cache (XDG Base Directory Specification), where ~ is
 * HOME, else what the list of users has
 */
std::filesystem::path cache_folder();

} // namespace fovea
