// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/engine/feature_extractor.h"
#include "fovea/engine/torch/torch_extractor.h"

namespace fovea {

/**
 * \brief The engine that the options ask for: by default oneDNN on a CPU where the network tells its
 * layers (Backbone::graph), else LibTorch
 * \throw Error Settings for an option that is not there (listing those that are), or onednn for a
 * network that is one LibTorch layer
 */
std::unique_ptr<FeatureExtractor> make_extractor(std::shared_ptr<nn::Backbone> backbone,
                                                 const ClipSize &clip,
                                                 const EngineOptions &options);

} // namespace fovea
