// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace fovea {

/** \brief Where an action is in a video; a truth when it has no score */
struct ActionInterval {
    std::string video;
    int label = 0;    ///< class; ambiguous_label: a truth that is neither right nor wrong
    double start = 0; ///< s
    double end = 0;   ///< s
    double score = 0;
};

constexpr int ambiguous_label = -1;

/**
 * \brief Average precision of one class as THUMOS'14's TH14eventdetpr.m has it
 *
 * Video by video (by name): each truth, in the order given, takes the free detection that overlaps
 * it most (the stronger of equals) if that is more than \a overlap. Detections that no truth took
 * and that touch an ambiguous truth are left out. Then over all videos by falling score (equals in
 * that order): sum of the precision at each hit / truths.
 * \param overlap intersection over union a hit exceeds, in [0, 1)
 * \return 0 for a class without truths
 */
double thumos_average_precision(const std::vector<ActionInterval> &found,
                                const std::vector<ActionInterval> &truths, int label,
                                double overlap);

/**
 * \brief Average precision of one class as ActivityNet's eval_detection.py has it
 *
 * By falling score (the later of equals first): a detection takes the free truth of its video that
 * it overlaps most, if that is at least \a overlap (the later of equals first); else it is wrong.
 * Precision is made non-increasing in recall before it is summed. Ambiguous truths are not known.
 */
double activity_net_average_precision(const std::vector<ActionInterval> &found,
                                      const std::vector<ActionInterval> &truths, int label,
                                      double overlap);

enum class DetectionProtocol { Thumos14, ActivityNet };

struct DetectionMap {
    double mean = 0;              ///< over the classes that have truths; 0 for none
    std::vector<double> by_class; ///< average precision; 0 for a class without truths
    std::vector<bool> has_truths; ///< by class
};

/** \brief mAP at an overlap \throw Error Settings for a label outside [0, classes) */
DetectionMap detection_map(const std::vector<ActionInterval> &found,
                           const std::vector<ActionInterval> &truths, int classes, double overlap,
                           DetectionProtocol protocol);

/** \brief Thresholds of the tools: 0.1 .. 0.5 by 0.1 (THUMOS'14), 0.5 .. 0.95 by 0.05 (ActivityNet) */
std::vector<double> protocol_overlaps(DetectionProtocol protocol);

} // namespace fovea
