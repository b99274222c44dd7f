// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "batch.h"
#include "fovea/bundle/proposals.h"
#include "media/analysis_plan.h"

namespace fovea {

/** \brief `fovea eval`: settings as on the command line */
struct EvaluateOptions {
    AnalysisSettings analysis;
    std::filesystem::path list;     ///< of labelled clips
    std::filesystem::path root;     ///< of the videos of the list; empty: that of the list
    std::string split = "test";     ///< empty: all clips
    std::filesystem::path features; ///< kept here for a second run; empty: OUT/features
    bool is_own_folder = true;      ///< the features lie in OUT, where none but eval puts any
    std::filesystem::path out;      ///< folder of the figures; empty: NAME.eval
    int jobs = 1;
    int patience_s = default_patience_s;      ///< of videos on a web server
    BatchShare share;                         ///< of the list: only its features are made
    std::vector<std::filesystem::path> parts; ///< folders of all shares, merged; empty: none
    bool alarms = false;                      ///< what alarms find, see eval_alarms.h
    std::optional<double> alarms_per_hour;    ///< the threshold for it is wanted
    bool segments = false;                    ///< actions in untrimmed videos, see eval_segments.h
    std::string protocol = "thumos14";        ///< of segments: thumos14 or activitynet
    ProposalSettings proposals;               ///< of segments: a first stage
};

/**
 * \brief Runs the model on a split as `fovea label` would and tells how often it is right
 *
 * Two figures where the model has a normal class: the mean of the scores over all windows (short,
 * trimmed clips), and the strongest event (as long videos are labelled). An attention LSTM's mean is
 * that of nn::test_crops().
 * \return exit code: 1 when a clip failed, 130 when interrupted
 * \throw Error when the list or the model cannot be used
 */
int evaluate_model(const EvaluateOptions &asked);

} // namespace fovea
