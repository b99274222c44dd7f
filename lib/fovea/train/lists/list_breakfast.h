// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "fovea/train/lists/clip_list.h"

namespace fovea {

/** \brief With splits/train.split1.bundle and test.split1.bundle. \throw Error as list_datasets.h says */
ClipList read_breakfast(const std::filesystem::path &folder, const ListOptions &options);

/**
 * \brief All videos that have a file in groundTruth/, by their actors in natural order: the last 8 are
 * the test, the 5 before them the validation (Ballan 2021, 4.1; which 5 it does not say). Both channels
 * of a stereo camera are videos of their own: so its test has 411, and all are 1989.
 */
ClipList read_breakfast_truth(const std::filesystem::path &folder, const ListOptions &options);

} // namespace fovea
