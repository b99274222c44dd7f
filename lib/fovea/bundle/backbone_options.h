// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/bundle/card.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/backbone.h"

namespace fovea {

/**
 * \brief The network a card describes, its attention and the clips it is made for included
 * \param classes of the network's own classifier; 0: without one, but those of the card where its
 * scores are its rows
 */
inline nn::BackboneOptions backbone_options(const ActivityCard &card, std::int64_t classes = 0)
{
    nn::BackboneOptions options;
    options.architecture = card.architecture;
    options.classes = classes > 0                                                 ? classes
                      : nn::architecture_facts(card.architecture).rows_are_scores ? card.classes
                                                                                  : 0;
    options.channels = channels_of(card.modality);
    options.attention = card.attention;
    options.ensemble = card.ensemble;
    options.clip = {card.sampling.frames, card.input.size.height, card.input.size.width};
    return options;
}

/** \brief The rows of a clip as a card's plan cuts it */
inline nn::RowFacts row_facts_of(const ActivityCard &card)
{
    return nn::row_facts(backbone_options(card), card.sampling.frames);
}

} // namespace fovea
