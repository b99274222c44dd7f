// SPDX-License-Identifier: MIT
#include "fovea/train/lists/feature_list.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/rows_record.h"

namespace fovea {

namespace {

/** \brief The labels that stand in the feature files themselves */
ClipList list_of_files(const std::filesystem::path &folder)
{
    ClipList list;
    list.file = folder;
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

/** \brief Feature files of a list that is being made, against rows of an earlier one */
class ListComparison
{
public:
    /** \param file of both lists */
    ListComparison(const std::filesystem::path &file, const ClipList &list, Made made)
    {
        for (const ListedClip &clip : list.clips) {
            splits_.insert(clip.split);
            split_of_[clip.group] = clip.split;
            const auto features = file.parent_path() / (clip.id + ".pt");
            files_.insert(features);
            if (made == Made::Now && first_.empty() && std::filesystem::exists(features))
                first_ = features;
        }
    }

    /** \brief Whether the list says anew what the row said, or no more */
    bool is_of_list(const ListedClip &row) const
    {
        return row.split.empty() || splits_.count(row.split) > 0 || files_.count(row.path) > 0;
    }

    /** \return why the row may not stand beside the list; empty: it may */
    std::string unfit(const ListedClip &row) const
    {
        if (!std::filesystem::exists(row.path))
            return "their files are not there";
        if (const auto moved = split_of_.find(row.group); moved != split_of_.end())
            return "their groups are in the split '" + moved->second + "' now";
        if (first_.empty())
            return "";
        const auto [known, is_new] = unlike_.emplace(row.path, "");
        if (is_new)
            known->second = unlike_first(row.path);
        return known->second;
    }

private:
    std::string unlike_first(const std::filesystem::path &features) const
    {
        try {
            const std::string keys = made_otherwise(features, first_);
            return keys.empty() ? "" : "made with another " + keys;
        } catch (const Error &error) {
            return error.what();
        }
    }

    std::set<std::string> splits_;
    std::set<std::filesystem::path> files_;
    std::map<std::string, std::string> split_of_; ///< by group
    std::filesystem::path first_;                 ///< of the files that are made; empty: none
    mutable std::map<std::filesystem::path, std::string> unlike_; ///< why, by file; empty: not so
};

/** \brief Rows by why they are left out */
class LeftOutRows
{
public:
    void add(const std::string &reason, const ListedClip &row)
    {
        const auto known = reasons_.try_emplace(reason, Rows{row, 0}).first;
        ++known->second.count;
    }

    std::vector<std::string> warnings(const std::filesystem::path &file) const
    {
        std::vector<std::string> lines;
        for (const auto &[reason, rows] : reasons_)
            lines.push_back("list '" + file.string() + "': left out " + std::to_string(rows.count) +
                            " of the rows of other splits, the first '" +
                            rows.first.path.filename().string() + "' of '" + rows.first.split +
                            "': " + reason + "; extract those splits again, as this one");
        return lines;
    }

private:
    struct Rows {
        ListedClip first;
        int count;
    };

    std::map<std::string, Rows> reasons_;
};

} // namespace

ClipList read_feature_list(const std::filesystem::path &folder, const std::filesystem::path &list,
                           bool many_labels)
{
    ListOptions options;
    options.many_labels = many_labels;
    options.root = folder;
    options.if_gone = "run their fovea extract again, which goes on where it ended";
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

OtherRows rows_of_other_splits(const std::filesystem::path &file, const ClipList &list,
                               bool many_labels, Made made)
{
    const auto is_split = [](const ListedClip &clip) { return !clip.split.empty(); };
    if (!std::all_of(list.clips.begin(), list.clips.end(), is_split) ||
        !std::filesystem::exists(file))
        return {};
    ListOptions options;
    options.many_labels = many_labels;
    options.check_files = false; // what is gone is told by itself
    OtherRows others;
    LeftOutRows left_out;
    try {
        const ListComparison comparison(file, list, made);
        for (ListedClip &row : read_clip_list(file, options).clips) {
            if (comparison.is_of_list(row))
                continue;
            if (const std::string reason = comparison.unfit(row); !reason.empty())
                left_out.add(reason, row);
            else
                others.rows.push_back(std::move(row));
        }
        others.warnings = left_out.warnings(file);
    } catch (const Error &error) {
        others.warnings = {"list '" + file.string() +
                           "': the rows of other splits in it are lost, since it does not read: " +
                           error.what() + "; extract those splits again"};
    }
    return others;
}

void write_feature_list(const std::filesystem::path &file, ClipList list, const ClipList &stretches,
                        const std::vector<ListedClip> &others, Made made)
{
    const std::filesystem::path folder = file.parent_path();
    std::map<std::filesystem::path, std::filesystem::path> files; // by video
    std::vector<ListedClip> rows;
    for (ListedClip &clip : list.clips) {
        const auto features = folder / (clip.id + ".pt");
        if (made == Made::Now && !std::filesystem::exists(features))
            continue;
        files.emplace(clip.path, features);
        clip.path = features;
        clip.start = clip.ends_after = {};
        clip.end = {1, true};
        rows.push_back(std::move(clip));
    }
    if (!stretches.clips.empty())
        rows.clear();
    for (const ListedClip &clip : stretches.clips) {
        if (const auto found = files.find(clip.path); found != files.end()) {
            rows.push_back(clip);
            rows.back().path = found->second;
        }
    }
    rows.insert(rows.begin(), others.begin(), others.end());
    if (rows.empty()) { // each video has been told
        std::error_code error;
        std::filesystem::remove(file, error);
        return;
    }
    list.clips = std::move(rows);
    write_clip_list(file, list);
}

} // namespace fovea
