// SPDX-License-Identifier: MIT
#include "fovea/train/data/list_datasets.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/core/stated_time.h"
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

ClipList read_charades(const std::filesystem::path &list, const ListOptions &options)
{
    const NamedRows rows(list, {"id", "actions"});
    const std::string name = list.filename().string(); // Charades_v1_train.csv, ..._test.csv
    const std::string split = name.find("train") != std::string::npos  ? "train"
                              : name.find("test") != std::string::npos ? "test"
                                                                       : "";
    ClipList result;
    for (std::size_t i = 0; i < rows.count(); ++i) {
        const std::string id = rows.get(i, "id");
        const std::string subject = rows.get(i, "subject");
        std::istringstream actions(rows.get(i, "actions"));
        for (std::string action; std::getline(actions, action, ';');) {
            ListedClip clip;
            std::istringstream fields(action);
            if (!(fields >> clip.label >> clip.start.value >> clip.end.value))
                throw wrong(list, "video '" + id +
                                      "': expected actions like c092 11.90 21.20, "
                                      "got '" +
                                      action + "'");
            clip.end.is_share = false;
            clip.path = find_video(options.root, {id});
            clip.id = id + "-" + clip.label;
            clip.group = subject.empty() ? id : subject;
            clip.split = split;
            result.clips.push_back(std::move(clip));
        }
    }
    return result;
}

ClipList read_activity_net(const std::filesystem::path &list, const ListOptions &options)
{
    const JsonReader file(read_json(list), list.string());
    const Json &database = file.at("database");
    if (!database.is_object())
        throw file.wrong("database", "an object with a video for each key");

    ClipList result;
    for (const auto &[id, video] : database.items()) {
        const JsonReader entry(video, list.string() + ": " + id);
        const Json annotations = entry.get<Json>("annotations", Json::array());
        if (annotations.empty())
            result.warnings.push_back("video '" + id + "': has no annotation; left out");
        for (const Json &annotation : annotations) {
            const JsonReader note(annotation, list.string() + ": " + id);
            const auto segment = note.get<std::vector<double>>("segment");
            if (segment.size() != 2 || segment[0] < 0 || segment[1] > longest_seconds)
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

constexpr double breakfast_fps = 15;

/* "P03_cam01_P03_cereals": recording, camera, actor, activity */
struct BreakfastName {
    std::string actor;
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
        activity = stem.substr(last + 1);
        path = actor + "/" + stem.substr(first + 1, second - first - 1) + "/" +
               stem.substr(second + 1);
    }
};

/** \brief Steps of mapping.txt: lines of "0 SIL" */
std::vector<std::string> breakfast_steps(const std::filesystem::path &folder)
{
    std::vector<std::string> steps;
    for (const std::string &line : read_lines(folder / "mapping.txt", "list")) {
        const auto blank = line.find(' ');
        if (blank == std::string::npos)
            throw wrong(folder / "mapping.txt", "expected lines like '0 SIL', got '" + line + "'");
        steps.push_back(trimmed(line.substr(blank)));
    }
    return steps;
}

/** \brief A clip for each run of equal frame labels */
void add_steps(ClipList *list, const ListedClip &video, const std::filesystem::path &truth,
               const std::vector<std::string> &steps)
{
    const std::vector<std::string> frames = read_lines(truth, "list");
    for (std::size_t i = 0; i < frames.size();) {
        std::size_t end = i;
        while (end < frames.size() && frames[end] == frames[i])
            ++end;
        if (std::count(steps.begin(), steps.end(), frames[i]) == 0)
            list->warnings.push_back("'" + truth.string() + "' line " + std::to_string(i + 1) +
                                     ": step '" + frames[i] + "' is not in mapping.txt; left out");
        else {
            ListedClip clip = video;
            clip.label = frames[i];
            clip.start = {static_cast<double>(i) / breakfast_fps, false};
            clip.end = {static_cast<double>(end) / breakfast_fps, false};
            list->clips.push_back(std::move(clip));
        }
        i = end;
    }
}

} // namespace

ClipList read_breakfast(const std::filesystem::path &folder, const ListOptions &options)
{
    const std::vector<std::string> steps = breakfast_steps(folder);
    ClipList result;
    for (const char *split : {"train", "test"}) {
        const auto bundle = folder / "splits" / (std::string(split) + ".split1.bundle");
        for (const std::string &line : read_lines(bundle, "list")) {
            const std::string stem = std::filesystem::path(line).stem().string();
            const BreakfastName name(stem);
            if (name.path.empty())
                throw wrong(bundle,
                            "expected names like P03_cam01_P03_cereals, got '" + line + "'");
            ListedClip clip;
            clip.path = find_video(options.root,
                                   {name.path, "videos/" + name.path, "videos/" + stem, stem});
            clip.id = stem;
            clip.label = name.activity;
            clip.group = name.actor;
            clip.split = split;
            if (options.steps)
                add_steps(&result, clip, folder / "groundTruth" / (stem + ".txt"), steps);
            else
                result.clips.push_back(std::move(clip));
        }
    }
    return result;
}

} // namespace fovea
