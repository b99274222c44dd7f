// SPDX-License-Identifier: MIT
#include "fovea/train/data/feature_list.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/store/feature_file.h"

namespace fovea {

namespace {

constexpr const char *list_name = "list.csv";

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

} // namespace

ClipList read_feature_list(const std::filesystem::path &folder, const std::filesystem::path &list,
                           bool many_labels)
{
    ListOptions options;
    options.many_labels = many_labels;
    options.root = folder;
    if (!list.empty())
        return read_clip_list(list, options);
    const auto beside = folder / list_name;
    if (std::filesystem::exists(beside))
        return read_clip_list(beside, options);
    if (many_labels)
        throw Error(Error::Kind::NotFound, "'" + beside.string() +
                                               "' does not exist; several labels a clip need a "
                                               "list: give --list, or extract with --list");
    return list_of_files(folder);
}

void write_feature_list(const std::filesystem::path &folder, ClipList list,
                        const ClipList &stretches)
{
    std::map<std::filesystem::path, std::filesystem::path> files; // by video
    std::vector<ListedClip> made;
    for (ListedClip &clip : list.clips) {
        const auto file = folder / (clip.id + ".pt");
        if (!std::filesystem::exists(file))
            continue;
        files.emplace(clip.path, file);
        clip.path = file;
        clip.start = clip.ends_after = {};
        clip.end = {1, true};
        made.push_back(std::move(clip));
    }
    if (made.empty()) { // each video has been told
        std::error_code error;
        std::filesystem::remove(folder / list_name, error);
        return;
    }
    if (!stretches.clips.empty())
        made.clear();
    for (const ListedClip &clip : stretches.clips) {
        if (const auto file = files.find(clip.path); file != files.end()) {
            made.push_back(clip);
            made.back().path = file->second;
        }
    }
    list.clips = std::move(made);
    write_clip_list(folder / list_name, list);
}

} // namespace fovea
