// SPDX-License-Identifier: MIT
#include "fovea/store/alarm_line.h"

#include "fovea/core/names.h"
#include "fovea/store/line_values.h"

namespace fovea {

namespace {

constexpr Named<AlarmEvent::Kind> kinds[] = {{AlarmEvent::Kind::Begin, "begin"},
                                             {AlarmEvent::Kind::Update, "update"},
                                             {AlarmEvent::Kind::End, "end"}};

} // namespace

const char *to_string(AlarmEvent::Kind kind)
{
    return name_of(kinds, kind);
}

Json alarm_to_json(const AlarmEvent &alarm)
{
    Json json = {{"event", to_string(alarm.kind)}, {"id", alarm.id}};
    json.update(scored(alarm.label));
    json["start"] = to_seconds(alarm.time.start);
    json["end"] = to_seconds(alarm.time.end);
    json["best"] = to_seconds(alarm.best);
    json["bounding_box"] = bounding_box(alarm.box);
    json["persons"] = alarm.persons;
    return json;
}

AlarmEvent alarm_from(const JsonReader &reader)
{
    AlarmEvent alarm;
    const auto *kind = find_named(kinds, reader.get<std::string>("event"));
    if (kind == nullptr)
        throw reader.wrong("event", "begin, update or end");
    alarm.kind = kind->value;
    alarm.id = reader.get<std::uint64_t>("id");
    alarm.label = scored_from(reader);
    alarm.time = span_from(reader);
    alarm.best = seconds_from(reader, "best");
    alarm.box = box_from(reader.object("bounding_box"));
    alarm.persons = reader.get<std::vector<int>>("persons");
    return alarm;
}

} // namespace fovea
