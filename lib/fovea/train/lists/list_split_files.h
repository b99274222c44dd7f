// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "fovea/train/lists/clip_list.h"

namespace fovea {

/*
 * Split files of data sets that keep many text files in one folder. The list is the folder, or one
 * of its files, whose split (UCF-101 and HMDB-51 have three) is then taken, else the first. Each
 * reader throws Error NotFound when a file is missing and Settings when its form is wrong.
 */

bool is_ucf101(const std::filesystem::path &list);
bool is_hmdb51(const std::filesystem::path &list);
bool is_hollywood2(const std::filesystem::path &list);
bool is_thumos14(const std::filesystem::path &list);

/** \brief trainlist01.txt and testlist01.txt; groups are those of its names: v_Archery_g08_c01 */
ClipList read_ucf101(const std::filesystem::path &list, const ListOptions &options);

/** \brief CLASS_test_split1.txt for each class; lines "name.avi 1": 1 train, 2 test, 0 neither */
ClipList read_hmdb51(const std::filesystem::path &list, const ListOptions &options);

/**
 * \brief CLASS_val.txt and CLASS_test.txt, in folders below too; lines "video_validation_0000266 72.8
 * 76.4". Its papers train on val, so that is the split train. Stretches of Ambiguous keep that label.
 */
ClipList read_thumos14(const std::filesystem::path &list, const ListOptions &options);

/** \brief ACTION_train.txt and ACTION_test.txt; lines "actioncliptrain00001 -1": many labels */
ClipList read_hollywood2(const std::filesystem::path &list, const ListOptions &options);

} // namespace fovea
