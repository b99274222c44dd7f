// SPDX-License-Identifier: MIT
#include "fovea/train/lists/list_breakfast.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"
#include "fovea/train/lists/list_values.h"

namespace fovea {

namespace {

/* "P03_cam01_P03_cereals": recording, camera, actor, activity */
struct BreakfastName {
    std::string actor;
    std::string camera;
    std::string video; ///< P03_cereals
    std::string activity;
    std::string path; ///< as the videos are published: P03/cam01/P03_cereals

    explicit BreakfastName(const std::string &stem)
    {
        const auto first = stem.find('_');
        const auto second = stem.find('_', first + 1);
        const auto last = stem.rfind('_');
        if (first == 0 || first == std::string::npos || second == std::string::npos ||
            last <= second)
            return;
        actor = stem.substr(0, first);
        camera = stem.substr(first + 1, second - first - 1);
        video = stem.substr(second + 1);
        activity = stem.substr(last + 1);
        path = actor + "/" + camera + "/" + video;
    }
};

/** \brief Where its video may lie; stereo cameras are published as P03/stereo/P03_cereals_ch0 and _ch1 */
std::vector<std::string> breakfast_stems(const BreakfastName &name, const std::string &stem)
{
    std::vector<std::string> stems;
    const std::string stereo = name.actor + "/stereo/" + name.video;
    for (const std::string &path : {name.path, stereo + "_ch0", stereo + "_ch1", stem}) {
        if (path.find("/stereo/") == std::string::npos || name.camera.rfind("stereo", 0) == 0)
            stems.insert(stems.end(), {path, "videos/" + path});
    }
    return stems;
}

ListedClip breakfast_clip(const std::filesystem::path &file, const std::string &line,
                          const ListOptions &options)
{
    const std::string stem = std::filesystem::path(line).stem().string();
    const BreakfastName name(stem);
    if (name.path.empty())
        throw Error(Error::Kind::Settings, "'" + file.string() +
                                               "': expected names like P03_cam01_P03_cereals, got "
                                               "'" +
                                               line + "'");
    ListedClip clip;
    clip.path = find_video(options.root, breakfast_stems(name, stem));
    clip.id = stem;
    clip.label = name.activity;
    clip.group = name.actor;
    return clip;
}

/** \brief What the stereo camera's other eye saw, where that lies beside; else \a path */
std::filesystem::path other_channel(const std::filesystem::path &path)
{
    std::string name = path.filename().string();
    const auto at = name.rfind("_ch0.");
    if (at == std::string::npos)
        return path;
    auto other = path.parent_path() / name.replace(at, 5, "_ch1.");
    return std::filesystem::exists(other) ? other : path;
}

constexpr std::size_t breakfast_tested = 8;    ///< actors, the last ones
constexpr std::size_t breakfast_validated = 5; ///< actors, the last of the others

/** \brief The split of the Ballan 2021 paper: actors in their natural order, P3 before P16 */
void split_by_actors(ClipList *list)
{
    const auto number = [](const std::string &actor) {
        return std::strtol(actor.c_str() + 1, nullptr, 10);
    };
    std::map<long, std::string> actors; // split by number
    for (const ListedClip &clip : list->clips)
        actors[number(clip.group)] = "train";
    std::size_t place = 0;
    for (auto actor = actors.rbegin(); actor != actors.rend(); ++actor, ++place) {
        if (place < breakfast_tested)
            actor->second = "test";
        else if (place < breakfast_tested + breakfast_validated)
            actor->second = "val";
    }
    for (ListedClip &clip : list->clips)
        clip.split = actors.at(number(clip.group));
}

} // namespace

ClipList read_breakfast(const std::filesystem::path &folder, const ListOptions &options)
{
    ClipList result;
    for (const char *split : {"train", "test"}) {
        const auto bundle = folder / "splits" / (std::string(split) + ".split1.bundle");
        for (const std::string &line : read_lines(bundle, "list")) {
            if (line == "#bundle") // how some copies begin
                continue;
            result.clips.push_back(breakfast_clip(bundle, line, options));
            result.clips.back().split = split;
        }
    }
    return result;
}

ClipList read_breakfast_truth(const std::filesystem::path &folder, const ListOptions &options)
{
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".txt")
            names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    ListOptions beside = options;
    if (options.root == folder)
        beside.root = folder.parent_path();
    ClipList result;
    for (const std::string &name : names) {
        result.clips.push_back(breakfast_clip(folder / name, name, beside));
        ListedClip second = result.clips.back();
        second.path = other_channel(second.path);
        second.id += "_ch1";
        if (second.path != result.clips.back().path)
            result.clips.push_back(std::move(second));
    }
    split_by_actors(&result);
    return result;
}

} // namespace fovea
