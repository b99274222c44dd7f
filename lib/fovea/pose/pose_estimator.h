// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "fovea/core/geometry.h"
#include "fovea/core/image.h"
#include "fovea/core/pose.h"

namespace fovea {

struct PoseOptions {
    std::filesystem::path network;  ///< a graph model of TensorFlow.js, its shards beside it
    ImageSize input = {192, 192};   ///< pixels; Lightning: 192, Thunder: 256
    std::string device = "auto";    ///< auto, cpu, cuda
    std::string engine = "auto";    ///< auto, onednn, torch
    std::string precision = "fp32"; ///< fp32, bf16, or auto: bf16 where it is fast
    int threads = 0;                ///< 0: one for a small network, else all cores
};

/** \brief Finds the keypoints of the person in the middle of a picture; thread-safe */
class PoseEstimator
{
public:
    virtual ~PoseEstimator() = default;

    /** \brief The size the pictures must have */
    virtual ImageSize input_size() const = 0;

    /**
     * \param crops of persons, see pose_crop()
     * \return by crop, keypoints in [0, 1] of it
     * \throw Error Settings for a crop of another size, Init when the network fails
     */
    virtual std::vector<Pose> estimate(const std::vector<RgbImage> &crops) = 0;

    /** \brief What runs it: "oneDNN 2.6.3, cpu, 1 thread, fp32" */
    virtual std::string runtime() const = 0;
};

/**
 * \throw Error NotFound for a missing file, Settings for a file or an option that is not what was
 * expected
 */
std::unique_ptr<PoseEstimator> make_pose_estimator(const PoseOptions &options);

/**
 * \brief Where to look for a person's keypoints: the square of 1.25 times the longer side of the
 * box, moved and, where it is larger than the frame, cut to lie inside
 * \param aspect width over height of the frame's pixels
 */
Box pose_crop(const Box &person, double aspect);

/** \brief Keypoints of a crop, of the frame that it was cut from */
Pose inside(const Pose &pose, const Box &crop);

} // namespace fovea
