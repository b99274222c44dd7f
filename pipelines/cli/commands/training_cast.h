#pragma once

#include <memory>

#include "commands/train_backbone.h"
#include "fovea/bundle/bundle.h"
#include "fovea/focus/focus_chooser.h"
#include "fovea/train/loop/classifier.h"
#include "fovea/train/loop/recipes.h"

namespace fovea {

/** \throw Error Settings for a name that is not known (listing those known) */
const NamedRecipe &recipe_of(const BackboneTraining &training);

/**
 * \brief The recipe's closer look with what was asked for; what was not is as the card says how its
 * model looks
 */
SecondLook look_of(const BackboneTraining &training, const ActivityCard &card);

/** \brief Whether the network begins from random weights, as asked or by its recipe */
bool random_weights(const BackboneTraining &training);

/**
 * \brief What a recipe with a closer look asks of the rest, told before the first epoch
 * \param card with the regions that are trained on
 * \throw Error Settings for options of a closer look in a recipe without one; with one for options
 * of saliency in a baseline, more than one region, a head to be trained afterwards, or a network
 * whose classifier does not read its rows
 */
void check_recipe_focus(const BackboneTraining &training, const ActivityCard &card);

/** \brief What trains, and who looks or teaches beside it; they live as long as this */
struct TrainingCast {
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
TrainingCast training_cast(const BackboneTraining &training, const Bundle &base,
                           const ClipList &list);

} // namespace fovea
