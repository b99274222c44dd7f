// SPDX-License-Identifier: MIT
#include "fovea/train/lists/list_datasets.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/core/text_file.h"
#include "fovea/train/lists/csv_table.h"
#include "fovea/train/lists/list_values.h"

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
    return id + formatted("_%06ld_%06ld", static_cast<long>(start), static_cast<long>(end));
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
    std::size_t without_action = 0;
    for (std::size_t i = 0; i < rows.count(); ++i) {
        const std::string id = rows.get(i, "id");
        const std::string subject = rows.get(i, "subject");
        ListedClip video;
        video.path = find_video(options.root, {id});
        video.id = id;
        video.group = subject.empty() ? id : subject;
        video.split = split;
        std::istringstream actions(rows.get(i, "actions"));
        const bool is_negative = trimmed(actions.str()).empty();
        if (is_negative && options.with_labels && split == "test")
            ++without_action; // as in Charades_v1_classify.m
        else if (is_negative && (options.many_labels || !options.with_labels))
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
    if (without_action > 0)
        result.warnings.push_back("'" + list.string() + "': " + counted(without_action, "video") +
                                  " without an action left out, as Charades' own evaluation does");
    return result;
}

} // namespace

ClipList read_charades(const std::filesystem::path &list, const ListOptions &options)
{
    if (!std::filesystem::is_directory(list))
        return charades_of(list, options);
    ClipList both = charades_of(list / "Charades_v1_train.csv", options);
    ClipList test = charades_of(list / "Charades_v1_test.csv", options);
    std::move(test.clips.begin(), test.clips.end(), std::back_inserter(both.clips));
    both.warnings.insert(both.warnings.end(), test.warnings.begin(), test.warnings.end());
    return both;
}

ClipList read_activity_net(const std::filesystem::path &list, const ListOptions &options)
{
    const JsonReader file(read_json(list), list.string());
    const Json &database = file.at("database");
    if (!database.is_object())
        throw file.wrong("database", "an object with a video for each key");

    ClipList result;
    std::size_t without_note = 0; // those of its test, whose annotations are not published
    for (const auto &[id, video] : database.items()) {
        const std::string where = list.string() + ": database: " + id;
        const JsonReader entry(video, where);
        const Json annotations = entry.get<Json>("annotations", Json::array());
        if (!annotations.is_array())
            throw entry.wrong("annotations", "an array");
        without_note += annotations.empty() ? 1 : 0;
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
    if (without_note > 0)
        result.warnings.push_back("'" + list.string() + "': " + counted(without_note, "video") +
                                  " without an annotation left out");
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
        for (const std::string &line : read_lines(list, "list")) {
            const auto end = line.find(';'); // labels hold commas
            if (end == std::string::npos)
                throw wrong(list,
                            "expected lines like '100218;Holding something', got '" + line + "'");
            result.clips.push_back(
                something_clip(options, line.substr(0, end), line.substr(end + 1), split));
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
    if (std::filesystem::is_directory(list))
        return false;
    const std::string name = list.filename().string();
    if (name.rfind("something-something-v", 0) == 0)
        return true;
    char first = 0; // labels/train.json of its present publisher: an array, ActivityNet's an object
    return (name == "train.json" || name == "validation.json") && std::ifstream(list) >> first &&
           first == '[';
}

std::vector<std::filesystem::path> something_files(const std::filesystem::path &folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const bool of_split = name.find("train.") != std::string::npos ||
                              name.find("validation.") != std::string::npos;
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

} // namespace fovea
