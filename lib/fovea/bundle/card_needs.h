// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "fovea/bundle/card_reader.h"
#include "fovea/decide/class_needs.h"

namespace fovea {

/** \brief Of a card: what its labels take of the persons who are followed; empty: nothing */
using CardNeeds = std::map<std::string, ClassNeed>;

/**
 * \brief The entry `needs` of a card's decision: {LABEL: {"persons", "factor"}}
 * \throw Error Settings naming the entry, for its normal label too, which takes nothing
 */
CardNeeds read_needs(const CardReader &decision);

} // namespace fovea
