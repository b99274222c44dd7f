// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "fovea/core/time.h"

namespace fovea {

/**
 * \brief One running time over all connections to a camera
 *
 * A camera's stamps are believed while they lie near the time at which its frames arrive. Where
 * they do not (its clock was set, its stream began anew), the frame counts as taken on its arrival
 * and later ones are placed relative to it.
 */
class CameraTimes
{
public:
    struct Placed {
        Nanoseconds time = 0; ///< later than that of any frame before
        bool jump = false;    ///< first of a connection, or the stamps were not believed
        Nanoseconds step = 0; ///< since the frame before, at a jump usual_step
    };

    static constexpr Nanoseconds usual_step =
        40 * nanoseconds_per_millisecond; ///< 25 frames a second

    /** \brief A stamp beyond it is none, and no sum of two overflows */
    static constexpr Nanoseconds longest_running = longest_time / 2;

    static constexpr Nanoseconds most_ahead = nanoseconds_per_second;
    static constexpr Nanoseconds most_behind = 10 * nanoseconds_per_second;
    static constexpr Nanoseconds most_back = nanoseconds_per_second / 2; ///< mere disorder

    /** \brief A connection begins; \a offset leads from its running time to ours */
    void connect(Nanoseconds offset);

    bool is_first() const { return first_; } ///< no frame of this connection was placed yet

    /**
     * \param running the frame's time in its connection; none, or beyond longest_running: it has no stamp
     * \param now our running time
     */
    Placed place(std::optional<Nanoseconds> running, Nanoseconds now);

private:
    Nanoseconds offset_ = 0;
    Nanoseconds last_ = -1;
    bool first_ = true; ///< of this connection
};

} // namespace fovea
