// SPDX-License-Identifier: MIT
#include "service/page_json.h"

#include <cmath>
#include <system_error>

namespace fovea {

namespace {

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
            {"record_up", stats.record_up},
            {"frames", stats.frames},
            {"dropped", stats.dropped},
            {"losses", stats.losses},
            {"restarts", stats.restarts},
            {"seconds_since_frame", stats.seconds_since_frame},
            {"has_picture", has_picture}};
}

bool KeptFiles::has(const std::filesystem::path &file)
{
    const auto [folder, is_new] = names_.try_emplace(file.parent_path().string());
    if (is_new) {
        std::error_code error;
        for (const auto &entry : std::filesystem::directory_iterator(folder->first, error))
            if (entry.is_regular_file(error))
                folder->second.insert(entry.path().filename().string());
    }
    return folder->second.count(file.filename().string()) > 0;
}

EvidenceFiles files_of(const StoredAlarm &alarm, KeptFiles *kept)
{
    EvidenceFiles files;
    for (const std::string &evidence : alarm.evidence) {
        const std::filesystem::path path = evidence;
        if (!kept->has(path))
            continue;
        const Evidence kind = kind_of(path);
        std::filesystem::path &file = kind == Evidence::Clip    ? files.clip
                                      : kind == Evidence::Still ? files.still
                                                                : files.line;
        if (file.empty())
            file = path;
    }
    return files;
}

Json alarm_json(const StoredAlarm &alarm, const EvidenceFiles &files)
{
    return {{"id", alarm.id},
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
