// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "fovea/core/json.h"
#include "fovea/train/data/frame_cache.h"
#include "fovea/train/lists/clip_list.h"
#include "fovea/train/run_watcher.h"

namespace fovea {

/** \brief Who is looked at, and who says where their keypoints are */
struct KeypointLesson {
    std::string teacher;          ///< bundle of a network for keypoints
    std::string detector = "hog"; ///< hog or a detector bundle
    double looks_a_second = 2;    ///< of a video
    int persons_of_a_video = 24;  ///< at most, spread evenly over those that were seen
    int threads = 1;              ///< of both
};

/** \brief What decides the content of a keypoint set: compared where there is one already */
Json made_with(const ClipList &list, const KeypointLesson &lesson);

/**
 * \brief Persons of the videos of a list as the teacher sees them, the largest three of a frame
 *
 * Each crop shows 1.6 times the longer side of the person's box, so that what is taken from it can be
 * moved, turned and resized. Videos that cannot be decoded are told and left out.
 * \param file made as a whole; see KeypointSet
 * \throw Error as load_detector and load_pose_estimator; CannotWrite; Settings when nobody was found;
 * Interrupted
 */
void write_keypoint_set(const std::filesystem::path &file, const ClipList &list,
                        const KeypointLesson &lesson, const VideoReader &reader,
                        RunWatcher &watcher);

} // namespace fovea
