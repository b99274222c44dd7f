// SPDX-License-Identifier: MIT
#include "fovea/train/lists/clip_list.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "fovea/core/csv_field.h"
#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/core/text_file.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/web_video.h"
#include "fovea/store/work/shard.h"
#include "fovea/train/lists/join_labels.h"
#include "fovea/train/lists/list_forms.h"
#include "fovea/train/lists/list_split.h"
#include "fovea/train/lists/list_values.h"
#include "fovea/train/lists/video_names.h"
#include "fovea/video/frame_folder.h"

namespace fovea {

namespace {

bool opens(const std::filesystem::path &file)
{
    return is_web_video(file.string()) || is_frame_folder(file) ||
           (std::filesystem::is_regular_file(file) && std::ifstream(file).is_open());
}

/* "fight/fi001.mp4" -> "fight-fi001" */
std::string id_of(const std::filesystem::path &path, const std::filesystem::path &root)
{
    if (is_web_video(path.string()))
        return file_name_of(path).stem().string();
    std::filesystem::path relative = path.lexically_relative(root);
    if (relative.empty() || *relative.begin() == "..")
        relative = path.filename();
    std::string id = relative.replace_extension().string();
    std::replace(id.begin(), id.end(), '/', '-');
    return id;
}

void name_clips(ClipList *list, const std::filesystem::path &root)
{
    std::map<std::string, int> used;
    VideoNames names;
    for (ListedClip &clip : list->clips) {
        if (clip.id.empty())
            clip.id = id_of(clip.path, root);
        std::replace(clip.id.begin(), clip.id.end(), '/', '-');
        const int before = used[clip.id]++;
        if (before > 0)
            clip.id += "~" + std::to_string(before + 1);
        if (clip.group.empty())
            clip.group = names.first_of(clip.path);
    }
}

void forget_labels(ClipList *list)
{
    list->labels.clear();
    for (ListedClip &clip : list->clips) {
        clip.label.clear();
        clip.actions.clear();
    }
}

/**
 * \brief In one line: of an extraction that was killed they may be most of a list
 * \return empty: all open
 */
std::string in_words(const std::set<std::filesystem::path> &gone, const ListOptions &options)
{
    if (gone.empty())
        return "";
    const std::filesystem::path &first = *gone.begin();
    const bool is_elsewhere =
        first.is_absolute() && name_below(options.root, first) == first.string();
    const std::string of_others =
        first.native().find('\\') != std::string::npos ? "; write / in place of \\"
        : is_elsewhere ? "; a path that begins with / is looked for nowhere else"
                       : "";
    constexpr std::size_t most_named = 3;
    std::vector<std::string> named;
    for (auto file = gone.begin(); file != gone.end() && named.size() < most_named; ++file)
        named.push_back("'" + name_below(options.root, *file) + "'");
    const std::string count =
        gone.size() == 1 ? "1 file does not open and is left out: "
                         : std::to_string(gone.size()) + " files do not open and are left out: ";
    return count + joined(named) + (gone.size() > most_named ? ", ...; " : "; ") + options.if_gone +
           of_others;
}

bool is_empty(const ListedClip &clip)
{
    return clip.start.is_share == clip.end.is_share && clip.end.value <= clip.start.value;
}

/** \brief Published annotations have some stretches that end where they begin, or before */
void drop_empty(ClipList *list)
{
    const auto first = std::find_if(list->clips.begin(), list->clips.end(), is_empty);
    if (first == list->clips.end())
        return;
    const auto count = std::count_if(first, list->clips.end(), is_empty);
    list->warnings.push_back("'" + first->path.string() + "': from " + time_text(first->start) +
                             " to " + time_text(first->end) + " is no stretch; left out" +
                             (count > 1 ? ", and " + std::to_string(count - 1) + " more" : ""));
    list->clips.erase(std::remove_if(first, list->clips.end(), is_empty), list->clips.end());
}

/** \return what is to be told of files that do not open; empty: all do */
std::string drop_unusable(ClipList *list, const ListOptions &options)
{
    const std::set<std::string> known(options.labels.begin(), options.labels.end());
    const auto is_known = [&](const std::string &label) {
        return known.empty() || known.count(label) > 0;
    };
    std::set<std::filesystem::path> gone;
    std::vector<ListedClip> kept;
    for (ListedClip &clip : list->clips) {
        const std::string name = "'" + clip.path.string() + "': ";
        const std::vector<std::string> labels = clip.labels();
        if (clip.label.empty() && options.with_labels && !options.many_labels)
            list->warnings.push_back(name + "has no label; left out");
        else if (!labels.empty() && std::none_of(labels.begin(), labels.end(), is_known))
            list->warnings.push_back(name + "label '" + clip.label +
                                     "' is not one of the model's; left out");
        else if (options.check_files && !opens(clip.path))
            gone.insert(clip.path);
        else
            kept.push_back(std::move(clip));
    }
    list->clips = std::move(kept);
    return in_words(gone, options);
}

std::set<std::string> labels_in(const ClipList &list)
{
    std::set<std::string> labels(list.labels.begin(), list.labels.end()); // folders without a clip
    for (const ListedClip &clip : list.clips) {
        if (clip.label.empty())
            continue;
        for (const std::string &label : clip.labels())
            labels.insert(label);
    }
    if (std::any_of(list.clips.begin(), list.clips.end(), is_stretch))
        labels.erase(ambiguous_name); // neither right nor wrong: no class
    return labels;
}

bool is_number(const std::string &text)
{
    return !text.empty() && text.size() < 10 &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

/** \brief 2 before 10 where all labels are numbers, else by name */
std::vector<std::string> sorted_labels(const std::set<std::string> &labels)
{
    std::vector<std::string> sorted(labels.begin(), labels.end());
    if (std::all_of(sorted.begin(), sorted.end(), is_number))
        std::sort(sorted.begin(), sorted.end(), [](const std::string &a, const std::string &b) {
            return std::stoi(a) < std::stoi(b);
        });
    return sorted;
}

/** \brief "Wave" and "wave" of one list are seldom meant as two classes */
void warn_of_case(ClipList *list)
{
    std::map<std::string, std::string> seen; // by their small letters
    for (const std::string &label : list->labels) {
        const auto [known, is_new] = seen.emplace(lowered(label), label);
        if (!is_new)
            list->warnings.push_back("labels '" + known->second + "' and '" + label +
                                     "' are two classes, which differ in upper and lower case "
                                     "alone; write them alike if they are one");
    }
}

std::map<std::string, int> counts_by_label(const std::vector<ListedClip> &clips)
{
    std::map<std::string, int> counts;
    for (const ListedClip &clip : clips) {
        for (const std::string &label : clip.labels())
            ++counts[label];
    }
    return counts;
}

/** \param place of the list, as errors begin \param gone as drop_unusable() says it */
void check_no_class_is_empty(const std::vector<std::string> &labels,
                             const std::map<std::string, int> &counts, const std::string &place,
                             const std::string &gone)
{
    const auto empty = std::find_if(labels.begin(), labels.end(), [&](const std::string &label) {
        return counts.count(label) == 0;
    });
    if (empty != labels.end())
        throw Error(Error::Kind::Settings,
                    place + "class '" + *empty + "' has no clip that can be used" +
                        (gone.empty() ? "; add some, or take the class out" : ": " + gone));
}

/** \brief Of a line that whole_videos() does not take \param before label of the video's line that it took */
std::string why_left_out(bool whole, const std::string &label, const std::string &before)
{
    if (!whole)
        return "is a stretch of a video; features are of whole videos: left out";
    if (label == before)
        return "is named twice: left out the second time";
    return "is labelled '" + before + "' and, further on, '" + label +
           "': left out the second time";
}

} // namespace

std::vector<std::string> ListedClip::labels() const
{
    if (actions.empty())
        return label.empty() ? std::vector<std::string>() : std::vector<std::string>{label};
    std::vector<std::string> each;
    for (const LabelledStretch &action : actions) {
        if (std::count(each.begin(), each.end(), action.label) == 0)
            each.push_back(action.label);
    }
    return each;
}

bool is_stretch(const ListedClip &clip)
{
    return !is_whole(clip.start, clip.end) || clip.ends_after.value > 0;
}

int ClipList::class_of(const std::string &label) const
{
    return place_of(label, labels);
}

std::vector<ListedClip> ClipList::of_split(const std::string &split) const
{
    std::vector<ListedClip> result;
    std::copy_if(clips.begin(), clips.end(), std::back_inserter(result),
                 [&](const ListedClip &clip) { return clip.split == split; });
    return result;
}

std::filesystem::path root_of(const std::filesystem::path &list, const std::filesystem::path &root)
{
    if (!root.empty())
        return root;
    return std::filesystem::is_directory(list) ? list : list.parent_path();
}

ClipList read_clip_list(const std::filesystem::path &list, const ListOptions &options)
{
    std::error_code error;
    if (!std::filesystem::exists(list, error))
        throw Error(Error::Kind::NotFound,
                    "list '" + list.string() +
                        (error ? "' cannot be read: " + error.message() : "' does not exist"));

    ListOptions settled = options;
    settled.root = root_of(list, options.root);
    const auto &forms = list_forms();
    const auto form = std::find_if(forms.begin(), forms.end(),
                                   [&](const ListForm &one) { return one.is_of(list); });
    ClipList result = form->read(list, settled);
    if (!settled.with_labels)
        forget_labels(&result);
    if (settled.many_labels)
        join_labels(&result);

    drop_empty(&result);
    const std::set<std::string> labels = labels_in(result);
    const std::string gone = drop_unusable(&result, settled);
    const std::string place = "list '" + list.string() + "': ";
    if (!gone.empty())
        result.warnings.push_back(place + gone);
    name_clips(&result, settled.root);
    if (result.clips.empty()) {
        const std::string why = result.warnings.empty() ? "" : "; the first: " + result.warnings[0];
        throw Error(Error::Kind::Settings,
                    place + "no clip can be used" + (gone.empty() ? why : ": " + gone));
    }

    if (settled.with_labels && labels.empty() && options.labels.empty())
        throw Error(Error::Kind::Settings,
                    place + "expected clips with a label, got none that has one; give some");
    result.file = list;
    check_groups(result);
    result.labels = options.labels.empty() ? sorted_labels(labels) : options.labels;
    const auto counts = counts_by_label(result.clips);
    if (options.labels.empty()) {
        warn_of_case(&result);
        check_no_class_is_empty(result.labels, counts, place, gone);
    }
    for (const std::string &label : result.labels) {
        if (const auto found = counts.find(label); found != counts.end() && found->second == 1)
            result.warnings.push_back("label '" + label + "' has one clip: too few to learn from");
    }
    return result;
}

ClipList whole_videos(ClipList list, const std::string &split, bool stretches)
{
    std::vector<ListedClip> kept;
    std::map<std::filesystem::path, std::string> labels; // of those kept
    for (ListedClip &clip : list.clips) {
        if (!split.empty() && clip.split != split)
            continue;
        const bool whole = is_whole(clip.start, clip.end);
        const auto known = labels.find(clip.path);
        if (known == labels.end() && (whole || stretches)) {
            labels[clip.path] = clip.label;
            clip.start = {};
            clip.end = {1, true};
            kept.push_back(std::move(clip));
        } else if (!stretches) {
            list.warnings.push_back("'" + clip.path.string() + "': " +
                                    why_left_out(whole, clip.label, whole ? known->second : ""));
        }
    }
    list.clips = std::move(kept);
    return list;
}

void write_clip_list(const std::filesystem::path &file, const ClipList &list)
{
    std::string text =
        "path,label,group,split,start,end,ends_after,weight,overlap,set,event_start,event_end\n";
    for (const ListedClip &clip : list.clips) {
        const bool is_beside = clip.path.parent_path() == file.parent_path();
        const auto path = is_beside ? clip.path.filename() : std::filesystem::absolute(clip.path);
        text += csv_field(path.string()) + "," + csv_field(clip.label) + "," +
                csv_field(clip.group) + "," + clip.split + "," + time_text(clip.start) + "," +
                time_text(clip.end) + "," + time_text(clip.ends_after) + "," +
                time_text({clip.weight, false}) + "," + time_text({clip.overlap, false}) + "," +
                csv_field(clip.set) + "," +
                (clip.event ? time_text(clip.event->start) + "," + time_text(clip.event->end)
                            : std::string(",")) +
                "\n";
    }
    write_whole(file, text);
}

} // namespace fovea
