// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/train/lists/clip_list.h"

namespace fovea {

constexpr const char *default_feature_list = "list.csv"; ///< in a folder of feature files

/**
 * \brief The feature files of a folder with their labels: by \a list, else by the folder's list.csv,
 * else by the labels that stand in the files
 * \param list of feature files; empty: none
 * \throw Error as read_clip_list; NotFound where \a folder is none, or several labels a clip have no
 * list; Settings where no file is labelled, or \a list names videos
 */
ClipList read_feature_list(const std::filesystem::path &folder, const std::filesystem::path &list,
                           bool many_labels);

/** \brief Whether the feature files of a list are made, as far as they can be, or are to be made */
enum class Made { Now, Later };

/** \brief Rows of an earlier list that stay beside those of another split */
struct OtherRows {
    std::vector<ListedClip> rows;
    std::vector<std::string> warnings; ///< what does not stay, why, and what to do; one line each
};

/**
 * \brief The rows of \a file, a list of feature files, that are of other splits and files than \a list
 *
 * Left out are those whose files are gone or were made otherwise than the files of \a list beside it, and those whose
 * group is in another split of \a list. None where a clip of \a list has no split, or \a file is not there or does
 * not read.
 * \param made what of \a list is there; Later: how other files were made does not matter yet
 */
OtherRows rows_of_other_splits(const std::filesystem::path &file, const ClipList &list,
                               bool many_labels, Made made = Made::Now);

/**
 * \brief Writes \a file, a list of the feature files beside it: of each clip ID.pt, where it is there or made later
 *
 * Where none is there, nothing is written, and the list of before goes. A feature file holds its stretch and no more: each is listed as a whole.
 * \param stretches of the videos of \a list, listed in their place; empty: none
 * \param others rows to be listed beside them
 * \throw Error CannotWrite
 */
void write_feature_list(const std::filesystem::path &file, ClipList list,
                        const ClipList &stretches = {}, const std::vector<ListedClip> &others = {},
                        Made made = Made::Now);

} // namespace fovea
