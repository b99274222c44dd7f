// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/bundle/bundle.h"

namespace fovea {

/** \brief What is asked of an analysis, as far as its parts depend on each other */
struct AnalysisOptions {
    SecondLook look = look_of_card; ///< what was asked for; Card: left to the card
    std::string attended; ///< a second model's bundle; empty: the card's, where it names one
    double gate = 0;      ///< attention below which regions rest; 0: none do
    std::string precision = "auto";
    bool streams = false;   ///< all timesteps are one clip that comes bit by bit
    bool has_truth = false; ///< it is known what the video shows
    Sampling sampling = Sampling::Card;
    int timesteps = 0; ///< of a whole video; 0: the card's
};

/** \brief Who set the options, and how errors name them: `--gate 0`, or `gate=0` */
enum class OptionsOf { Command, Element };

/**
 * \brief What goes with what: the one place where it is decided
 *
 * | asked for              | does not go with                                                  |
 * | fusion                 | no focus                                                          |
 * | entropy, attribution   | a focus that asks no network (other than saliency and upscaled)   |
 * | entropy truth          | a video without the answer, a model of one label a video          |
 * | focus                  | a second model that is attended to, a gate, a stream              |
 * | focus of two networks, fusion late | precision int8: a calibration is of one network       |
 * | gate                   | a second model that the card does not name, a stream              |
 * | a model that attends to another | a stream                                                 |
 * | timesteps              | a plan that has as many as a video is long (sliding, clips, ...)  |
 *
 * \return the second look as it is taken: nothing in it is Card
 * \throw Error Settings naming the option, what was expected, what it is and the remedy
 */
SecondLook check(const AnalysisOptions &options, const Bundle &model, OptionsOf of);

} // namespace fovea
