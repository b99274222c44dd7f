// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "fovea/bundle/analysis_check.h"
#include "fovea/bundle/bundle.h"
#include "fovea/bundle/default_model.h"
#include "fovea/core/json.h"
#include "fovea/focus/second_look.h"
#include "fovea/video/feature_mode.h"
#include "fovea/video/sampling_plan.h"

namespace fovea {

/** \brief What a user asks of an analysis; label and extract share it */
struct AnalysisSettings {
    std::string model = default_model;
    std::string attended; ///< a second model's bundle, or persons; empty: the card's
    std::string detector; ///< hog or a bundle; empty: the card's
    std::string pose; ///< a bundle for keypoints, of a model that attends to persons; empty: none
    std::string device = "auto";    ///< auto, cpu, cuda or cuda:N
    std::string precision = "auto"; ///< auto, fp32, bf16; int8 on a CPU, fp16 on a GPU
    Sampling sampling = Sampling::Card;
    std::optional<FeatureMode> mode; ///< not Streaming; none: the card's
    std::string regions = "card";    ///< card, or in words (region_choice.h)
    SecondLook look = look_of_card;  ///< a closer look at a part of each clip
    int timesteps = 0;               ///< 0: the card's
    int size = 0; ///< side of the input, pixels: see set_input_side(); 0: the card's
    Pooling pooling = Pooling::Card; ///< of windows to the video
    int threads = 0;                 ///< 0: the machine's choice
    double gate = 0;                 ///< of foveafeatures: attention below which regions rest
    double motion_gate = 0; ///< of foveadetect: change below which still pictures are not looked at
    bool mirrored = false;  ///< left and right are exchanged before anything is seen
};

/** \brief Those of the settings that depend on each other, for check() */
AnalysisOptions options_of(const AnalysisSettings &settings);

/**
 * \brief Another size of the network's input, a square of \a side pixels
 *
 * The full view's cut grows with it, up to all of the view: with a card of 224 pixels cut from 256, 256
 * are the whole view at the same resolution, the full resolution of mit-han-lab/temporal-shift-module.
 */
void set_input_side(ActivityCard *card, int side);

/** \brief The card with the plan, regions, timesteps, mode and pooling that were asked for */
ActivityCard card_with(ActivityCard card, const AnalysisSettings &settings);

/**
 * \brief What rows are made with: the model and the networks beside it with the SHA-256 of their weights, what their
 * cards say of how they see, as it stands there, and the settings that count
 */
Json made_with(const Bundle &model, const AnalysisSettings &settings);

/** \brief What results are made with: that, and what the model says of how rows become labels, and their names */
Json results_made_with(const Bundle &model, const AnalysisSettings &settings);

} // namespace fovea
