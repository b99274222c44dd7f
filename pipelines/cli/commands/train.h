// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/train/data/frame_cache.h"
#include "fovea/train/head_training.h"
#include "fovea/train/keypoints/keypoint_training.h"
#include "fovea/train/network_training.h"

namespace fovea {

/** \brief `fovea train head` \return exit code: 130 when interrupted \throw as train_head() */
int run_head_training(const HeadTraining &training);

/**
 * \brief `fovea train backbone`
 * \param cache its threads are those of the training
 * \return exit code: 130 when interrupted \throw as train_network()
 */
int run_network_training(const NetworkTraining &training, FrameCacheSettings cache);

/** \brief `fovea train keypoints` \return exit code: 130 when interrupted \throw as train_keypoints() */
int run_keypoint_training(KeypointTraining training);

} // namespace fovea
