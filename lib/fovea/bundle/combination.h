// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/bundle/bundle.h"

namespace fovea {

class CardReader;

/**
 * \brief The entry `models` of a combination's card: names, or {"name", "weight"} each
 * \param where the card, for errors
 * \throw Error Settings naming the entry
 */
std::vector<CombinedModel> read_models(const CardReader &reader, const std::string &where);

/** \brief A model of a combination (an ensemble): its scores are part of a mean */
struct WeightedModel {
    Bundle bundle;
    double weight = 1; ///< share of the mean; those of all models sum to 1
};

/**
 * \brief The models of a combination, in order, their weights settled to shares
 * \throw Error as Bundle::open_part; Settings when one recognises no activities, or their labels differ
 */
std::vector<WeightedModel> models_of(const Bundle &combination);

/** \throw Error Settings naming the labels that one of the models has alone; their order is free */
void check_same_labels(const Bundle &first, const Bundle &other);

} // namespace fovea
