// SPDX-License-Identifier: MIT
#include "fovea/train/data/feature_parts.h"

#include <set>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/file_copy.h"
#include "fovea/train/rows_record.h"

namespace fovea {

namespace {

constexpr int record_version = 1;
constexpr const char *record_start = "part-";
constexpr const char *rows_ending = ".pt";
constexpr const char *record_ending = ".run.json"; // says that the rows are whole

struct FoundPart {
    std::filesystem::path folder;
    FeaturePart part;
};

std::string text_of(const Shard &shard)
{
    return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

FeaturePart read_part(const std::filesystem::path &file)
{
    const JsonReader reader(read_json(file), file.string());
    if (reader.get<int>("version") != record_version)
        throw reader.wrong("version", std::to_string(record_version));
    FeaturePart part = {
        parse_shard(reader.get<std::string>("shard")), reader.get<Json>("made_with"), {}};
    const Json &listed = reader.at("videos");
    const JsonReader videos(listed, file.string() + ": videos");
    for (const auto &[name, stem] : listed.items())
        part.videos[name] = videos.get<std::string>(name);
    return part;
}

std::vector<FoundPart> parts_in(const std::vector<std::filesystem::path> &folders)
{
    std::vector<FoundPart> parts;
    for (const auto &folder : folders) {
        std::set<std::filesystem::path> records; // in the same order on every machine
        std::error_code none;
        for (const auto &entry : std::filesystem::directory_iterator(folder, none)) {
            if (entry.path().extension() == ".json" &&
                entry.path().filename().string().rfind(record_start, 0) == 0)
                records.insert(entry.path());
        }
        if (records.empty())
            throw Error(Error::Kind::NotFound,
                        "'" + folder.string() +
                            "' holds no part that is done; expected what the same command wrote "
                            "with --shard, to its end");
        for (const auto &record : records)
            parts.push_back({folder, read_part(record)});
    }
    return parts;
}

/** \brief Without what a machine chooses by itself, which counts among the parts alone */
Json asked_of(Json made_with)
{
    for (const char *key : {"detector", "pose", "precision"})
        made_with.erase(key);
    return made_with;
}

void check_alike(const std::vector<FoundPart> &parts, const Json &made_with)
{
    const FoundPart &first = parts.front();
    for (const auto &[folder, part] : parts) {
        if (const std::string keys = differences(asked_of(part.made_with), asked_of(made_with));
            !keys.empty())
            throw Error(Error::Kind::Settings,
                        "'" + folder.string() + "' was made with another " + keys +
                            " than is asked for; merge with the options of the parts, or make "
                            "those of an earlier version anew");
        if (part.shard.count != first.part.shard.count)
            throw Error(Error::Kind::Settings,
                        "'" + part_file(folder, part.shard).string() + "' and '" +
                            part_file(first.folder, first.part.shard).string() +
                            "' are of other counts of shares, expected parts of one whole; remove "
                            "the one of an earlier run");
        if (const std::string keys = differences(part.made_with, first.part.made_with);
            !keys.empty())
            throw Error(Error::Kind::Settings,
                        "'" + folder.string() + "' and '" + first.folder.string() +
                            "' were made with another " + keys + "; run one of them again");
    }
}

void check_complete(const std::vector<FoundPart> &parts)
{
    const int count = parts.front().part.shard.count;
    std::set<int> there;
    for (const auto &[folder, part] : parts)
        there.insert(part.shard.index);
    std::vector<std::string> missing;
    for (int index = 0; index < count; ++index) {
        if (there.count(index) == 0)
            missing.push_back(text_of({index, count}));
    }
    if (!missing.empty())
        throw Error(Error::Kind::NotFound, "no part is share " + joined(missing) +
                                               "; name its folder too, or run it with --shard "
                                               "first");
}

void place(const std::filesystem::path &from, const std::filesystem::path &to)
{
    std::error_code error;
    std::filesystem::create_hard_link(from, to, error);
    if (error) // another file system, or one without links
        copy_bytes(from, to);
}

enum class Placed { Yes, Failed, Unknown };

Placed place_video(const std::vector<FoundPart> &parts, const std::string &name,
                   const std::filesystem::path &to)
{
    Placed placed = Placed::Unknown;
    for (const auto &[folder, part] : parts) {
        const auto video = part.videos.find(name);
        if (video == part.videos.end())
            continue;
        placed = Placed::Failed;
        const auto rows = folder / (video->second + rows_ending);
        const auto record = folder / (video->second + record_ending);
        if (!std::filesystem::exists(record) || !std::filesystem::exists(rows))
            continue;
        place(rows, to.string() + rows_ending);
        place(record, to.string() + record_ending);
        return Placed::Yes;
    }
    return placed;
}

} // namespace

std::filesystem::path part_file(const std::filesystem::path &folder, const Shard &shard)
{
    return folder / (record_start + std::to_string(shard.index) + "-of-" +
                     std::to_string(shard.count) + ".json");
}

void write_part(const std::filesystem::path &folder, const FeaturePart &part)
{
    const Json record = {{"version", record_version},
                         {"shard", text_of(part.shard)},
                         {"made_with", part.made_with},
                         {"videos", part.videos}};
    make_folder(folder); // of a share without a video nothing else is there
    write_whole(part_file(folder, part.shard), file_text(record));
}

MergedParts merge_parts(const std::vector<std::filesystem::path> &folders,
                        const std::vector<ListedClip> &videos, const std::filesystem::path &root,
                        const Json &made_with, const std::filesystem::path &to)
{
    const std::vector<FoundPart> parts = parts_in(folders);
    for (const auto &folder : folders) {
        std::error_code none;
        if (std::filesystem::equivalent(folder, to, none))
            throw Error(Error::Kind::Settings, "'" + folder.string() +
                                                   "' is one of the parts; merge into another "
                                                   "folder");
    }
    check_alike(parts, made_with);
    check_complete(parts);
    make_folder(to);
    MergedParts merged;
    for (const ListedClip &video : videos) {
        std::error_code none;
        for (const char *ending : {rows_ending, record_ending}) // of an earlier merge
            std::filesystem::remove(to / (video.id + ending), none);
        switch (place_video(parts, name_below(root, video.path), to / video.id)) {
        case Placed::Failed:
            merged.failed.push_back(video.path);
            break;
        case Placed::Unknown:
            merged.unknown.push_back(video.path);
            break;
        case Placed::Yes:
            break;
        }
    }
    return merged;
}

} // namespace fovea
