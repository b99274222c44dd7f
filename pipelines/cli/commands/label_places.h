// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <vector>

#include "commands/label.h"

namespace fovea {

/** \brief Where results of a video go: two of one name in two folders below the list's have a place each */
std::filesystem::path results_of(const LabelOptions &options, const std::filesystem::path &video);

/**
 * \brief The videos without what earlier runs made, since `label *` a second time names the folders of the first
 *
 * Of the list, which `find` may have written, also without the labelled copies in them, whose number is told.
 */
std::vector<std::filesystem::path> without_results(const LabelOptions &options);

} // namespace fovea
