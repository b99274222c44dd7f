#pragma once

#include <memory>

#include "fovea/engine/feature_extractor.h"
#include "fovea/engine/salience_mapper.h"
#include "fovea/focus/second_look.h"

namespace fovea {

namespace nn {
class Backbone;
class Head;
} // namespace nn

/**
 * \brief The backward pass runs in LibTorch, whatever engine computes the features
 * \param head over the backbone's rows of one region: what is differentiated is what it says
 * \throw Error as torch_device
 */
std::unique_ptr<SalienceMapper> make_torch_saliency(std::shared_ptr<nn::Backbone> backbone,
                                                    std::shared_ptr<nn::Head> head, Entropy entropy,
                                                    const EngineOptions &options);

} // namespace fovea
