// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/result.h"

namespace fovea {

/** \brief A line for a receiver */
struct Message {
    enum class Kind {
        Window,      ///< what a window or a frame showed: dropped first where there is no room
        AlarmBegin,  ///< an alarm of `label` begins
        AlarmUpdate, ///< it gets stronger
        AlarmEnd,    ///< it ends
        Camera       ///< a camera is there again, or is not
    };

    std::string id;  ///< the same each time the line is sent: a receiver knows duplicates by it
    std::string key; ///< camera or source: lines of one key reach the receiver in their order
    Kind kind = Kind::Window;
    std::string label;      ///< of an alarm
    std::string text;       ///< one JSON object without a line feed, UTF-8
    bool recovered = false; ///< left over from an earlier run: it says nothing of what is now
};

/** \brief Of the line that tells an alarm's event */
Message::Kind kind_of(AlarmEvent::Kind event);

/** \brief Which stream of lines it belongs to: "windows", "alarms" or "cameras" */
const char *topic_of(Message::Kind kind);

} // namespace fovea
