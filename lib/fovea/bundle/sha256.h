// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace fovea {

/** \brief SHA-256 of a file's bytes, hexadecimal, lower case; \throw Error NotFound if unreadable */
std::string sha256_of(const std::filesystem::path &file);

/** \brief That of a text */
std::string sha256_of_text(const std::string &text);

} // namespace fovea
