// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "fovea/core/time.h"

namespace fovea {

/** \brief A camera's last pictures, JPEG, by the time they were taken at; used from several threads */
class RecentPictures
{
public:
    static constexpr std::size_t most = 10; ///< at one a second: an alarm is told within that time

    using Jpeg = std::vector<std::uint8_t>;

    /** \param time in the stream */
    void add(Nanoseconds time, Jpeg picture);

    /** \brief Empty: there is none yet */
    Jpeg last() const;

    /** \brief The one taken nearest to \a time; empty: there is none yet */
    Jpeg nearest(Nanoseconds time) const;

    /** \brief Times begin anew: the last one stays to be shown, and is near to nothing */
    void cut();

private:
    struct Picture {
        Nanoseconds time = 0;
        Jpeg jpeg;
    };

    mutable std::mutex mutex_;
    std::deque<Picture> pictures_;
    Jpeg last_;
};

} // namespace fovea
