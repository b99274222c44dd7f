// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "fovea/train/lists/clip_list.h"

namespace fovea {

/*
 * Lists without a form of their own: a table, lines, folders. Each reader fills clips (ids may be
 * empty) and warnings, and throws Error NotFound when a file is missing and Settings when its form is
 * wrong.
 */

/** \brief *.csv with the columns that read_clip_list() names */
ClipList read_plain_csv(const std::filesystem::path &list, const ListOptions &options);

/** \brief Lines of `path label`, or of paths where no labels are asked for */
ClipList read_path_lines(const std::filesystem::path &list, const ListOptions &options);

/** \brief A folder for each class; where no labels are asked for also the videos beside them */
ClipList read_class_folders(const std::filesystem::path &folder, const ListOptions &options);

} // namespace fovea
