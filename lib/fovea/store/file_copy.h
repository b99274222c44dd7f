// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace fovea {

/**
 * \brief The bytes of a file into another, made anew, as the umask says
 *
 * std::filesystem::copy_file calls a full disk an "Input/output error".
 * \throw Error NotFound where \a from cannot be read, CannotWrite with the cause
 */
void copy_bytes(const std::filesystem::path &from, const std::filesystem::path &to);

} // namespace fovea
