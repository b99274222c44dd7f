// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/focus/second_look.h"
#include "fovea/train/loop/named_recipes.h"
#include "fovea/train/network_training.h"

/** What the training of a network was asked, as its recipe settles it */
namespace fovea {

/**
 * \brief The recipe that was asked for; without one, fine-tuning
 * \throw Error Settings for a name that is not known (listing those known)
 */
const NamedRecipe &recipe_of(const NetworkTraining &training);

/**
 * \brief The recipe's closer look with what was asked for; what was not is as the card says how its
 * model looks
 */
SecondLook look_of(const NetworkTraining &training, const ActivityCard &card);

/** \brief Whether the network begins from random weights, as asked or by its recipe */
bool random_weights(const NetworkTraining &training);

/** \brief The model that training begins with; without its weights where others take their place */
Bundle open_model_to_train(const NetworkTraining &training);

/**
 * \brief Whether --layers names parts of the network, and the recipe leaves them open
 * \param card as it is trained
 * \throw Error Settings for another recipe; as check_parts()
 */
void check_layers(const NetworkTraining &training, const ActivityCard &card);

/** \brief The head that is trained afterwards, as asked or by its recipe; "none": there is none */
std::string head_of(const NetworkTraining &training);

/**
 * \brief The regions that are trained on, among those of the card; empty: all
 * \throw Error Settings when one is not there
 */
std::vector<std::size_t> trained_regions(const NetworkTraining &training, const ActivityCard &card);

/**
 * \brief What cannot be asked together, told before the first epoch
 * \param card with the regions that are trained on
 * \throw Error Settings for any number of labels of a recipe whose windows have one; --shake and --paste with a closer
 * look, a teacher, flow; --paste with any number of labels, or a recipe whose labels are its own; options of a closer
 * look in a recipe without one; with one for options of saliency in a baseline, more than one region, a head to be
 * trained afterwards, or a network whose classifier does not read its rows; for a head that this network has no rows for, or that many labels
 * do not go with; for clips that it does not take; as check(), check_layers() and trained_regions()
 */
void check_recipe(const NetworkTraining &training, const ActivityCard &card);

/** \brief Whether there are clips to be pasted onto \throw Error Settings: none, with --paste */
void check_pasting(const NetworkTraining &training, const Bundle &base, const ClipList &list);

} // namespace fovea
