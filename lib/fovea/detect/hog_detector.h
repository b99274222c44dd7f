#pragma once

#include "fovea/detect/detector.h"

namespace fovea {

/**
 * \brief OpenCV's HOG people detector (Dalal and Triggs, CVPR 2005): needs no weights
 *
 * Upright persons, at least 128 pixels high in the image it is given.
 */
struct HogOptions {
    float threshold = 0.5F; ///< score, in [0, 1]
    int max_height = 480;   ///< larger frames are shrunk to this height
};

std::unique_ptr<Detector> make_hog_detector(const HogOptions &options);

} // namespace fovea
