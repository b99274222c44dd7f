// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "fovea/core/array.h"
#include "fovea/core/frame_counts.h"
#include "fovea/core/heat_map.h"
#include "fovea/core/persons_seen.h"
#include "fovea/core/region.h"
#include "fovea/core/time.h"

namespace fovea {

/** \brief The features of one timestep in all its regions: a view, cheap to copy */
struct FeatureRow {
    std::uint64_t index = 0; ///< of the row in the stream, from 0
    bool after_jump = false; ///< no window spans it and the row before
    TimeSpan time;
    std::vector<Region> regions; ///< [R], those looked at
    std::int64_t channels = 0;   ///< C
    std::shared_ptr<const float>
        features;            ///< of the first region; holds what owns them, if anything
    std::int64_t stride = 0; ///< floats from region to region
    HeatMap heat;            ///< of the clip that the row is from; empty: none
    FrameCounts frames;
    std::uint64_t unseen = 0; ///< timesteps that passed without a look since the row before
    PersonsSeen persons;      ///< of the clip that the row is from

    /** \brief [channels] */
    const float *of_region(std::size_t region) const
    {
        return features.get() + static_cast<std::int64_t>(region) * stride;
    }
};

/**
 * \brief The rows of a whole video as views of \a rows, which must outlive them; at times unknown,
 * one after the other, a nanosecond each
 * \param rows [R, T', C]
 */
std::deque<FeatureRow> rows_of(const Array &rows);

/**
 * \brief The same at \a times [T']
 * \param jumps rows that the stream jumped before, each in [0, T')
 * \param persons [T'], or none: nobody looked
 * \throw Error Settings when times, or persons, are not as many (expected, got)
 */
std::deque<FeatureRow> rows_of(const Array &rows, const std::vector<TimeSpan> &times,
                               const std::vector<std::int64_t> &jumps = {},
                               const std::vector<PersonsSeen> &persons = {});

/** \brief Rows \a first to \a first + \a count, of the same regions and channels \return [R, count, C] */
Array stacked(const std::deque<FeatureRow> &rows, std::size_t first, std::size_t count);

} // namespace fovea
