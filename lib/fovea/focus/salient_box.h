// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
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

/** \brief The box in the middle: a baseline of the same paper; halves are rounded down */
PixelBox centre_box(ImageSize size, ImageSize box);

/**
 * \brief Any place, each as likely: a baseline of the same paper
 * \param draw_x, draw_y independent and uniform in [0, 1)
 */
PixelBox random_box(ImageSize size, ImageSize box, double draw_x, double draw_y);

/**
 * \brief Where a baseline looks, which asks no network
 * \param focus Repeat (all of it), Random or Centre \param draw_x, draw_y of random_box()
 */
PixelBox baseline_box(Focus focus, ImageSize size, ImageSize box, double draw_x, double draw_y);

/** \brief The box in pixels of what a network sees as a share of that */
Box share_of(const PixelBox &box, ImageSize size);

/** \brief How a network's input was made from a frame: resized, cut out, perhaps mirrored */
struct ClipView {
    ImageSize frame;   ///< the original
    ImageSize resized; ///< the whole of it, resized
    int crop_x = 0;    ///< of the cut, in the resized frame
    int crop_y = 0;
    ImageSize crop;    ///< what the network sees
    bool flip = false; ///< left and right exchanged, last of all
};

/**
 * \brief Short side to \a short_side keeping the aspect (the longer one rounded down), cut centred
 * \throw Error Settings when the frame is empty or the crop does not fit
 */
ClipView centred_view(ImageSize frame, int short_side, ImageSize crop);

/** \brief A box in the network's input, in the original frame: flip, cut and resize undone in turn */
PixelBox in_frame(const PixelBox &box, const ClipView &view);

/** \brief The way back: a box of the original frame in the network's input */
PixelBox in_view(const PixelBox &box, const ClipView &view);

} // namespace fovea
