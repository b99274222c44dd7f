// SPDX-License-Identifier: MIT
#include "fovea/publish/message.h"

namespace fovea {

Message::Kind kind_of(AlarmEvent::Kind event)
{
    switch (event) {
    case AlarmEvent::Kind::Begin:
        return Message::Kind::AlarmBegin;
    case AlarmEvent::Kind::Update:
        return Message::Kind::AlarmUpdate;
    case AlarmEvent::Kind::End:
        break;
    }
    return Message::Kind::AlarmEnd;
}

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
