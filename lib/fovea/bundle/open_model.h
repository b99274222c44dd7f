// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/bundle/combination.h"

namespace fovea {

/**
 * \brief A model for \a role, as "detector", its weights checked
 * \param expected for the error: "one that finds persons"
 * \throw Error as Bundle::open and check_weights(); Settings when it is of another kind
 */
Bundle open_of_kind(const std::string &role, const std::string &name, Bundle::Kind kind,
                    const std::string &expected);

/** \throw Error Settings when it is of another kind; its weights are not looked at */
void expect_kind(const Bundle &bundle, Bundle::Kind kind);

/**
 * \brief The activity model of the settings, its weights and the names of its networks of keypoints checked
 * \throw Error as Bundle::open, check_weights() and check_pose_names(), Settings when it is a detector
 */
Bundle open_activity_model(const std::string &name);

/**
 * \brief The activity models of "a,b", usually one, with equal weights; those of a combination share
 * its weight as its card says
 * \throw Error as open_activity_model, models_of and check_flow_of; Settings naming the labels that not all of them
 * have
 */
std::vector<WeightedModel> open_models(const std::string &names);

/**
 * \brief Whether the card's `pose` and `pose_else` are models that find keypoints; their weights may be missing
 * \throw Error Settings naming card and entry: a misspelt name must not pass for one that was not fetched
 */
void check_pose_names(const Bundle &model);

/** \throw Error Settings with the remedy where this build cannot find the flow that the model sees */
void check_flow_of(const Bundle &model);

/**
 * \brief Hashes the files, and those of a model it attends to: tells a damaged one before the first
 * video. \throw as Bundle::file
 */
void check_weights(const Bundle &bundle);

} // namespace fovea
