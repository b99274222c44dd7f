// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/frame_worker.h"

namespace fovea {

/**
 * \brief When frames were taken, by the clock on the wall
 *
 * Of a live source: from the pipeline's clock and base time. Of a file: from the date in its tags, where
 * it has one. Else nobody knows.
 */
class WallClock
{
public:
    /** \brief Tags of the stream: GST_TAG_DATE_TIME is the time of stream time 0 */
    void learn(const GstTagList &tags);

    /** \return nanoseconds since 1970-01-01T00:00:00Z; none where it is not known */
    std::optional<Nanoseconds> time_of(const Frame &frame);

private:
    std::optional<Nanoseconds> begun_; ///< by the file's tags
    std::optional<bool> is_live_ = {}; ///< asked once, upstream
};

} // namespace fovea
