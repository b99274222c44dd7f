// SPDX-License-Identifier: MIT
#include "fovea/store/provenance.h"

#include <algorithm>

#include "fovea/store/atomic_file.h"
#include "fovea/store/web_video.h"

namespace fovea {

namespace {

constexpr int record_version = 1;

Json to_record(const Provenance &record)
{
    Json json = {
        {"version", record_version}, {"made_with", record.made_with}, {"outputs", record.outputs}};
    if (record.video_bytes > 0)
        json["video_bytes"] = record.video_bytes;
    return json;
}

bool lists(const Json &outputs, const std::string &name)
{
    return std::any_of(outputs.begin(), outputs.end(),
                       [&](const Json &entry) { return entry == name; });
}

} // namespace

std::uintmax_t bytes_of(const std::filesystem::path &video)
{
    std::error_code error;
    const std::uintmax_t bytes =
        is_web_video(video.string()) ? 0 : std::filesystem::file_size(video, error);
    return error ? 0 : bytes;
}

void write_provenance(const std::filesystem::path &file, const Provenance &record)
{
    write_whole(file, to_record(record).dump(2) + "\n");
}

bool is_made(const std::filesystem::path &file, const Provenance &wanted,
             const std::filesystem::path &video)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error)) // or nobody may look there
        return false;
    try {
        const Json found = read_json(file);
        if (found.at("version") != record_version || found.at("made_with") != wanted.made_with)
            return false;
        if (found.contains("video_bytes") && found.at("video_bytes") != bytes_of(video))
            return false; // put there from a backup it may be older than what was made of another
        // A server may not be asked: an address that is signed for reading is signed for nothing else
        const auto changed = is_web_video(video.string()) ? std::filesystem::file_time_type::min()
                                                          : std::filesystem::last_write_time(video);
        return std::all_of(wanted.outputs.begin(), wanted.outputs.end(), [&](const auto &name) {
            const auto output = file.parent_path() / name;
            return lists(found.at("outputs"), name) && std::filesystem::exists(output) &&
                   std::filesystem::last_write_time(output) > changed;
        });
    } catch (const std::exception &) { // of another version, or damaged: made anew
        return false;
    }
}

} // namespace fovea
