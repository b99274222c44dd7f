// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/eval/alarm_evaluation.h"
#include "fovea/eval/detection_map.h"
#include "fovea/eval/metrics.h"
#include "fovea/focus/clip_truth.h"
#include "fovea/train/lists/clip_list.h"

namespace fovea {

/** \brief What a clip shows, of the classes of \a list; no scores yet */
Prediction truth_of(const ListedClip &clip, const ClipList &list, bool many_labels);

/**
 * \brief What a clip with any number of labels shows, of the classes \a labels, and when
 * \param duration of the video, s
 */
std::vector<ShownClass> shown_of(const ListedClip &clip, const std::vector<std::string> &labels,
                                 double duration);

/** \brief What a stretch shows, and where it is in its video \param duration of the video, s */
ActionInterval action_of(const ListedClip &clip, const ClipList &list, const std::string &video,
                         double duration);

/** \brief Untrimmed videos and the stretches of actions in them */
struct SegmentTruths {
    std::vector<std::string> ids;          ///< of videos: names of their feature files
    std::vector<ActionInterval> intervals; ///< s, but those of the background
};

/**
 * \brief Truths of a split's videos whose features are there: a video is a path, told by the id of
 * its first stretch
 * \param split empty: all \param features folder of the feature files, whose videos' lengths count
 * \param background class that is no action; -1: none
 * \throw Error as read_feature_file
 */
SegmentTruths segment_truths(const ClipList &list, const std::string &split,
                             const std::filesystem::path &features, int background);

/** \brief The rows of one video of a list */
using VideoRows = std::vector<ListedClip>;

/** \brief The rows of a split by video, in the order of its first ones; a video is a path \param split empty: all */
std::vector<VideoRows> rows_by_video(const ClipList &list, const std::string &split);

/**
 * \brief What happens in a video, and when; no windows yet
 *
 * A row of a stretch is an event from its start to its end, one of the whole video lasts as long, or
 * with event_start and event_end for that time, and the rest of the video is ignored; so is what is
 * labelled Ambiguous. \param duration of the video, s \param normal class that is no event; -1: none
 */
WatchedVideo watched_video(const VideoRows &rows, const ClipList &list, int normal,
                           double duration);

} // namespace fovea
