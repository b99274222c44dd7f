// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/time.h"

namespace fovea {

/**
 * \brief Follows the stamps of a stream's frames, which are evidence and not truth
 *
 * A stamp far ahead of the latest one, or more than a little behind it, is a jump: the stream is
 * another one from there on. A stamp a little behind it belongs to a frame out of order. The interval
 * from frame to frame is measured, whatever the stream states.
 */
class FrameClock
{
public:
    enum class Step {
        Begin, ///< the first frame since the start or restart()
        Ahead, ///< not before the latest frame
        Late,  ///< before the latest frame, by too little for a jump
        Jump   ///< the stream does not go on here
    };

    /** \brief A longer step from frame to frame is a gap in the recording: no camera is slower */
    static constexpr Nanoseconds longest_step = 2 * nanoseconds_per_second;

    /**
     * \brief What a frame at \a time would be; the clock stays as it is
     * \param longest step ahead that goes on, > 0; a quarter of it back is late, more is a jump
     */
    Step step(Nanoseconds time, Nanoseconds longest = longest_step) const;

    /** \brief The frame at \a time was seen; one that is late leaves the clock as it is */
    void see(Nanoseconds time);

    /** \brief The time from the frame before the latest to it; 0: fewer than two were seen */
    Nanoseconds interval() const { return interval_; }

    /** \brief Frames a second over all that were seen, the steps over restarts left out; 0: not known */
    double rate() const { return sum_ > 0 ? static_cast<double>(steps_) / to_seconds(sum_) : 0; }

    /** \brief The latest frame's time; < 0 before the first */
    Nanoseconds latest() const { return latest_; }

    /** \brief The next frame begins a stream; the interval measured before is kept */
    void restart() { latest_ = -1; }

private:
    Nanoseconds latest_ = -1;
    Nanoseconds interval_ = 0;
    std::int64_t steps_ = 0; ///< from frame to frame
    Nanoseconds sum_ = 0;    ///< of the steps
};

} // namespace fovea
