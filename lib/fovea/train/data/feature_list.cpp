// SPDX-License-Identifier: MIT
#include "fovea/train/data/feature_list.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/store/feature_file.h"

namespace fovea {

namespace {

/** \brief The labels that stand in the feature files themselves */
ClipList list_of_files(const std::filesystem::path &folder)
{
    ClipList list;
    if (!std::filesystem::is_directory(folder))
        throw Error(Error::Kind::NotFound, "'" + folder.string() +
                                               "' is no folder; expected feature files of "
                                               "'fovea extract'");
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".pt")
            continue;
        ListedClip clip;
        clip.path = entry.path();
        clip.id = clip.group = entry.path().stem().string();
        clip.label = read_feature_file(entry.path()).label;
        if (clip.label.empty()) {
            list.warnings.push_back("'" + clip.path.string() + "': has no label; left out");
            continue;
        }
        if (list.class_of(clip.label) < 0)
            list.labels.push_back(clip.label);
        list.clips.push_back(std::move(clip));
    }
    std::sort(list.labels.begin(), list.labels.end());
    std::sort(list.clips.begin(), list.clips.end(),
              [](const ListedClip &a, const ListedClip &b) { return a.id < b.id; });
    if (list.clips.empty())
        throw Error(Error::Kind::Settings, "'" + folder.string() +
                                               "' holds no labelled feature file; make them with "
                                               "'fovea extract --list'");
    return list;
}

/** \brief Of a video's own bytes no feature file is made, and nobody should be told that it is a broken one */
void check_names_features(const ClipList &clips, const std::filesystem::path &list,
                          const std::filesystem::path &folder)
{
    for (const ListedClip &clip : clips.clips)
        if (clip.path.extension() != ".pt")
            throw Error(Error::Kind::Settings,
                        "list '" + list.string() + "': names '" + clip.path.string() +
                            "', expected feature files; change labels and splits in a copy of '" +
                            (folder / default_feature_list).string() + "'");
}

} // namespace

ClipList read_feature_list(const std::filesystem::path &folder, const std::filesystem::path &list,
                           bool many_labels)
{
    ListOptions options;
    options.many_labels = many_labels;
    options.root = folder;
    if (!list.empty()) {
        ClipList clips = read_clip_list(list, options);
        check_names_features(clips, list, folder);
        return clips;
    }
    const auto beside = folder / default_feature_list;
    if (std::filesystem::exists(beside))
        return read_clip_list(beside, options);
    if (many_labels)
        throw Error(Error::Kind::NotFound, "'" + beside.string() +
                                               "' does not exist; several labels a clip need a "
                                               "list: give --list, or extract with --list");
    return list_of_files(folder);
}

std::vector<ListedClip> rows_of_other_splits(const std::filesystem::path &file,
                                             const ClipList &list, bool many_labels)
{
    const auto is_split = [](const ListedClip &clip) { return !clip.split.empty(); };
    if (!std::all_of(list.clips.begin(), list.clips.end(), is_split) ||
        !std::filesystem::exists(file))
        return {};
    std::set<std::string> splits = {""};
    std::set<std::filesystem::path> files;
    for (const ListedClip &clip : list.clips) {
        splits.insert(clip.split);
        files.insert(file.parent_path() / (clip.id + ".pt"));
    }
    ListOptions options;
    options.many_labels = many_labels;
    std::vector<ListedClip> rows;
    try {
        rows = read_clip_list(file, options).clips;
    } catch (const Error &) { // what does not read is written anew
    }
    const auto is_of_list = [&](const ListedClip &row) {
        return splits.count(row.split) > 0 || files.count(row.path) > 0;
    };
    rows.erase(std::remove_if(rows.begin(), rows.end(), is_of_list), rows.end());
    return rows;
}

void write_feature_list(const std::filesystem::path &file, ClipList list, const ClipList &stretches,
                        const std::vector<ListedClip> &others)
{
    const std::filesystem::path folder = file.parent_path();
    std::map<std::filesystem::path, std::filesystem::path> files; // by video
    std::vector<ListedClip> made;
    for (ListedClip &clip : list.clips) {
        const auto features = folder / (clip.id + ".pt");
        if (!std::filesystem::exists(features))
            continue;
        files.emplace(clip.path, features);
        clip.path = features;
        clip.start = clip.ends_after = {};
        clip.end = {1, true};
        made.push_back(std::move(clip));
    }
    if (!stretches.clips.empty())
        made.clear();
    for (const ListedClip &clip : stretches.clips) {
        if (const auto found = files.find(clip.path); found != files.end()) {
            made.push_back(clip);
            made.back().path = found->second;
        }
    }
    made.insert(made.begin(), others.begin(), others.end());
    if (made.empty()) { // each video has been told
        std::error_code error;
        std::filesystem::remove(file, error);
        return;
    }
    list.clips = std::move(made);
    write_clip_list(file, list);
}

} // namespace fovea
