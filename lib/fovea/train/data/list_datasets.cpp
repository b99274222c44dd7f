// SPDX-License-Identifier: MIT
#include "fovea/train/data/list_datasets.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/core/text_file.h"
#include "fovea/train/data/csv_table.h"
#include "fovea/train/data/list_values.h"

namespace fovea {

namespace {

Error wrong(const std::filesystem::path &list, const std::string &what)
{
    return {Error::Kind::Settings, "'" + list.string() + "': " + what};
}

/** \brief Rows under a header, read by the names of their columns */
class NamedRows
{
public:
    NamedRows(const std::filesystem::path &list, const std::vector<std::string> &needed)
        : rows_(read_csv(list))
    {
        for (std::size_t i = 0; !rows_.empty() && i < rows_[0].size(); ++i)
            places_[rows_[0][i]] = i;
        for (const std::string &name : needed) {
            if (places_.count(name) == 0)
                throw wrong(list, "expected a column '" + name + "'");
        }
    }

    std::size_t count() const { return rows_.size() - 1; }

    std::string get(std::size_t row, const std::string &name) const
    {
        const auto place = places_.find(name);
        const auto &fields = rows_[row + 1];
        return place != places_.end() && place->second < fields.size() ? fields[place->second] : "";
    }

private:
    CsvRows rows_;
    std::map<std::string, std::size_t> places_;
};

constexpr std::size_t charades_classes = 157;

/* "dQw_000012_000022": how the clips of Kinetics are named when they are cut out */
std::string cut_name(const std::string &id, double start, double end)
{
    return id + formatted("_%06d_%06d", static_cast<int>(start), static_cast<int>(end));
}

} // namespace

ClipList read_kinetics(const std::filesystem::path &list, const ListOptions &options)
{
    const NamedRows rows(list, {"label", "youtube_id", "time_start", "time_end", "split"});
    ClipList result;
    for (std::size_t i = 0; i < rows.count(); ++i) {
        ListedClip clip;
        clip.label = rows.get(i, "label");
        clip.split = split_name(rows.get(i, "split"));
        clip.group = rows.get(i, "youtube_id");
        const double start = list_number(rows.get(i, "time_start"));
        const double end = list_number(rows.get(i, "time_end"));
        if (start < 0 || end < start)
            throw wrong(list, "row " + std::to_string(i + 2) +
                                  ": expected time_start and time_end in seconds, got '" +
                                  rows.get(i, "time_start") + "' and '" + rows.get(i, "time_end") +
                                  "'");
        const std::string whole = clip.group;
        const std::string cut = cut_name(whole, start, end);
        const std::string split = rows.get(i, "split");
        clip.path = find_video(options.root, {cut, clip.label + "/" + cut, split + "/" + cut,
                                              split + "/" + clip.label + "/" + cut, whole,
                                              clip.label + "/" + whole, split + "/" + whole});
        clip.id = cut;
        if (clip.path.stem() == whole) { // the whole video: the stretch is cut here
            clip.start = {start, false};
            clip.end = {end, false};
        }
        result.clips.push_back(std::move(clip));
    }
    return result;
}

namespace {

/**
 * \brief Names of the codes c000, c001, ...: those of Charades_v1_classes.txt beside the list (lines
 * "c000 Holding some clothes"), else the model's labels where it has as many, else none
 */
std::map<std::string, std::string> charades_names(const std::filesystem::path &list,
                                                  const ListOptions &options)
{
    std::map<std::string, std::string> names;
    const auto classes = list.parent_path() / "Charades_v1_classes.txt";
    if (std::filesystem::exists(classes)) {
        for (const std::string &line : read_lines(classes, "list")) {
            if (const auto blank = line.find(' '); blank != std::string::npos)
                names[line.substr(0, blank)] = trimmed(line.substr(blank));
        }
    } else if (options.labels.size() == charades_classes) {
        for (std::size_t i = 0; i < charades_classes; ++i)
            names[formatted("c%03zu", i)] = options.labels[i];
    }
    if (!options.labels.empty() && std::count(options.labels.begin(), options.labels.end(), "c000"))
        names.clear(); // the model knows the codes themselves
    return names;
}

ClipList charades_of(const std::filesystem::path &list, const ListOptions &options)
{
    const NamedRows rows(list, {"id", "actions"});
    const std::map<std::string, std::string> names = charades_names(list, options);
    const std::string name = list.filename().string(); // Charades_v1_train.csv, ..._test.csv
    const std::string split = name.find("train") != std::string::npos  ? "train"
                              : name.find("test") != std::string::npos ? "test"
                                                                       : "";
    ClipList result;
    for (std::size_t i = 0; i < rows.count(); ++i) {
        const std::string id = rows.get(i, "id");
        const std::string subject = rows.get(i, "subject");
        ListedClip video;
        video.path = find_video(options.root, {id});
        video.id = id;
        video.group = subject.empty() ? id : subject;
        video.split = split;
        std::istringstream actions(rows.get(i, "actions"));
        if ((options.many_labels || !options.with_labels) && trimmed(actions.str()).empty())
            result.clips.push_back(video); // it shows none of the classes
        for (std::string action; std::getline(actions, action, ';');) {
            ListedClip clip = video;
            std::istringstream fields(action);
            if (!(fields >> clip.label >> clip.start.value >> clip.end.value) ||
                !is_time(clip.start.value) || !is_time(clip.end.value))
                throw wrong(list, "video '" + id +
                                      "': expected actions like c092 11.90 21.20, "
                                      "got '" +
                                      action + "'");
            clip.end.is_share = false;
            clip.id = id + "-" + clip.label;
            if (const auto known = names.find(clip.label); known != names.end())
                clip.label = known->second;
            result.clips.push_back(std::move(clip));
        }
    }
    return result;
}

} // namespace

ClipList read_charades(const std::filesystem::path &list, const ListOptions &options)
{
    if (!std::filesystem::is_directory(list))
        return charades_of(list, options);
    ClipList both = charades_of(list / "Charades_v1_train.csv", options);
    for (ListedClip &clip : charades_of(list / "Charades_v1_test.csv", options).clips)
        both.clips.push_back(std::move(clip));
    return both;
}

ClipList read_activity_net(const std::filesystem::path &list, const ListOptions &options)
{
    const JsonReader file(read_json(list), list.string());
    const Json &database = file.at("database");
    if (!database.is_object())
        throw file.wrong("database", "an object with a video for each key");

    ClipList result;
    for (const auto &[id, video] : database.items()) {
        const std::string where = list.string() + ": database: " + id;
        const JsonReader entry(video, where);
        const Json annotations = entry.get<Json>("annotations", Json::array());
        if (!annotations.is_array())
            throw entry.wrong("annotations", "an array");
        if (annotations.empty())
            result.warnings.push_back("video '" + id + "': has no annotation; left out");
        for (std::size_t i = 0; i < annotations.size(); ++i) {
            const JsonReader note(annotations[i],
                                  where + ": annotations[" + std::to_string(i) + "]");
            const auto segment = note.get<std::vector<double>>("segment");
            if (segment.size() != 2 || !is_time(segment[0]) || !is_time(segment[1]))
                throw note.wrong("segment", "start and end in seconds");
            ListedClip clip;
            clip.path = find_video(options.root, {"v_" + id, id});
            clip.id = id;
            clip.label = note.get<std::string>("label");
            clip.group = id;
            clip.split = split_name(entry.get<std::string>("subset", ""));
            clip.start = {segment[0], false};
            clip.end = {segment[1], false};
            result.clips.push_back(std::move(clip));
        }
    }
    return result;
}

namespace {

/** \brief "Holding [something] next to [something]" without its brackets */
std::string template_text(std::string text)
{
    text.erase(
        std::remove_if(text.begin(), text.end(), [](char c) { return c == '[' || c == ']'; }),
        text.end());
    return text;
}

ListedClip something_clip(const ListOptions &options, const std::string &id,
                          const std::string &label, const std::string &split)
{
    ListedClip clip;
    clip.path = find_video(options.root, {id, "20bn-something-something-v1/" + id,
                                          "20bn-something-something-v2/" + id});
    clip.id = clip.group = id;
    clip.label = template_text(label);
    clip.split = split;
    return clip;
}

ClipList something_of(const std::filesystem::path &list, const ListOptions &options)
{
    const std::string name = list.filename().string();
    const std::string split = name.find("train") != std::string::npos        ? "train"
                              : name.find("validation") != std::string::npos ? "val"
                                                                             : "";
    ClipList result;
    if (list.extension() == ".csv") { // of version 1: "100218;Something falling like a feather"
        for (const auto &row : read_csv(list)) {
            if (row.size() != 2)
                throw wrong(list, "expected lines like '100218;Holding something'");
            result.clips.push_back(something_clip(options, row[0], row[1], split));
        }
        return result;
    }
    const Json entries = read_json(list);
    if (!entries.is_array())
        throw wrong(list,
                    "expected a JSON array of videos, got " + std::string(entries.type_name()));
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const JsonReader video(entries[i], list.string() + ": [" + std::to_string(i) + "]");
        result.clips.push_back(something_clip(options, video.get<std::string>("id"),
                                              video.get<std::string>("template"), split));
    }
    return result;
}

} // namespace

bool is_something(const std::filesystem::path &list)
{
    const std::string name = list.filename().string();
    return name.rfind("something-something-v", 0) == 0 && !std::filesystem::is_directory(list);
}

std::vector<std::filesystem::path> something_files(const std::filesystem::path &folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const bool of_split = name.find("-train.") != std::string::npos ||
                              name.find("-validation.") != std::string::npos;
        if (is_something(entry.path()) && of_split)
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

ClipList read_something(const std::filesystem::path &list, const ListOptions &options)
{
    if (!std::filesystem::is_directory(list))
        return something_of(list, options);
    ClipList result;
    for (const auto &file : something_files(list)) {
        for (ListedClip &clip : something_of(file, options).clips)
            result.clips.push_back(std::move(clip));
    }
    return result;
}

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
        if (first == std::string::npos || second == std::string::npos || last <= second)
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
        throw wrong(file, "expected names like P03_cam01_P03_cereals, got '" + line + "'");
    ListedClip clip;
    clip.path = find_video(options.root, breakfast_stems(name, stem));
    clip.id = stem;
    clip.label = name.activity;
    clip.group = name.actor;
    return clip;
}

constexpr std::size_t breakfast_tested = 8;    ///< actors, the last ones
constexpr std::size_t breakfast_validated = 5; ///< actors, the last of the others

/** \brief The split of the Ballan 2021 paper: actors in their natural order, P3 before P16 */
void split_by_actors(ClipList *list)
{
    const auto number = [](const std::string &actor) { return std::atoi(actor.c_str() + 1); };
    std::map<int, std::string> actors; // split by number
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
            if (trimmed(line).empty())
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
    for (const std::string &name : names)
        result.clips.push_back(breakfast_clip(folder / name, name, beside));
    split_by_actors(&result);
    return result;
}

} // namespace fovea
