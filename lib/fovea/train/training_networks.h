// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/bundle/bundle.h"
#include "fovea/focus/focus_chooser.h"
#include "fovea/train/loop/classifier.h"
#include "fovea/train/loop/recipes.h"
#include "fovea/train/network_training.h"

namespace fovea {

/** \throw Error Settings for a name that is not known (listing those known) */
const NamedRecipe &recipe_of(const NetworkTraining &training);

/**
 * \brief The recipe's closer look with what was asked for; what was not is as the card says how its
 * model looks
 */
SecondLook look_of(const NetworkTraining &training, const ActivityCard &card);

/** \brief Whether the network begins from random weights, as asked or by its recipe */
bool random_weights(const NetworkTraining &training);

/**
 * \brief What a recipe with a closer look asks of the rest, told before the first epoch
 * \param card with the regions that are trained on
 * \throw Error Settings for options of a closer look in a recipe without one; with one for options
 * of saliency in a baseline, more than one region, a head to be trained afterwards, or a network
 * whose classifier does not read its rows
 */
void check_recipe_focus(const NetworkTraining &training, const ActivityCard &card);

/** \brief The network that is trained, and those that look or teach beside it; they live as long as this */
struct TrainingNetworks {
    std::shared_ptr<nn::Backbone> network;
    std::unique_ptr<Classifier> classifier;
    std::unique_ptr<FocusChooser> focus; ///< null: none
    std::shared_ptr<nn::Backbone> fixed; ///< the network that looks for it
    std::unique_ptr<Classifier> teacher; ///< null: none
};

/**
 * \param base the card of the network, and its weights where no others were asked for
 * \throw Error as Bundle::open; Settings when weights do not fit, or a model that looks or teaches
 * has other labels than the list
 */
TrainingNetworks make_training_networks(const NetworkTraining &training, const Bundle &base,
                                        const ClipList &list, RunWatcher &watcher);

} // namespace fovea
