// SPDX-License-Identifier: MIT
#include "service/page/page_json.h"

#include "service/evidence/alarm_course.h"

namespace fovea {

Json camera_json(const std::string &name, const CameraStats &stats, const std::string &reason,
                 bool has_picture)
{
    return {{"name", name},
            {"up", stats.up},
            {"reason", reason},
            {"picture", stats.picture},
            {"record_up", stats.record_up},
            {"frames", stats.frames},
            {"dropped", stats.dropped},
            {"losses", stats.losses},
            {"restarts", stats.restarts},
            {"seconds_since_frame", stats.seconds_since_frame},
            {"has_picture", has_picture}};
}

Json alarm_json(const StoredAlarm &alarm, const EvidenceFiles &files)
{
    return {{"id", alarm.id},
            {"run", alarm.run},
            {"number", alarm.number},
            {"camera", alarm.camera},
            {"label", alarm.label},
            {"score", rounded(alarm.score)},
            {"begin", alarm.begin_utc / nanoseconds_per_millisecond},
            {"end", alarm.end_utc / nanoseconds_per_millisecond},
            {"box", {alarm.box.x, alarm.box.y, alarm.box.width, alarm.box.height}},
            {"persons", alarm.persons},
            {"clip", !files.clip.empty()},
            {"still", !files.still.empty()},
            {"line", !files.line.empty()},
            {"ended", alarm.ended},
            {"verdict", alarm.verdict ? name_of(verdicts, *alarm.verdict) : ""}};
}

Json alarms_json(const std::vector<StoredAlarm> &alarms)
{
    KeptFiles kept;
    Json list = Json::array();
    for (const StoredAlarm &alarm : alarms)
        list.push_back(alarm_json(alarm, files_of(alarm, &kept)));
    return list;
}

} // namespace fovea
