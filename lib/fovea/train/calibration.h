// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "fovea/bundle/int8_calibration.h"
#include "fovea/core/array.h"
#include "fovea/engine/feature_extractor.h"
#include "fovea/train/data/clip_samples.h"
#include "fovea/train/training_steps.h"

namespace fovea {

/** \brief The clips that ranges for precision=int8 are chosen on, and what these must keep */
struct CalibrationOptions {
    std::filesystem::path list;    ///< of labelled clips
    std::filesystem::path root;    ///< folder of the videos; empty: that of the list
    std::string split = "train";   ///< whose clips choose the ranges; those of val judge them
    int clips = 64;                ///< looked at for the ranges
    int threads = 0;               ///< 0: a choice
    double least_cosine = 0.99;    ///< of feature rows to those in fp32, or the ranges are refused
    double least_agreement = 0.98; ///< share of clips with the same strongest class, likewise
};

/** \brief Scores of a whole video by its rows [R, T', C]; empty: no head judges */
using ScoreRows = std::function<std::vector<float>(const Array &rows)>;

/** \brief How much the same two extractors say of clips: all but the ranges. \throw Interrupted */
Int8Calibration compare(FeatureExtractor &exact, FeatureExtractor &rounded,
                        const ClipSamples &samples, const ScoreRows &scores, RunWatcher &watcher);

/** \brief "cosine 0.9990 (least 0.9900), top-1 agreement 0.9900 (least 0.9800) on 52 held-out clips" */
std::string figures_text(const Int8Calibration &calibration, const CalibrationOptions &options);

/** \throw Error Settings with the figures where they are below what the options ask for */
void check_calibration(const Int8Calibration &calibration, const CalibrationOptions &options,
                       const std::string &model);

/**
 * \brief Chooses ranges for precision=int8 and judges them on clips held out from the choice
 * \throw Error as check_calibration(); when the list or the model cannot be used; Interrupted
 */
Int8Calibration calibrate(const Bundle &model, const CalibrationOptions &options,
                          const OpenFrames &open_frames, RunWatcher &watcher);

} // namespace fovea
