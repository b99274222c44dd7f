// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace fovea {

/**
 * \brief Where what is known of the persons of a clip stands among the channels of a row
 *
 * | part    | size                       | what                                                    |
 * | persons | [persons, steps, of_person]| PersonFeature of each, the fastest and largest first    |
 * | pairs   | [pairs, steps, of_pair]    | PairFeature of two who are near, the nearest first      |
 * | members | [pairs, 2]                 | who they are: place among persons, from 1; 0: no pair   |
 * | energy  | [2]                        | mean and highest difference between frames, whole frame |
 * | places  | [persons, of_place]        | track id, box (x, y, width, height) as last seen        |
 *
 * A person or pair that is not there is all zeros, and so is what keypoints tell where nobody looked for
 * them. Source of sizes and features: a study of persons' kinematics and keypoints as evidence of fights
 * and falls.
 */
struct MotionLayout {
    static constexpr int persons = 6;
    static constexpr int pairs = 8;
    static constexpr int of_person = 30;
    static constexpr int of_pair = 10;
    static constexpr int of_place = 5;
    static constexpr int energies = 2;

    int steps = 0; ///< frames of the clip but the first: each is compared with the one before

    /** \brief Of clips of \a frames frames \throw Error Settings with fewer than 2 (expected, got) */
    static MotionLayout of_frames(int frames);

    /** \brief Of rows with that many channels \throw Error Settings when no layout has as many */
    static MotionLayout of_channels(std::int64_t channels);

    std::int64_t channels() const { return places() + std::int64_t{persons} * of_place; }

    std::int64_t pairs_at() const { return std::int64_t{persons} * steps * of_person; }

    std::int64_t members() const { return pairs_at() + std::int64_t{pairs} * steps * of_pair; }

    std::int64_t energy() const { return members() + std::int64_t{pairs} * 2; }

    std::int64_t places() const { return energy() + energies; }
};

/** \brief Of a person in a frame. A size is the longer side of the box, its 80th percentile in the clip */
enum class PersonFeature {
    X,           ///< of the centre, sizes from its mean in the clip
    Y,           ///< likewise, down
    Height,      ///< sizes
    Width,       ///< sizes
    SpeedX,      ///< of the centre, sizes a second
    SpeedY,      ///< likewise, down
    Growth,      ///< of the height, sizes a second
    Widening,    ///< of the width, sizes a second
    Aspect,      ///< logarithm of width over height
    Confidence,  ///< of the detector, [0, 1]
    AtEdge,      ///< 1: the box touches the frame's edge
    Energy,      ///< mean difference of luma inside the box from the frame before, 25 levels
    UpperEnergy, ///< the same in the upper half of the box
    Seen, ///< 1: between the first and the last sighting in the clip; 0: as at the nearest one
    /* From here on of keypoints, zeros where they are not known; lengths at most keypoint_limit */
    TorsoAcross,    ///< of the shoulders' middle from the hips', sizes
    TorsoDown,      ///< likewise, down
    HeadDown,       ///< of the face's middle, sizes below the box's mean centre in the clip
    HipsDown,       ///< likewise
    LowAnkleDown,   ///< likewise, of the lower ankle
    HighAnkleDown,  ///< likewise, of the higher one
    SpreadAcross,   ///< from the leftmost to the rightmost keypoint, sizes
    SpreadDown,     ///< from the highest to the lowest
    FastWrist,      ///< speed of the faster wrist against the hips, sizes a second
    SlowWrist,      ///< of the other
    FastAnkle,      ///< likewise
    SlowAnkle,      ///< likewise
    RaisedWrist,    ///< how far the higher wrist is above the shoulders, sizes
    Reach,          ///< from the shoulders' middle to the farther wrist, sizes
    PoseConfidence, ///< mean of the keypoints', [0, 1]
    Posed ///< 1: they were looked for within the second before; 0: as between the frames next to it
};

/** \brief Of two persons in a frame; sizes are the mean of theirs */
enum class PairFeature {
    Distance, ///< of the centres, sizes
    Receding, ///< its change, sizes a second
    Overlap,  ///< of the boxes, square sizes
    Across,   ///< distance sideways, sizes
    Below,    ///< how far the second is below the first, sizes; < 0: above
    /* From here on of keypoints, zeros where those of one of the two are not known */
    FirstReaches, ///< from a wrist of the first to the second's face, shoulders or hips, the least, sizes
    FirstRetreats,  ///< its change, sizes a second
    SecondReaches,  ///< the other way round
    SecondRetreats, ///< likewise
    BothPosed       ///< 1: in each frame of two whose keypoints are known
};

/* Keypoints that tell more are errors: values are cut there */
inline constexpr float keypoint_limit = 4;         ///< sizes
inline constexpr float keypoint_speed_limit = 7.5; ///< sizes a second

} // namespace fovea
