// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/core/time.h"

namespace fovea {

/**
 * \brief Whether anything moved since the detector last looked: a still picture holds the same persons
 *
 * Compares mean brightness in cells of 8 x 8 pixels with those of the last picture that was let through, so that slow
 * changes add up. Behind a movement it stays open for a while: tracks come to rest, persons who left are missed. It
 * opens from time to time whatever it sees. The numbers are choices of this project.
 */
class MotionGate
{
public:
    /** Levels of brightness that persons change, and noise of cameras and codecs does not */
    static constexpr double usual = 6;

    /** \brief Of pictures of one size by time. \return whether the detector is to look at this one */
    bool opens(const RgbImage &picture, Nanoseconds time);

    /** \param threshold change of a cell's mean, in levels of 255; 0: always open */
    void set_threshold(double threshold) { threshold_ = threshold; }

    /** \brief The next picture is looked at */
    void reset() { seen_.clear(); }

private:
    double threshold_ = 0;
    std::vector<float> seen_; ///< cells of the last picture let through; empty: there was none
    Nanoseconds looked_ = 0;  ///< time of that
    std::optional<Nanoseconds> moved_;
};

} // namespace fovea
