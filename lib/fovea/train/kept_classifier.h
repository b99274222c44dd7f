// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"

namespace fovea {

namespace nn {
class Head;
}

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
