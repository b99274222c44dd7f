// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/array.h"
#include "fovea/core/geometry.h"

namespace fovea {

/**
 * \brief A part of each picture at the size of the whole: bilinear between the centres of its
 * pixels, those at its rim repeated beyond. No detail is won
 *
 * \param clip [N, C, T, H, W] \param part whole pixels inside the pictures
 * \return of the same shape. Source: Focused Attention for Action Recognition (BMVC 2019), section
 * 5.3, "upscaled"
 */
Array enlarged(const Array &clip, const PixelBox &part);

} // namespace fovea
