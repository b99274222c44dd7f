// SPDX-License-Identifier: MIT
#include "fovea/publish/message.h"

namespace fovea {

const char *topic_of(Message::Kind kind)
{
    switch (kind) {
    case Message::Kind::AlarmBegin:
    case Message::Kind::AlarmUpdate:
    case Message::Kind::AlarmEnd:
        return "alarms";
    case Message::Kind::Camera:
        return "cameras";
    case Message::Kind::Window:
        break;
    }
    return "windows";
}

} // namespace fovea
