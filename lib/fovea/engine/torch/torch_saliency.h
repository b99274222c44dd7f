#pragma once

#include <memory>

#include "fovea/engine/feature_extractor.h"
#include "fovea/engine/salience_mapper.h"
#include "fovea/focus/second_look.h"
#include "fovea/nn/saliency.h"

namespace fovea {

namespace nn {
class Head;
}

/**
 * \brief The backward pass runs in LibTorch, whatever engine computes the features
 * \param look its entropy and attribution
 * \param head over the backbone's rows of one region: what is differentiated is what it says
 * \throw Error as torch_device
 */
std::unique_ptr<SalienceMapper> make_torch_saliency(std::shared_ptr<nn::Backbone> backbone,
                                                    std::shared_ptr<nn::Head> head,
                                                    const SecondLook &look,
                                                    const EngineOptions &options);

} // namespace fovea
