// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "fovea/bundle/load_networks.h"

namespace fovea {

/**
 * \brief The extractor of a model-instance-id: one set of weights for all streams that name it
 *
 * Lives as long as an element uses it. Thread-safe.
 * \param id empty: an extractor of its own
 * \throw Error as load_feature_extractor; Settings when \a id is in use with another bundle
 */
std::shared_ptr<FeatureExtractor> shared_extractor(const std::string &id, const Bundle &bundle,
                                                   const EngineOptions &options,
                                                   NetworkRole role = NetworkRole::Trained);

} // namespace fovea
