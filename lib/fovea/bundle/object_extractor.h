// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/detect/dnn_detector.h"
#include "fovea/engine/feature_extractor.h"

namespace fovea {

/**
 * \brief A detector as a network for another to attend to: a row a frame, a channel for each class,
 * its highest score in that frame
 *
 * Clips of the detector's input size, R, G, B in [0, 1]. Source: Torabi and Sigal, section 4: object
 * features of single frames
 * \param options with the paths of its files
 * \throw Error as make_object_scorer
 */
std::unique_ptr<FeatureExtractor> make_object_extractor(const DnnDetectorOptions &options);

} // namespace fovea
