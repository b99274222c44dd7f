// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/core/person.h"
#include "fovea/core/time.h"

namespace fovea {

/**
 * \brief Where something moves that no person explains: detectors miss those who lie, grapple or are covered
 *
 * From one look to the next, at most half a second apart, the cell of the picture that changes most, beyond what the
 * median cell does (cameras shake, lights change), and what hangs together with it and changes 0.4 times as much. The
 * numbers are choices of this project.
 */
class UnseenMotion
{
public:
    static constexpr ImageSize picture_size = {32, 24}; ///< of the whole frame, a pixel a cell
    static constexpr int version = 1; ///< another where it finds another box: boxes are kept

    /** \brief Whether the picture of that time is looked at: at most ten a second are */
    bool wants(Nanoseconds time) const;

    /**
     * \param picture of picture_size, as wants() asks, by time
     * \param threshold least change of a cell, in levels of 255, more than 0
     * \return the box of what moves; none where its centre lies in or beside one of \a persons
     */
    std::optional<Box> find(const RgbImage &picture, const std::vector<Person> &persons,
                            Nanoseconds time, float threshold);

    /**
     * \brief Adds what find() finds to \a persons, as one of confidence 1
     * \param threshold as find(); 0: nothing is looked at
     * \param picture gives that of the time, where it is looked at
     */
    void add(std::vector<Person> *persons, Nanoseconds time, float threshold,
             const std::function<RgbImage()> &picture);

    /** \brief The next picture is the first */
    void reset() { seen_.clear(); }

private:
    std::vector<float>
        seen_; ///< brightness of the cells of the last picture; empty: there was none
    Nanoseconds seen_time_ = 0;
};

} // namespace fovea
