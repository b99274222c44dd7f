// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/core/result.h"

namespace fovea {

/** \brief To four digits, as what is told of an alarm has its figures: 0.9, not 0.89999998 */
double rounded(double value);

/**
 * \brief How an alarm came about: what its label scored window by window, and where the strongest window looked
 *
 * Bounded, however long the alarm lasts: beyond most_windows two neighbours become one.
 */
class AlarmCourse
{
public:
    static constexpr std::size_t most_windows = 200;

    explicit AlarmCourse(std::string label) : label_(std::move(label)) {}

    /** \brief The next window. \param scores a label that is not among them scored 0 */
    void add(TimeSpan time, const std::vector<ScoredLabel> &scores,
             const std::vector<WeightedRegion> &regions);

    /**
     * \return `windows`: [start, end, score] each, in seconds of the stream, and `regions` of the strongest:
     * [x, y, width, height, weight] each, in [0, 1]
     */
    Json json() const;

private:
    struct Window {
        TimeSpan time;
        float score = 0;
    };

    std::string label_;
    std::vector<Window> windows_;
    float strongest_ = 0;
    std::vector<WeightedRegion> regions_; ///< of the strongest window
};

} // namespace fovea
