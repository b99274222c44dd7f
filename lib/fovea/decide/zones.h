// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace fovea {

/** \brief A place in the frame, normalised: x to the right, y down, [0, 1] */
struct Point {
    float x = 0;
    float y = 0;
};

/** \brief A polygon of three corners or more, its edges included; where it crosses itself, even-odd */
struct Zone {
    std::vector<Point> corners;
};

/** \brief Where in the frame something counts */
struct Zones {
    std::vector<Zone> included; ///< none: the whole frame
    std::vector<Zone> excluded;

    bool empty() const { return included.empty() && excluded.empty(); }

    /** \brief Whether it lies in an included zone and in no excluded one; outside the frame it counts at
     * the nearest edge */
    bool hold(Point point) const;
};

/**
 * \brief Zones as a property says them: "include 0,0.5 1,0.5 1,1 0,1; exclude 0.8,0 1,0 1,1"
 *
 * Each begins with include or exclude, and has three corners x,y or more in [0, 1].
 * \throw Error Settings that names the zone, with what was expected and got
 */
Zones zones_from(const std::string &text);

} // namespace fovea
