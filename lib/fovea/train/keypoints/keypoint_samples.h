// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/train/data/sample_source.h"
#include "fovea/train/keypoints/keypoint_set.h"

namespace fovea {

/**
 * \brief Persons of a keypoint set as a network for keypoints sees them: RGB in [-1, 1], float [3, side, side];
 * labels: float [17, 3], x and y in [0, 1] of the picture, the teacher's confidence
 *
 * In training the view is moved, resized, turned and mirrored, brighter or darker, and at times coarser, as
 * persons far away are; in evaluation it is what the teacher saw.
 */
class KeypointSamples final : public SampleSource
{
public:
    struct Options {
        std::string split;   ///< train or val
        bool varied = false; ///< in training
        int side = 128;      ///< of the pictures, pixels
        std::uint64_t seed = 0;
    };

    /** \param set must outlive this */
    KeypointSamples(const KeypointSet &set, const Options &options);

    /** \brief All of the split; varied: in another order in each epoch */
    std::vector<std::size_t> order(std::int64_t epoch) const override;

    Sample sample(std::size_t index, std::int64_t epoch) const override;

private:
    const KeypointSet &set_;
    Options options_;
    std::vector<std::size_t> indices_; ///< of the set
};

} // namespace fovea
