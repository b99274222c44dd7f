// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/engine/feature_extractor.h"

namespace fovea {

namespace nn {
class Backbone;
}

/**
 * \brief LibTorch on the CPU, or on a GPU where LibTorch was built for one
 * \throw Error Settings for a device or precision that is not there (listing those that are), Init
 * when the device does not start
 */
std::unique_ptr<FeatureExtractor> make_torch_extractor(std::shared_ptr<nn::Backbone> backbone,
                                                       const ClipSize &clip,
                                                       const EngineOptions &options);

} // namespace fovea
