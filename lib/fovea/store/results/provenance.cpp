// SPDX-License-Identifier: MIT
#include "fovea/store/results/provenance.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sys/stat.h>

#include "fovea/core/printable.h"
#include "fovea/core/text_file.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/web_video.h"

namespace fovea {

namespace {

constexpr int record_version = 1;

/* JSON is UTF-8; what is none comes back from a URI alone. A path begins with /, and is none */
std::string recorded_path(const std::string &path)
{
    return is_printable(path) ? path : file_uri(path);
}

Json to_record(const Provenance &record)
{
    Json json = {
        {"version", record_version}, {"made_with", record.made_with}, {"outputs", record.outputs}};
    if (record.video.bytes > 0)
        json["video_bytes"] = record.video.bytes;
    if (record.video.changed_s != 0)
        json["video_changed_s"] = record.video.changed_s;
    if (!record.video.path.empty())
        json["video"] = recorded_path(record.video.path);
    if (record.warnings)
        json["warnings"] = *record.warnings;
    return json;
}

std::filesystem::path video_in(const Json &record)
{
    return local_path(record.value("video", ""));
}

bool is_another(const Json &record, const VideoState &video)
{
    constexpr std::int64_t tolerated_s = 2; // to which FAT rounds when a folder is copied
    if (record.contains("video_bytes") && record.at("video_bytes") != video.bytes)
        return true;
    return record.contains("video_changed_s") &&
           std::abs(record.at("video_changed_s").get<std::int64_t>() - video.changed_s) >
               tolerated_s;
}

/** \brief A megabyte of each end of a file */
std::string ends_of(const std::filesystem::path &file)
{
    constexpr std::streamoff most = 1 << 20;
    std::ifstream stream(file, std::ios::binary);
    std::string ends(2 * most, '\0');
    stream.read(ends.data(), most);
    if (stream) {
        stream.seekg(-most, std::ios::end);
        stream.read(ends.data() + most, most);
    }
    return ends;
}

bool is_same(const std::filesystem::path &one, const std::filesystem::path &other)
{
    std::error_code error;
    if (std::filesystem::equivalent(one, other, error))
        return true;
    return std::filesystem::is_regular_file(one, error) &&
           std::filesystem::is_regular_file(other, error) &&
           std::filesystem::file_size(one, error) == std::filesystem::file_size(other, error) &&
           ends_of(one) == ends_of(other);
}

/** \brief Whether \a known is there, and another than \a video */
bool is_another_video(const std::filesystem::path &known, const std::filesystem::path &video)
{
    std::error_code error;
    return !known.empty() && !is_web_video(video.string()) &&
           std::filesystem::exists(known, error) && std::filesystem::exists(video, error) &&
           !is_same(known, video);
}

/** \brief What \a read takes of a record; nothing where it is not there, of another version, or damaged */
template <typename Read>
auto said_by(const std::filesystem::path &file, const Read &read) -> decltype(read(Json()))
{
    try {
        return read(read_json(file));
    } catch (const std::exception &) {
        return {};
    }
}

bool lists(const Json &outputs, const Json &name)
{
    return std::find(outputs.begin(), outputs.end(), name) != outputs.end();
}

} // namespace

VideoState state_of(const std::filesystem::path &video)
{
    struct stat state = {};
    if (is_web_video(video.string()) || stat(video.c_str(), &state) != 0)
        return {};
    return {S_ISREG(state.st_mode) ? static_cast<std::uintmax_t>(state.st_size) : 0,
            state.st_mtim.tv_sec, std::filesystem::absolute(video).lexically_normal().string()};
}

void write_provenance(const std::filesystem::path &file, const Provenance &record)
{
    write_whole(file, file_text(to_record(record)));
}

Json recorded_settings(const std::filesystem::path &file)
{
    return said_by(file, [](const Json &record) { return record.at("made_with"); });
}

std::optional<std::vector<std::string>> recorded_warnings(const std::filesystem::path &file)
{
    return said_by(file, [](const Json &record) {
        return std::optional(record.at("warnings").get<std::vector<std::string>>());
    });
}

std::filesystem::path recorded_video(const std::filesystem::path &file)
{
    return said_by(file, video_in);
}

std::filesystem::path other_video(const std::filesystem::path &file,
                                  const std::filesystem::path &video)
{
    const std::filesystem::path known = recorded_video(file);
    return is_another_video(known, video) ? known : std::filesystem::path();
}

bool is_recorded_of(const std::filesystem::path &file, const std::filesystem::path &video)
{
    return said_by(file, [&](const Json &record) {
        std::error_code error;
        if (const auto known = video_in(record); !known.empty())
            return std::filesystem::equivalent(known, video, error);
        return record.contains("video_bytes") && record.contains("video_changed_s") &&
               !is_another(record, state_of(video));
    });
}

bool is_made(const std::filesystem::path &file, const Provenance &wanted,
             const std::filesystem::path &video)
{
    return said_by(file, [&](const Json &found) {
        const Json asked =
            Json::parse(file_text(to_record(wanted))); // names that are no UTF-8, as written
        if (found.at("version") != record_version || found.at("made_with") != asked.at("made_with"))
            return false;
        const VideoState state = state_of(video);
        if (is_another(found, state) || is_another_video(video_in(found), video))
            return false; // put there from a backup it may be older than what was made of another
        // A server may not be asked: an address that is signed for reading is signed for nothing else. A recorder's
        // clock may be years ahead: a video of the very time that is recorded is older than what was made of it
        const bool is_older = is_web_video(video.string()) ||
                              (state.changed_s != 0 &&
                               found.value("video_changed_s", std::int64_t{0}) == state.changed_s);
        const auto changed = is_older ? std::filesystem::file_time_type::min()
                                      : std::filesystem::last_write_time(video);
        const auto is_listed = [&](const Json &name) { return lists(found.at("outputs"), name); };
        const auto is_there = [&](const std::string &name) {
            const auto output = file.parent_path() / name;
            const bool is_empty =
                std::filesystem::is_regular_file(output) &&
                std::filesystem::file_size(output) == 0; // as copied to a full disk
            return std::filesystem::exists(output) && !is_empty &&
                   std::filesystem::last_write_time(output) > changed;
        };
        return std::all_of(asked.at("outputs").begin(), asked.at("outputs").end(), is_listed) &&
               std::all_of(wanted.outputs.begin(), wanted.outputs.end(), is_there);
    });
}

} // namespace fovea
