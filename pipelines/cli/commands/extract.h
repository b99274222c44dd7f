// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "batch.h"
#include "fovea/bundle/analysis_settings.h"
#include "fovea/train/lists/feature_list.h"

namespace fovea {

/** \brief `fovea extract`: settings as on the command line */
struct ExtractOptions {
    std::vector<std::filesystem::path> videos;
    std::filesystem::path list; ///< of labelled clips, instead of videos; empty: none
    std::filesystem::path root; ///< of the videos of the list; empty: that of the list
    std::string split;          ///< of the list: only this; empty: all
    bool many_labels = false;   ///< of the list: any number of labels a video
    bool mirrored = false;      ///< also rows of each video with left and right exchanged
    bool stretches = false;     ///< of the list: rows are stretches; each whole video is taken once
    AnalysisSettings analysis;
    std::filesystem::path out;                    ///< folder of the feature files
    std::string list_name = default_feature_list; ///< in it, of the list that is written of them
    bool keeps_other_splits = true;  ///< of that list: what another run extracted stays listed
    bool refuses_other_rows = false; ///< of these videos, that were made otherwise: not made anew
    std::string label;               ///< written into each; empty: not labelled
    bool force = false;
    int jobs = 1;
    BatchShare share;
    int patience_s = default_patience_s; ///< of videos on a web server
    std::vector<std::filesystem::path>
        parts; ///< folders of other runs' shares, merged instead; empty: none
};

/**
 * \brief Writes the feature rows of every video to OUT/STEM.pt
 *
 * Of a list: to OUT/ID.pt, each with its label, and the list of them beside them, which
 * `fovea train head` reads. Splits may be extracted one after the other.
 * \return exit code, see run_batch
 * \throw Error when the model or the detector cannot be used at all
 */
int extract(const ExtractOptions &options);

} // namespace fovea
