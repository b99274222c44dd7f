// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/engine/feature_extractor.h"
#include "fovea/focus/saliency_mapper.h"
#include "fovea/focus/second_look.h"

namespace fovea {

namespace nn {
class Backbone;
class Head;
} // namespace nn

/**
 * \brief The backward pass runs in LibTorch, whatever engine computes the features
 * \param look its entropy and attribution
 * \param head over the backbone's rows of one region: what is differentiated is what it says
 * \throw Error as torch_device
 */
std::unique_ptr<SaliencyMapper> make_torch_saliency(std::shared_ptr<nn::Backbone> backbone,
                                                    std::shared_ptr<nn::Head> head,
                                                    const SecondLook &look,
                                                    const EngineOptions &options);

/**
 * \brief The same by the network's own classifier, on the CPU and as many threads as LibTorch has
 * \param network with classes; its parameters must not change during a call
 */
std::unique_ptr<SaliencyMapper> make_torch_saliency(std::shared_ptr<nn::Backbone> network,
                                                    const SecondLook &look);

} // namespace fovea
