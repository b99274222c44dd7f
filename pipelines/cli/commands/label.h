// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "batch.h"
#include "fovea/bundle/analysis_settings.h"
#include "fovea/bundle/proposals.h"

namespace fovea {

/** \brief `fovea label`: settings as on the command line */
struct LabelOptions {
    std::vector<std::filesystem::path> videos;
    std::set<std::filesystem::path> listed; ///< those that --list names
    AnalysisSettings analysis;
    std::filesystem::path out; ///< empty: beside each video
    /** Below it \a out keeps the videos' folders: that of --list, of stdin the current one; empty: no list */
    std::filesystem::path list_folder;
    std::set<std::string> formats = {"jsonl", "vtt", "csv"}; ///< results.jsonl comes always
    bool video = false;                                      ///< also labelled.mp4
    bool summary = false;                                    ///< also summary.mp4
    double summary_ratio = 0.25; ///< share of the video that it keeps at most
    bool segments = false;       ///< also actions from start to end, and results.activitynet.json
    ProposalSettings proposals;  ///< of segments: a first stage
    bool force = false;          ///< make anew what is there
    bool print_pipeline = false; ///< tell the launch line instead of running it
    int jobs = 1;
    BatchShare share;
    int patience_s = default_patience_s; ///< of videos on a web server
    bool status = false;                 ///< tell what share.claims says of the videos instead
};

/**
 * \brief Labels every video: VIDEO.fovea/ with results.jsonl, .vtt, .csv, labelled.mp4 and summary.mp4
 * \return exit code, see run_batch
 * \throw Error when the model or the detector cannot be used at all
 */
int label(const LabelOptions &options);

} // namespace fovea
