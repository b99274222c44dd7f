// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "fovea/core/geometry.h"
#include "fovea/core/image.h"
#include "fovea/core/pose.h"
#include "fovea/engine/map_network.h"

namespace fovea {

namespace nn {
class Graph;
}

struct PoseOptions : PictureEngine {
    std::string architecture = "movenet"; ///< or keypoints: nn::KeypointNetwork
    std::filesystem::path
        network; ///< movenet: a graph model of TensorFlow.js, its shards beside it; keypoints: weights
    ImageSize input = {192, 192}; ///< pixels; Lightning: 192, Thunder: 256
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
 * \brief A network whose outputs are the maps of PoseMap, of RGB in [-1, 1]
 * \param options their network names it in errors
 * \throw Error Settings for an option that is not what was expected; Init when the network fails
 */
std::unique_ptr<PoseEstimator> make_pose_estimator(const PoseOptions &options, nn::Graph graph);

inline constexpr double pose_margin = 1.25; ///< of a crop over the longer side of the box

/**
 * \brief Where to look for a person's keypoints: the square of \a margin times the longer side
 * of the box, moved and, where it is larger than the frame, cut to lie inside
 * \param aspect width over height of the frame's pixels
 */
Box pose_crop(const Box &person, double aspect, double margin = pose_margin);

/** \brief Keypoints of a crop, of the frame that it was cut from */
Pose inside(const Pose &pose, const Box &crop);

} // namespace fovea
