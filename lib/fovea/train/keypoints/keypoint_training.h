// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "fovea/train/data/frame_cache.h"
#include "fovea/train/keypoints/keypoint_lesson.h"
#include "fovea/train/training_steps.h"

namespace fovea {

/** \brief What a small network for keypoints is taught, and how */
struct KeypointTraining {
    TrainingSettings settings; ///< model: whose detector finds persons, if none is asked for
    std::filesystem::path list;
    std::filesystem::path root; ///< folder of the videos; empty: that of the list
    KeypointLesson lesson;
};

/** \brief OUT/training/poses.set: the persons, as the teacher sees them; made once */
std::filesystem::path keypoint_set_of(const std::filesystem::path &out);

/**
 * \brief Looks at the persons of listed videos with a teacher, trains the network of architecture `keypoints` on what
 * it said, and writes a bundle of kind `pose`
 *
 * Nothing of the teacher's weights is in it. Labels are not asked for: any list of videos will do. A keypoint set that is
 * there already is used as it is.
 * \throw Error as write_keypoint_set() and train(); Interrupted before the first epoch
 */
TrainingOutcome train_keypoints(const KeypointTraining &training, const VideoReader &reader,
                                RunWatcher &watcher);

/** \brief The training alone, on the keypoint set that is there */
TrainingOutcome train_on_keypoint_set(const TrainingSettings &settings, const std::string &teacher,
                                      RunWatcher &watcher);

} // namespace fovea
