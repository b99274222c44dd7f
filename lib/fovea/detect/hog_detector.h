// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/detect/detector.h"

namespace fovea {

/**
 * \brief OpenCV's HOG people detector (Dalal and Triggs, CVPR 2005): needs no weights
 *
 * Finds upright persons at least about 100 pixels high in the image it is given, which is why
 * small frames are enlarged. Lying or bent persons are not found.
 *
 * The score is the SVM's margin m through a logistic curve, 1 / (1 + exp(-3 (m - 0.7))): a margin
 * of 0 gives 0.11, 0.7 gives 0.5, 2 gives 0.98. On street scenes a box with a margin of 0.7 is
 * about as often wrong as right.
 */
std::unique_ptr<Detector> make_hog_detector();

} // namespace fovea
