// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace fovea {

/** \brief Where `fovea watch` looks for a camera's own bundle: adapted/CAMERA beside its events */
std::filesystem::path adapted_folder(const std::filesystem::path &events,
                                     const std::string &camera);

} // namespace fovea
