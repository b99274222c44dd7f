// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "fovea/core/result.h"

namespace fovea {

/** \brief What is told of a camera's alarms: one that goes on from outside its hours into them begins with them */
class WantedAlarms
{
public:
    /** \param wanted the camera's hours hold. \return as it is told; none: it is not */
    std::optional<AlarmEvent> take(AlarmEvent alarm, bool wanted);

    /**
     * \brief A window within the hours came, before what is said of alarms in it
     * \return alarms that went on through the window before, the first within the hours: they begin with that one;
     * score, box and persons are of their strongest moment, which may lie before it
     */
    std::vector<AlarmEvent> take_window(TimeSpan time);

private:
    std::map<std::uint64_t, AlarmEvent> held_;  ///< go on from outside the hours, as last said
    std::map<std::uint64_t, Nanoseconds> late_; ///< told to begin with the hours: where
    int windows_ = 0;                           ///< within the hours, since one was held
    Nanoseconds first_ = 0;                     ///< where the first of these began
};

} // namespace fovea
