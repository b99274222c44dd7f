// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/bundle/combination.h"

namespace fovea {

/**
 * \brief The activity model of the settings, its weights checked
 * \throw Error as Bundle::open and Bundle::file, Settings when it is a detector
 */
Bundle open_activity_model(const std::string &name);

/**
 * \brief The activity models of "a,b", usually one, with equal weights; those of a combination share
 * its weight as its card says
 * \throw Error as open_activity_model and models_of; Settings naming the labels that not all of them
 * have
 */
std::vector<WeightedModel> open_models(const std::string &names);

/**
 * \brief Hashes the files, and those of a model it attends to: tells a damaged one before the first
 * video. \throw as Bundle::file
 */
void check_weights(const Bundle &bundle);

} // namespace fovea
