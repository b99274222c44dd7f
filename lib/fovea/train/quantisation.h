// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "fovea/core/array.h"
#include "fovea/engine/feature_extractor.h"
#include "fovea/engine/onednn/range_finder.h"
#include "fovea/train/data/clip_samples.h"

namespace fovea {

/**
 * \brief Shows listed clips to a finder: of each some timesteps, spread over it, all regions
 * \param clips looked at, spread over \a samples; at most as many as there are
 * \param seen called after each with the share that is done
 */
void show_clips(RangeFinder &finder, const ClipSamples &samples, std::size_t clips,
                const std::function<void(double)> &seen);

/** \brief Feature rows of a listed clip, each timestep a clip of its own: [R, rows, C] */
Array extracted_rows(FeatureExtractor &extractor, const ClipSamples &samples, std::size_t index);

} // namespace fovea
