// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/bundle/card.h"
#include "fovea/core/json_fwd.h"

namespace fovea {

class CardReader;

/**
 * \brief A card's entry `focus`: what the model sees a second time
 *
 * {"kind": none | saliency | upscaled | repeat | random | centre, "fusion": late | temporal,
 * "entropy": paper | code, "attribution": gradient | input-x-gradient, "weights": one of files}. The
 * weights are those of the fixed network that looks, and whose logits are half of the mean when the
 * fusion is late, both by its own classifier; without them the model's own network looks. With none
 * the rest says how it looks when it is asked to.
 * \throw Error Settings naming the entry
 */
void read_focus(const CardReader &reader, ActivityCard *card);

/** \brief The same entry to be written \param look nothing in it is Card */
Json focus_entry(const SecondLook &look, const std::string &weights);

} // namespace fovea
