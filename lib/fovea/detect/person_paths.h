// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "fovea/core/pose.h"
#include "fovea/detect/person_motion.h"

namespace fovea {

/** \brief A box with its centre; lengths in heights of the frame, so that a square is one */
struct PersonPlace {
    float x = 0;
    float y = 0;
    float width = 0;
    float height = 0;
    float confidence = 0;

    float left() const { return x - width / 2; }

    float right() const { return x + width / 2; }

    float top() const { return y - height / 2; }

    float bottom() const { return y + height / 2; }

    float longer() const { return std::max(width, height); }
};

/** \brief A person through a clip of as many frames; a step is from a frame to the next */
struct PersonPath {
    int id = -1;
    Box last;                        ///< as last seen
    std::vector<PersonPlace> places; ///< [frames]
    std::vector<bool> seen;          ///< [frames]
    std::vector<Pose>
        poses; ///< [frames], in heights of the frame; empty: known in less than a fourth
    std::vector<bool> posed;   ///< [frames]: known there; else on the line between those that are
    float size = 0;            ///< heights of the frame: 80th percentile of the longer side
    std::vector<float> energy; ///< [steps], mean difference of luma in the box, 25 levels
    std::vector<float> upper;  ///< [steps], in its upper half
    float rank = 0;            ///< size times (0.3 + mean energy)
};

/** \brief The tracks that are seen in a fourth of the frames, without energy and rank: no pictures are needed */
std::vector<PersonPath> followed_paths(const std::vector<MotionFrame> &clip, float aspect);

/**
 * \brief The tracks that are seen in a fourth of the frames, the most restless and largest first
 * \param aspect width over height of the frames \param most that many at most
 */
std::vector<PersonPath> person_paths(const std::vector<MotionFrame> &clip, float aspect,
                                     std::size_t most);

/** \brief Mean difference of luma inside \a part of two pictures of one size; 0 for an empty part */
double luma_difference(const LumaImage &a, const LumaImage &b, const PixelRect &part);

} // namespace fovea
