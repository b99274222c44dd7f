// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/detect/darknet_cfg.h"

namespace fovea {

/**
 * \brief Leaves of a network's [yolo] layers the box, the objectness and one class: of 80 classes that is 6 of 85
 * filters of the convolutions before them
 *
 * What it says of that class stays as it is. Nothing is done where a [yolo] layer lacks the class, or where what it
 * reads is no convolution of its own.
 * \param kept the class, counted from 0
 * \return whether it was done: the class is then number 0
 */
bool keep_class(DarknetNetwork *network, std::int64_t kept);

} // namespace fovea
