// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <vector>

#include "fovea/late/torch_functions.h"

namespace fovea {

/**
 * \brief Where libfovea-torch.so may be, seen from a program or a plugin in \a folder
 *
 * Beside it, where this build has it, where it is installed with it, and where it is installed as configured; the
 * first that is there counts. By path, not by RUNPATH: that of who calls dlopen() counts, which may be a sanitizer.
 */
std::vector<std::filesystem::path> torch_library_places(const std::filesystem::path &folder);

/** \brief The folder of the program or library that this function is linked into */
std::filesystem::path own_folder();

/** \brief The build that this is of, as fovea_torch_build() */
const char *own_torch_build();

/**
 * \brief Loads libfovea-torch.so, and LibTorch with it, for good
 * \throw Error Init when it is in none of \a places, does not load or is of another build (expected, got and remedy)
 */
const TorchFunctions &open_torch_library(const std::vector<std::filesystem::path> &places);

} // namespace fovea
