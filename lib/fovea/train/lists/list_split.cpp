// SPDX-License-Identifier: MIT
#include "fovea/train/lists/list_split.h"

#include <algorithm>
#include <map>
#include <set>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/core/random.h"
#include "fovea/train/lists/list_values.h"
#include "fovea/train/lists/video_names.h"

namespace fovea {

namespace {

using Counts = std::map<std::string, double>; ///< clips by label

struct Group {
    std::vector<std::size_t> clips;
    Counts counts;
};

struct Part {
    std::string name;
    double share;
    Counts counts;
};

/** \brief Groups of the clips still without a split, largest first, else in an order of the seed */
std::vector<Group> shuffled_groups(const ClipList &list, std::uint64_t seed)
{
    std::map<std::string, Group> by_name;
    for (std::size_t i = 0; i < list.clips.size(); ++i) {
        if (!list.clips[i].split.empty())
            continue;
        Group &group = by_name[list.clips[i].group];
        group.clips.push_back(i);
        std::vector<std::string> labels = list.clips[i].labels();
        if (labels.empty()) // negatives are shared out as a class is
            labels.emplace_back();
        for (const std::string &label : labels)
            ++group.counts[label];
    }
    std::vector<Group> groups;
    for (auto &entry : by_name)
        groups.push_back(std::move(entry.second));

    Random random(seed);
    shuffle(&groups, &random);
    std::stable_sort(groups.begin(), groups.end(), [](const Group &a, const Group &b) {
        return a.clips.size() > b.clips.size();
    });
    return groups;
}

/** \brief How much further from its aim a part gets (squared, by class) when it takes the group */
double cost(const Part &part, const Group &group, const Counts &totals)
{
    double sum = 0;
    for (const auto &[label, count] : group.counts) {
        const double total = totals.at(label);
        const auto found = part.counts.find(label);
        const double before = (found == part.counts.end() ? 0 : found->second) - part.share * total;
        const double after = before + count;
        sum += (after * after - before * before) / total;
    }
    return sum;
}

void assign(ClipList *list, std::vector<Part> parts, std::uint64_t seed)
{
    const std::vector<Group> groups = shuffled_groups(*list, seed);
    Counts totals;
    for (const Group &group : groups) {
        for (const auto &[label, count] : group.counts)
            totals[label] += count;
    }

    for (const Group &group : groups) {
        // A class whose first group this is goes to training: it must be there.
        const bool is_new =
            std::any_of(group.counts.begin(), group.counts.end(),
                        [&](const auto &entry) { return parts[0].counts.count(entry.first) == 0; });
        Part *best = &parts[0];
        for (Part &part : parts) {
            if (!is_new && cost(part, group, totals) < cost(*best, group, totals))
                best = &part;
        }
        for (const auto &[label, count] : group.counts)
            best->counts[label] += count;
        for (const std::size_t clip : group.clips)
            list->clips[clip].split = best->name;
    }
}

bool has_split(const ClipList &list, const std::string &split)
{
    return std::any_of(list.clips.begin(), list.clips.end(),
                       [&](const ListedClip &clip) { return clip.split == split; });
}

void test_on_validation(ClipList *list)
{
    const bool has_test = has_split(*list, "test");
    if (has_test || !has_split(*list, "val"))
        throw Error(
            Error::Kind::Settings,
            "--validation-is-test: expected " +
                (list->file.empty() ? "a list" : "list '" + list->file.string() + "' to be one") +
                " with a split val and none test, got one " +
                (has_test ? "with a split test" : "without val") + "; leave it out");
    for (ListedClip &clip : list->clips) {
        if (clip.split == "val")
            clip.split = "test";
    }
}

} // namespace

bool make_split(ClipList *list, const SplitOptions &options)
{
    if (options.validation <= 0 || options.test < 0 || options.validation + options.test >= 1)
        throw Error(Error::Kind::Settings,
                    "split: expected shares of validation > 0 and test >= 0 below 1 together");
    const auto bare = std::count_if(list->clips.begin(), list->clips.end(),
                                    [](const ListedClip &clip) { return clip.split.empty(); });
    if (bare != 0 && bare != static_cast<std::ptrdiff_t>(list->clips.size()))
        throw Error(Error::Kind::Settings,
                    list->place() + std::to_string(bare) + " of " +
                        std::to_string(list->clips.size()) +
                        " clips have no split; give all of them one, or none");
    if (options.validation_is_test)
        test_on_validation(list);
    if (bare == 0 && has_split(*list, "val"))
        return false;

    std::vector<Part> parts = {{"train", 1 - options.validation, {}},
                               {"val", options.validation, {}}};
    if (bare != 0 && options.test > 0) {
        parts[0].share -= options.test;
        parts.push_back({"test", options.test, {}});
    }
    if (bare == 0) {
        for (ListedClip &clip : list->clips) {
            if (clip.split == "train")
                clip.split.clear();
        }
    }
    assign(list, std::move(parts), options.seed);
    return true;
}

std::string left_aside(const ClipList &list, const SplitOptions &options)
{
    if (has_split(list, ""))
        return "";
    const SplitOptions usual;
    std::vector<std::string> names;
    if (options.validation != usual.validation && has_split(list, "val") &&
        !options.validation_is_test)
        names.emplace_back("--validation");
    if (options.test != usual.test)
        names.emplace_back("--test");
    return joined(names);
}

void check_groups(const ClipList &list)
{
    std::map<std::string, const ListedClip *> first_of;
    for (const ListedClip &clip : list.clips) {
        const ListedClip &first = *first_of.emplace(clip.group, &clip).first->second;
        if (first.split == clip.split)
            continue;
        const bool has_two_names =
            clip.path != first.path && clip.group == first.path.lexically_normal().string();
        throw Error(Error::Kind::Settings,
                    list.place() +
                        (has_two_names ? "'" + first.path.string() + "' and '" +
                                             clip.path.string() + "', one video, are"
                                       : "group '" + clip.group + "' is") +
                        " in the splits '" + first.split + "' and '" + clip.split +
                        "'; keep it in one, or what is learned of it leaks into the test");
    }
}

std::string told_twice(const ClipList &list)
{
    VideoNames names;
    std::map<std::string, const ListedClip *> first_of;
    const ListedClip *twice = nullptr;
    const ListedClip *first = nullptr;
    std::size_t count = 0;
    for (const ListedClip &clip : list.clips) {
        const auto [known, is_new] =
            first_of.emplace(names.first_of(clip.path) + "|" + time_text(clip.start) + "|" +
                                 time_text(clip.end) + "|" + time_text(clip.ends_after),
                             &clip);
        if (is_new)
            continue;
        ++count;
        const bool is_other = known->second->label != clip.label;
        if (twice == nullptr || (is_other && first->label == twice->label)) {
            twice = &clip;
            first = known->second;
        }
    }
    if (count == 0)
        return "";
    const bool has_two_names = twice->path != first->path;
    return list.place() + "'" + first->path.string() + "'" +
           (has_two_names ? " and '" + twice->path.string() + "', one video, are " : " is ") +
           (first->label != twice->label
                ? "labelled '" + first->label + "' and, further on, '" + twice->label + "'"
            : has_two_names ? "both named, and count twice"
                            : "named twice, and counts twice") +
           (count == 2  ? ", and 1 more line names a clip again"
            : count > 2 ? ", and " + std::to_string(count - 1) + " more lines name a clip again"
                        : "") +
           "; take out what is not meant";
}

void check_classes(const ClipList &list)
{
    std::set<std::string> trained;
    for (const ListedClip &clip : list.clips) {
        if (clip.split != "train")
            continue;
        for (const std::string &label : clip.labels())
            trained.insert(label);
    }
    for (const std::string &label : list.labels) {
        if (trained.count(label) == 0)
            throw Error(Error::Kind::Settings, list.place() + "class '" + label +
                                                   "' has no clip in the split train; add some, or "
                                                   "take the class out");
    }
}

} // namespace fovea
