// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/train/lists/clip_list.h"

namespace fovea {

/** \brief One of the forms that read_clip_list() reads */
struct ListForm {
    const char *name;                                 ///< for a help text: "the CSV of Kinetics"
    bool (*is_of)(const std::filesystem::path &list); ///< that is there
    ClipList (*read)(const std::filesystem::path &list, const ListOptions &options);
};

/** \brief All of them; the first that a list is of reads it, and every list is of one */
const std::vector<ListForm> &list_forms();

/** \brief Their names in a row, for a help text */
std::string list_forms_in_words();

} // namespace fovea
