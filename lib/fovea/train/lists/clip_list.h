// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/** \brief A time in a video, as lists say it: seconds, or a share of its length ("42%") */
struct ListedTime {
    double value = 0;      ///< seconds, or a share in [0, 1]
    bool is_share = false; ///< of the video's length

    double seconds(double duration) const { return is_share ? value * duration : value; }
};

/** \brief Whether from \a start to \a end is the whole of a video */
inline bool is_whole(const ListedTime &start, const ListedTime &end)
{
    return start.value == 0 && end.is_share && end.value == 1;
}

/** \brief The label of stretches that are neither right nor wrong, as THUMOS'14 calls them */
constexpr const char *ambiguous_name = "Ambiguous";

/** \brief What happens in a part of a clip with any number of labels */
struct LabelledStretch {
    std::string label;
    ListedTime start; ///< of the video
    ListedTime end = {1, true};
};

/** \brief When what a clip shows happens, of the video */
struct ListedEvent {
    ListedTime start;
    ListedTime end;
};

/** \brief One labelled video, or a stretch of one */
struct ListedClip {
    std::filesystem::path path;
    std::string id;    ///< unique in the list, fit for a file name
    std::string label; ///< of many labels the words they are written in: "a;b 1.5 4"
    std::string group; ///< what must not be torn apart by a split: an actor, a scene
    std::string split; ///< train, val or test; empty: not split yet
    ListedTime start;
    ListedTime end = {1, true};
    ListedTime ends_after; ///< a window taken from the stretch ends after this
    double weight = 1;     ///< how often it is drawn in an epoch, on average
    double overlap = 1;    ///< with the action it shows (intersection over union), for windows
    std::string set;       ///< where it comes from: figures are told by it; empty: not said
    std::optional<ListedEvent> event;     ///< none: all along
    std::vector<LabelledStretch> actions; ///< of many labels: all of them; else empty

    /** \brief The clip's label; of many labels each once, in order: none of a negative */
    std::vector<std::string> labels() const;
};

/** \brief Whether the clip is less than a whole video, or where its windows end is said */
bool is_stretch(const ListedClip &clip);

struct ClipList {
    std::vector<ListedClip> clips;
    std::vector<std::string> labels;   ///< the classes, in the order of their numbers
    std::vector<std::string> warnings; ///< what was left out and why, one line each
    std::filesystem::path file = {};   ///< or folder that it was read from; empty: made

    /** \brief What errors of it begin with: `list 'FILE': ` */
    std::string place() const { return file.empty() ? "list: " : "list '" + file.string() + "': "; }

    /** \brief Number of a label; -1: not one of them */
    int class_of(const std::string &label) const;

    /** \brief Clips of one split, in order */
    std::vector<ListedClip> of_split(const std::string &split) const;
};

/** \brief The folder of the videos of a list: \a root, else the list's own, else the list where it is a folder */
std::filesystem::path root_of(const std::filesystem::path &list, const std::filesystem::path &root);

struct ListOptions {
    std::filesystem::path root;      ///< folder of the videos; empty: that of the list
    std::vector<std::string> labels; ///< the classes that are known; empty: those of the list
    bool check_files = true;         ///< leave out what does not open
    const char *if_gone = "put them there, or take them out of the list"; ///< remedy for that
    bool many_labels = false; ///< any number of labels a clip, see below
    bool with_labels = true;  ///< false: none are asked for, and those that are there not kept
};

/**
 * \brief A list of labelled clips, in any of the forms people keep
 *
 * | what it is                             | form                                                  |
 * | *.csv or *.tsv with path and label      | path,label[,group][,split][,start][,end][,ends_after][,weight][,overlap]
 *                                          [,set][,event_start][,event_end] |
 * | *.csv with youtube_id                  | Kinetics                                              |
 * | *.csv with id and actions, their folder | Charades: a clip for each action                     |
 * | something-something-v*, labels/train.json, their folder | Something-Something |
 * | *.json                                 | ActivityNet: a clip for each annotation               |
 * | a folder with groundTruth/ and splits/ | Breakfast, the usual split 1                          |
 * | a folder groundTruth                   | Breakfast, split by actors                            |
 * | trainlist01.txt, their folder          | UCF-101                                               |
 * | CLASS_test_split1.txt, their folder    | HMDB-51                                               |
 * | a folder with CLASS_val.txt            | THUMOS'14: a clip for each stretch                    |
 * | a folder with ACTION_train.txt         | Hollywood2: many labels                               |
 * | another folder                         | a folder for each class                               |
 * | any other file                         | lines of `path label`                                 |
 *
 * With many_labels a label is `a;b`, each with its stretch where it has one (`a 1.5 4;b 10% 20%`),
 * and the rows of one video are one clip: the whole of it, with all its labels. One without a label
 * shows none of the classes.
 *
 * Without labels a CSV needs its column `path` alone, a line its path, and all videos below a folder
 * are meant.
 *
 * Stretches that are labelled Ambiguous are kept, but that is no class. Videos may be folders of
 * frames: 000001.jpg and so on.
 * Clips that cannot be used are left out and named in warnings.
 * \throw Error NotFound, or Settings when the form is wrong, a class has no clip, a group is in two
 * splits or no clip is left
 */
ClipList read_clip_list(const std::filesystem::path &list, const ListOptions &options = {});

/** \brief Writes the list as CSV with all columns: whole paths, and names of what lies beside it. \throw Error CannotWrite */
void write_clip_list(const std::filesystem::path &file, const ClipList &list);

/**
 * \brief The videos of a list, each once and as a whole; what is left out is named in warnings
 * \param split only this; empty: all
 * \param stretches clips are stretches of videos: their videos are taken; else they are left out
 */
ClipList whole_videos(ClipList list, const std::string &split, bool stretches);

} // namespace fovea
