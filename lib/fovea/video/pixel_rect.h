// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/geometry.h"
#include "fovea/core/image.h"

namespace fovea {

/**
 * \brief The pixels under \a box: its edges rounded to the nearest pixel edge
 *
 * Always at least one pixel and always inside the frame, wherever the box lies (an edge that is
 * not a number counts as 0).
 * \throw Error Settings when the frame has no pixel
 */
PixelRect pixels_under(const Box &box, ImageSize frame);

} // namespace fovea
