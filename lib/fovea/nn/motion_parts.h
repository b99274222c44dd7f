// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

#include "fovea/core/motion_layout.h"

namespace fovea::nn {

/** \brief What a MotionLayout holds, of N windows of T' rows each */
struct MotionParts {
    at::Tensor persons;  ///< float [N, T', P, steps, of_person]
    at::Tensor pairs;    ///< float [N, T', Q, steps, of_pair]
    at::Tensor members;  ///< int64 [N, T', Q, 2]: place among persons, from 1; 0: no pair
    at::Tensor energy;   ///< float [N, T', 2]
    at::Tensor ids;      ///< float [N, T', P] of the tracks
    at::Tensor is_there; ///< bool [N, T', P]
};

/** \param motion float [N, T', channels of \a layout] */
MotionParts motion_parts(const at::Tensor &motion, const MotionLayout &layout);

/** \brief Two rows of the same persons side by side with their pair: [N, T', Q, steps, 2 of_person + of_pair] */
at::Tensor pair_inputs(const MotionParts &parts);

/** \brief Whether both of a pair are there: bool [N, T', Q] */
at::Tensor pair_is_there(const MotionParts &parts);

struct MotionAugmentation {
    double flip = 0.5;    ///< chance that left and right are exchanged
    double drop = 0.1;    ///< chance of each person to be left out; one always stays
    double jitter = 0.02; ///< standard deviation added to places and shapes, sizes; twice to speeds
    double speed = 0.25;  ///< of the logarithm of a factor on all speeds of a window
    double energy = 0.3;  ///< of the logarithm of a factor on each person's energy
    double keypoint_jitter = 0.03; ///< standard deviation added to what keypoints tell of a person
    double no_keypoints = 0.1;     ///< chance that a window's keypoints are left out
};

/**
 * \brief The parts varied at random, each window in its own way and its rows alike, by LibTorch's
 * random numbers. Source: the study of persons' kinematics
 */
MotionParts varied(const MotionParts &parts, const MotionAugmentation &augmentation);

} // namespace fovea::nn
