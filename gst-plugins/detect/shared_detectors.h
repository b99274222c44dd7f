// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "fovea/bundle/load_networks.h"

namespace fovea {

/**
 * \brief The detector of a model-instance-id: one network for all streams that name it
 *
 * Lives as long as an element uses it. Thread-safe: streams take turns.
 * \param id empty: a detector of its own, for one thread
 * \param model "hog", or the name or path of a detector bundle
 * \throw Error as load_detector; Settings when \a id is in use with another model
 */
std::shared_ptr<Detector> shared_detector(const std::string &id, const std::string &model,
                                          const PictureEngine &settings);

} // namespace fovea
