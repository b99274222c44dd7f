// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/json_fwd.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/eval/detection_map.h"

namespace fovea {

/** \brief An untrimmed video and what is found in all its windows, the weaker of those that overlap too */
struct SearchedVideo {
    std::string id;
    std::vector<FoundInterval> found;
};

/**
 * \brief What is found in a video by the feature files of one or several models
 * \param head of one model, or mean_head(); \param files one of each model, in order
 * \param rule its frames a second are those of the files
 * \return nothing where a file is missing \throw Error as read_feature_file, combined_rows, RowWindows
 */
std::vector<FoundInterval> find_windows(const std::shared_ptr<ActivityHead> &head, SegmentRule rule,
                                        const std::vector<std::filesystem::path> &files);

/** \brief How well actions are found, at each overlap of the protocol */
struct SegmentEvaluation {
    struct AtOverlap {
        double overlap = 0;
        DetectionMap map;
    };

    /** \brief Of two stages what the first one leaves to the second */
    struct Proposals {
        double threshold = 0;
        std::size_t windows = 0; ///< of all videos
        std::size_t proposed = 0;
        double recall = 0;         ///< truths that a proposed window overlaps by more than half
        double largest_recall = 0; ///< and those that any window does
    };

    DetectionProtocol protocol = DetectionProtocol::Thumos14;
    std::size_t videos = 0;
    std::size_t truths = 0; ///< but for those that are ambiguous
    std::vector<AtOverlap> overlaps;
    double mean = 0;                    ///< of the mAP over the overlaps
    std::optional<Proposals> proposals; ///< none: one stage
};

/**
 * \brief How good proposals are, whatever the classes
 * \param videos all their windows, scored as an action of any kind
 * \param truths those that are ambiguous do not count
 */
SegmentEvaluation::Proposals evaluate_proposals(const std::vector<SearchedVideo> &videos,
                                                const std::vector<ActionInterval> &truths,
                                                double threshold);

/**
 * \brief mAP of videos of a split
 *
 * Of THUMOS'14 the weaker segments are removed at an overlap 0.1 below the one that is asked for
 * (Li et al., Spatio-Temporal Attention Networks, section IV-C), of ActivityNet at \a overlap.
 */
SegmentEvaluation evaluate_segments(const std::vector<SearchedVideo> &videos,
                                    const std::vector<ActionInterval> &truths, int classes,
                                    DetectionProtocol protocol, double overlap);

/** \brief The figures for a person to read; classes without truths are left out */
std::string to_text(const SegmentEvaluation &evaluation, const std::vector<std::string> &labels);
Json to_json(const SegmentEvaluation &evaluation, const std::vector<std::string> &labels);

/** \brief The segments, less the weaker of those that overlap more, in ActivityNet's form */
Json segments_activity_net(const std::vector<SearchedVideo> &videos,
                           const std::vector<std::string> &labels, double overlap);

} // namespace fovea
