// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/train/lists/clip_list.h"

namespace fovea {

/** \brief The text that read_time() reads */
std::string time_text(const ListedTime &moment);

/** \brief "1.5" or "42%"; false for anything else */
bool read_time(std::string text, ListedTime *moment);

/** \brief Whether a list may say this many seconds: 0 to longest_seconds */
bool is_time(double seconds);

/** \brief A number of a list, the whole of \a text: 0 to longest_seconds; -1 otherwise */
double list_number(const std::string &text);

/** \brief "train", "val" or "test" for the words data sets use; empty for another word */
std::string split_name(const std::string &word);

/** \brief The first of \a stems that exists below \a root with the ending of a video file or as a folder
 * of frames, else the first one with .mp4 */
std::filesystem::path find_video(const std::filesystem::path &root,
                                 const std::vector<std::string> &stems);

bool is_video_name(const std::filesystem::path &file);

} // namespace fovea
