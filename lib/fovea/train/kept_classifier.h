// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/weights.h"

namespace fovea {

namespace nn {
class Head;
}

/**
 * \brief The classifier that a model was trained with, a name as the network's own classifier has:
 * weight, bias; its classes in the order of \a labels
 *
 * \param weights all of the model's file \param name of the module in the network: "fc"
 * \return empty: the labels are others, or the model has no such classifier
 */
Weights classifier_of(const Bundle &model, const Weights &weights, const std::string &name,
                      const std::vector<std::string> &labels);

/**
 * \brief A `persons` head goes on with the classifier that the model's backbone was trained with, which
 * then learns no more: only the persons do
 *
 * \param labels in the order of the head's classes; those of the model, in any order
 * \return false, the head as it was: it is of another kind, or the model has no such classifier
 * \throw Error as Bundle::file and read_weights
 */
bool keep_classifier(const Bundle &model, const std::vector<std::string> &labels, nn::Head *head);

} // namespace fovea
