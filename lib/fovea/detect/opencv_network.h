// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/detect/dnn_network.h"

namespace fovea {

/**
 * \brief A network in OpenCV's dnn: of every form that it reads, and the reference of the others
 * \throw Error Settings for a device that is not there, Init when OpenCV cannot read the files
 */
std::unique_ptr<DnnNetwork> make_opencv_network(const DnnDetectorOptions &options);

} // namespace fovea
