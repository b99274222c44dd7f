// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/engine/torch/torch_extractor.h"

namespace fovea {

/**
 * \brief A backbone on a GPU: in LibTorch, in half precision, channels last, one CUDA graph a shape
 *
 * precision auto: bf16 from compute capability 8.0, else fp16; fp32, bf16, fp16 by name.
 * \param index of the GPU
 * \throw Error Settings for a precision it does not have
 */
std::unique_ptr<FeatureExtractor> make_cuda_extractor(std::shared_ptr<nn::Backbone> backbone,
                                                      int index, const EngineOptions &options);

} // namespace fovea
