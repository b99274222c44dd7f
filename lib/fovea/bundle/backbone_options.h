// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/bundle/card.h"
#include "fovea/nn/backbone.h"

namespace fovea {

/**
 * \brief The network a card describes, its attention and the clips it is made for included
 * \param classes of the network's own classifier; 0: without one
 */
inline nn::BackboneOptions backbone_options(const ActivityCard &card, std::int64_t classes = 0)
{
    nn::BackboneOptions options;
    options.architecture = card.architecture;
    options.classes = classes;
    options.attention = card.attention;
    options.clip = {card.sampling.frames, card.input.size.height, card.input.size.width};
    return options;
}

} // namespace fovea
