// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include "fovea/train/data/frame_cache.h"
#include "fovea/train/head_training.h"
#include "fovea/train/keypoints/keypoint_training.h"
#include "fovea/train/network_training.h"

namespace fovea {

/**
 * \brief `fovea train head`, in the process that the environment says (process_place())
 * \param patience for each of the other processes
 * \return exit code: 130 when interrupted \throw as train_head(), process_place(), join_processes()
 */
int run_head_training(HeadTraining training, std::chrono::seconds patience);

/**
 * \brief `fovea train backbone`, likewise
 * \param cache its threads are those of the training
 * \return exit code: 130 when interrupted \throw as train_network(), process_place(), join_processes()
 */
int run_network_training(NetworkTraining training, FrameCacheSettings cache,
                         std::chrono::seconds patience);

/** \brief `fovea train keypoints` \return exit code: 130 when interrupted \throw as train_keypoints() */
int run_keypoint_training(KeypointTraining training);

} // namespace fovea
