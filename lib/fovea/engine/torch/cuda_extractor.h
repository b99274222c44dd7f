// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <ATen/core/Tensor.h>

#include "fovea/engine/torch/torch_extractor.h"

namespace fovea {

/** \brief A network on a GPU, which can be timed without the way there */
class CudaNetwork : public FeatureExtractor
{
public:
    /**
     * \brief Least time of the whole network on clips that are on the GPU, of \a rounds
     * \param shape of the clips: N, 3, T, H, W, all run at once
     */
    virtual double milliseconds(at::IntArrayRef shape, int rounds) = 0;
};

/**
 * \brief A backbone on a GPU: in LibTorch, in half precision, channels last, one CUDA graph a shape
 *
 * precision auto: bf16 from compute capability 8.0, else fp16; fp32 (without TF32), bf16, fp16 by name.
 * \param index of the GPU
 * \throw Error Settings for a precision it does not have
 */
std::unique_ptr<CudaNetwork> make_cuda_extractor(std::shared_ptr<nn::Backbone> backbone, int index,
                                                 const EngineOptions &options);

} // namespace fovea
