// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/geometry.h"
#include "fovea/core/image.h"
#include "fovea/focus/second_look.h"

namespace fovea {

/** \brief Side of the box as a share of the clip's: 128 of 224, section 5.3 of the paper below */
constexpr double salient_share = 128.0 / 224;

/** \brief Sides of a box that is \a share of \a view, rounded; 1 pixel at least */
ImageSize box_size(ImageSize view, double share);

/**
 * \brief The place of the box whose saliency sums to most, by an integral image
 *
 * Of equal sums the first, row by row from the top left. Sums are in double: exact for maps whose
 * values span less than 2^29.
 * \param saliency of size.height rows of size.width values
 * \throw Error Settings when the map is not of that size or the box does not fit into it
 * Source: Focused Attention for Action Recognition (BMVC 2019), section 3.1: 128 x 128 of 224 x 224
 */
PixelBox salient_box(const std::vector<float> &saliency, ImageSize size, ImageSize box);

/**
 * \brief Where a baseline of the same paper looks, which asks no network
 * \param focus Repeat (all of it), Random (any place, each as likely) or Centre (halves are rounded down)
 * \param draw_x, draw_y of Random: independent and uniform in [0, 1)
 */
PixelBox baseline_box(Focus focus, ImageSize size, ImageSize box, double draw_x, double draw_y);

/** \brief The box in pixels of what a network sees as a share of that */
Box share_of(const PixelBox &box, ImageSize size);

} // namespace fovea
