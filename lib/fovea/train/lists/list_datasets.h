// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <vector>

#include "fovea/train/lists/clip_list.h"

namespace fovea {

/*
 * The annotations of published data sets, as they come. Each reader fills clips (ids may be empty) and
 * warnings, and throws Error NotFound when a file is missing and Settings when its form is wrong.
 */

/** \brief A CSV with label, youtube_id, time_start, time_end, split */
ClipList read_kinetics(const std::filesystem::path &list, const ListOptions &options);

/**
 * \brief A CSV, or the folder of Charades_v1_train.csv and Charades_v1_test.csv. Of many labels, a video
 * without an action shows none of them in training; in the test it is left out (Charades_v1_classify.m).
 */
ClipList read_charades(const std::filesystem::path &list, const ListOptions &options);
/** \brief The JSON of ActivityNet: `database`, with the annotations of each video */
ClipList read_activity_net(const std::filesystem::path &list, const ListOptions &options);

/** \brief something-something-v1-train.csv, something-something-v2-validation.json, labels/train.json and so on */
bool is_something(const std::filesystem::path &list);

/** \brief Those of the train and validation splits in a folder */
std::vector<std::filesystem::path> something_files(const std::filesystem::path &folder);

/** \brief One of them, or a folder that holds both splits */
ClipList read_something(const std::filesystem::path &list, const ListOptions &options);

} // namespace fovea
