// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "fovea/core/frame_clock.h"

namespace fovea {

/** \brief Counts the frames of a stream and measures how long they last, jumps of their stamps left out */
class StreamDuration
{
public:
    /**
     * \param time of the frame; none, or beyond longest_time: it counts, and its time is not known
     * \param duration stated of it; none: it lasts as long as the frames before it on average
     */
    void see(std::optional<Nanoseconds> time, std::optional<Nanoseconds> duration);

    std::uint64_t frames() const { return frames_; }

    /** \brief From the first frame to the end of the last; of a jump nothing counts */
    Nanoseconds time() const;

    /** \brief Jumps ahead, and the time that they leave out in all */
    std::uint64_t gaps() const { return gaps_; }

    Nanoseconds in_gaps() const { return in_gaps_; }

    /** \brief Frames at the time of the one before */
    std::uint64_t standing() const { return standing_; }

private:
    std::uint64_t frames_ = 0;
    FrameClock clock_;
    Nanoseconds steps_ = 0; ///< sum of the intervals between frames
    std::uint64_t gaps_ = 0;
    Nanoseconds in_gaps_ = 0;
    std::uint64_t standing_ = 0;
    Nanoseconds last_ = 0; ///< stated duration of the last frame, a longest_step at most; 0: none
};

} // namespace fovea
