// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/core/motion_layout.h"
#include "fovea/core/person.h"
#include "fovea/core/time.h"

namespace fovea {

/** \brief A small picture of brightness alone, rows without padding */
struct LumaImage {
    ImageSize size;
    std::vector<std::uint8_t> values;
};

/** \brief Luma (ITU-R BT.601) of a picture */
LumaImage luma_of(const RgbImage &picture);

/** \brief One frame of a clip, as far as persons' motion asks for it */
struct MotionFrame {
    Nanoseconds time = 0;
    std::vector<Person> persons;           ///< with track ids; those without are passed over
    std::shared_ptr<const LumaImage> luma; ///< of the whole frame; all of one size
};

/**
 * \brief How the persons of a clip move, each and in pairs: a MotionLayout's values
 *
 * A person is a track told in a quarter of the frames. Boxes between two frames in which the detector
 * saw the person lie on the line between them. Speeds are over the times of the frames: 0 where a frame is repeated. Those kept are
 * the most restless: size in the frame times (0.3 + mean energy); pairs are two whose sizes differ by
 * 2.5 times at most and who come within two sizes. Keypoints count where they are known in a quarter of
 * the frames, and lie in the others on the line between.
 *
 * \param clip 2 frames or more \param aspect width over height of the frames, pixels, > 0
 * \return [channels] of MotionLayout::of_frames
 * \throw Error Settings for fewer frames, or pictures of several sizes
 */
std::vector<float> person_motion(const std::vector<MotionFrame> &clip, float aspect);

} // namespace fovea
