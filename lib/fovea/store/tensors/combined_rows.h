// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "fovea/store/tensors/feature_file.h"

namespace fovea {

/** \brief Whether their rows are of as many regions, at the same times to a millisecond */
bool rows_combine(const FeatureFile &a, const FeatureFile &b);

/**
 * \brief Rows of one video by several models, their channels side by side: what mean_head() reads
 * \param files by model, in order
 * \throw Error Settings when they have other regions, or rows at other times (expected and got)
 */
FeatureFile combined_rows(std::vector<FeatureFile> files);

/** \brief The same of files on disk; nothing where one of them is not there */
std::optional<FeatureFile> read_combined_rows(const std::vector<std::filesystem::path> &files);

} // namespace fovea
