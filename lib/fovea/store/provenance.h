// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/json.h"

namespace fovea {

/**
 * \brief What a result was made with, kept beside it (`run.json`) so that it is not made again
 *
 * Written last: its presence says that the outputs are whole.
 */
struct Provenance {
    Json made_with;                   ///< model, detector and settings that count
    std::vector<std::string> outputs; ///< file names beside the record
    std::uintmax_t video_bytes = 0;   ///< bytes_of() the video when it was begun with
};

/** \brief Its size; 0 where nobody can say, as of one on a web server */
std::uintmax_t bytes_of(const std::filesystem::path &video);

/** \throw Error CannotWrite */
void write_provenance(const std::filesystem::path &file, const Provenance &record);

/**
 * \brief True when \a file says that \a wanted was made, its outputs are there, and \a video has not
 * changed since, nor is of another size than it was; one on a web server is taken for the same. A
 * record that cannot be read counts as none.
 */
bool is_made(const std::filesystem::path &file, const Provenance &wanted,
             const std::filesystem::path &video);

} // namespace fovea
