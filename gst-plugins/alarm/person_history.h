// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <vector>

#include "fovea/core/person.h"
#include "fovea/core/time.h"

namespace fovea {

/** \brief The persons of the last seconds: what is said of a window comes when it is over */
class PersonHistory
{
public:
    static constexpr Nanoseconds kept = 20 * nanoseconds_per_second; ///< behind the latest frame

    /** \brief Those of a frame; times that run back begin anew */
    void add(Nanoseconds time, std::vector<Person> persons);

    /**
     * \brief Who was seen in that time: everyone with a track id where he was last, of the others those of
     * the last frame with persons
     */
    std::vector<Person> during(TimeSpan time) const;

    void clear() { frames_.clear(); }

private:
    struct Frame {
        Nanoseconds time = 0;
        std::vector<Person> persons;
    };

    std::deque<Frame> frames_; ///< with persons, by time
};

} // namespace fovea
