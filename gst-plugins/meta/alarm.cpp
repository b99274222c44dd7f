// SPDX-License-Identifier: MIT
#include "meta/alarm.h"

#include <algorithm>

#include "meta/convert.h"

namespace fovea {

namespace {

AlarmEvent::Kind kind_from(FoveaAlarmEvent event)
{
    switch (event) {
    case FOVEA_ALARM_UPDATE:
        return AlarmEvent::Kind::Update;
    case FOVEA_ALARM_END:
        return AlarmEvent::Kind::End;
    case FOVEA_ALARM_BEGIN:
        break;
    }
    return AlarmEvent::Kind::Begin;
}

FoveaAlarmEvent to_c(AlarmEvent::Kind kind)
{
    switch (kind) {
    case AlarmEvent::Kind::Update:
        return FOVEA_ALARM_UPDATE;
    case AlarmEvent::Kind::End:
        return FOVEA_ALARM_END;
    case AlarmEvent::Kind::Begin:
        break;
    }
    return FOVEA_ALARM_BEGIN;
}

} // namespace

AlarmEvent alarm_from(const FoveaAlarm &alarm)
{
    AlarmEvent made;
    made.kind = kind_from(alarm.event);
    made.id = alarm.id;
    made.label = from_c(alarm.label);
    made.time = span_of(alarm.start, alarm.end);
    made.best = static_cast<Nanoseconds>(alarm.best);
    made.box = from_c(alarm.box);
    made.persons.assign(alarm.persons, alarm.persons + alarm.n_persons);
    return made;
}

FoveaAlarm *to_c(const AlarmEvent &alarm, const std::string &model)
{
    FoveaAlarm *made = fovea_alarm_new(static_cast<guint>(alarm.persons.size()));
    made->event = to_c(alarm.kind);
    made->id = alarm.id;
    made->model = g_strdup(model.c_str());
    made->label = to_c(alarm.label);
    made->start = static_cast<GstClockTime>(alarm.time.start);
    made->end = static_cast<GstClockTime>(alarm.time.end);
    made->best = static_cast<GstClockTime>(alarm.best);
    made->box = to_c(alarm.box);
    std::copy(alarm.persons.begin(), alarm.persons.end(), made->persons);
    return made;
}

} // namespace fovea
