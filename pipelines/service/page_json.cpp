// SPDX-License-Identifier: MIT
#include "service/page_json.h"

#include <cmath>
#include <system_error>

namespace fovea {

namespace {

const char *name_of(const std::optional<Verdict> &verdict)
{
    if (!verdict)
        return "";
    return *verdict == Verdict::True ? "true" : "nothing";
}

Evidence kind_of(const std::filesystem::path &file)
{
    if (file.extension() == ".jpg")
        return Evidence::Still;
    return file.extension() == ".json" ? Evidence::Line : Evidence::Clip;
}

} // namespace

std::filesystem::path file_of(const StoredAlarm &alarm, Evidence which)
{
    std::error_code error;
    for (const std::string &evidence : alarm.evidence) {
        std::filesystem::path path = evidence;
        if (kind_of(path) == which && std::filesystem::is_regular_file(path, error))
            return path;
    }
    return {};
}

std::string one_line(const Json &json)
{
    return json.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

double rounded(double value)
{
    constexpr double digits = 1e4;
    return std::round(value * digits) / digits;
}

Json camera_json(const std::string &name, const CameraStats &stats, const std::string &reason,
                 bool has_picture)
{
    return {{"name", name},
            {"up", stats.up},
            {"reason", reason},
            {"picture", stats.picture},
            {"frames", stats.frames},
            {"dropped", stats.dropped},
            {"losses", stats.losses},
            {"restarts", stats.restarts},
            {"seconds_since_frame", stats.seconds_since_frame},
            {"has_picture", has_picture}};
}

Json alarms_json(const std::vector<StoredAlarm> &alarms)
{
    Json list = Json::array();
    for (const StoredAlarm &alarm : alarms)
        list.push_back({{"id", alarm.id},
                        {"camera", alarm.camera},
                        {"label", alarm.label},
                        {"score", rounded(alarm.score)},
                        {"begin", alarm.begin_utc / nanoseconds_per_millisecond},
                        {"end", alarm.end_utc / nanoseconds_per_millisecond},
                        {"box", {alarm.box.x, alarm.box.y, alarm.box.width, alarm.box.height}},
                        {"persons", alarm.persons},
                        {"clip", !file_of(alarm, Evidence::Clip).empty()},
                        {"still", !file_of(alarm, Evidence::Still).empty()},
                        {"line", !file_of(alarm, Evidence::Line).empty()},
                        {"verdict", name_of(alarm.verdict)}});
    return list;
}

} // namespace fovea
