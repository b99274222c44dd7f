// SPDX-License-Identifier: MIT
#pragma once

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
};

/** \throw Error CannotWrite */
void write_provenance(const std::filesystem::path &file, const Provenance &record);

/**
 * \brief True when \a file says that \a wanted was made, its outputs are there, and \a video has not
 * changed since; one on a web server is taken for the same. A record that cannot be read counts as none.
 */
bool is_made(const std::filesystem::path &file, const Provenance &wanted,
             const std::filesystem::path &video);

} // namespace fovea
