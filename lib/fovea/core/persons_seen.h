// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

namespace fovea {

/** \brief What is seen of the persons who are followed through a clip */
struct PersonsSeen {
    int followed = 0;       ///< tracks; 0: nobody is, or nobody looked
    bool two_touch = false; ///< two nearly do in a frame (seen_persons.h)
    bool goes_down = false; ///< somebody sinks, gets lower or wider (seen_persons.h)
    float largest = 0;      ///< share of the frame: of all the greatest width or height, [0, 1]

    /** \brief Of this clip and another one */
    void add(const PersonsSeen &other)
    {
        followed = std::max(followed, other.followed);
        two_touch = two_touch || other.two_touch;
        goes_down = goes_down || other.goes_down;
        largest = std::max(largest, other.largest);
    }
};

} // namespace fovea
