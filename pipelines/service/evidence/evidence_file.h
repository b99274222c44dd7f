// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "fovea/core/time.h"

namespace fovea {

/**
 * \brief What an alarm keeps, without an extension: FOLDER/CAMERA/DAY/TIME-LABEL
 * \param label as a model has it, anything that is printable; what is no part of a file's name becomes _, and of a long
 * one the begin stands there
 */
std::filesystem::path evidence_file(const std::filesystem::path &folder, const std::string &camera,
                                    Nanoseconds begin_utc, const std::string &label);

} // namespace fovea
