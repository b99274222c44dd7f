// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "fovea/core/array.h"
#include "fovea/engine/feature_extractor.h"
#include "fovea/nn/backbone.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/data/clip_samples.h"

namespace fovea {

/**
 * \brief The feature rows of a listed clip in evaluation mode: each timestep a clip of its own, or, with
 * the card's mode one-shot, all of them one clip
 *
 * The frames are those of the training cache, so that nothing is decoded or searched for persons
 * again. Whose network it is (bundle, bundle_sha256) is left to the caller.
 * \param index of the clip in \a samples
 * \throw Error when the clip's frames cannot be read
 */
FeatureFile feature_rows(nn::Backbone &network, const ClipSamples &samples, std::size_t index);

/** \brief The same rows as an engine makes them: [R, rows, C] */
Array extracted_rows(FeatureExtractor &extractor, const ClipSamples &samples, std::size_t index);

} // namespace fovea
