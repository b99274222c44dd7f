// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/core/geometry.h"
#include "fovea/core/image.h"
#include "fovea/core/random.h"
#include "fovea/video/modality.h"

namespace fovea {

/** \brief Where a crop of the frame may lie */
enum class CropPlaces {
    Anywhere,
    Corners, ///< in one of them, or in the middle
    Steps ///< at one of 13 places: corners, middles of the sides, the centre, between centre and corners
};

/** \brief How training clips are varied; the defaults change nothing */
struct Augmentation {
    double shortest_span = 0; ///< s that a clip spans; 0: as the sampling plan says
    double longest_span = 0;  ///< s
    double smallest_crop = 1; ///< least share of the region's area that is cut out
    double largest_crop = 1;  ///< greatest share, not below the least
    double stretch = 1;       ///< the cut's aspect changes by at most this factor
    std::vector<double>
        sides;          ///< full views are cut out of the whole frame, of these shares of its
                        ///< short side, any of them; empty: as other regions
    bool bends = false; ///< of sides: width and height may be neighbours in the list
    CropPlaces places = CropPlaces::Anywhere; ///< of sides
    double flip = 0;                          ///< chance of left and right exchanged
    double brightness = 0;                    ///< gain in 1 +- this
    double colour = 0;                        ///< gain of each of R, G and B in 1 +- this
    double grey = 0;                          ///< chance of no colour at all
    double shake = 0; ///< chance that the crop moves as before a camera that is held by hand
    double paste = 0; ///< chance that a clip is shown smaller, in front of one without events
};

/** \brief That of the compact network's recipe; strengths of brightness and colour are ours */
Augmentation from_scratch_augmentation();

/**
 * \brief Crops of several sizes at fixed places: GroupMultiScaleCrop of
 * mit-han-lab/temporal-shift-module, without flips: left and right are classes of Something-Something
 */
Augmentation multi_scale_augmentation();

/**
 * \brief Crops in the corners and the middle, flips: MultiScaleCornerCrop of
 * kenshohara/3D-ResNets-PyTorch and craston/MARS
 */
Augmentation corner_augmentation();

/** \brief A random part of \a region, inside it */
Box random_crop(const Box &region, const Augmentation &augmentation, Random *random);

/**
 * \brief A random part of the whole frame, by Augmentation::sides, of which there is one at least
 * \param frame pixels
 */
Box random_view(ImageSize frame, const Augmentation &augmentation, Random *random);

/**
 * \brief Where a camera held by hand has \a box in each of \a frames
 *
 * It drifts, and comes nearer or goes away, by a tenth of the box in a clip (standard deviation), and trembles
 * by some hundredths. It stays inside the frame: of a box as wide as that only what is nearer can drift.
 */
std::vector<Box> shaken(const Box &box, std::size_t frames, Random *random);

/** \brief Where a clip stands in front of another: 0.35 to 0.85 of its sides, anywhere inside; pixels */
PixelRect random_front(ImageSize ground, Random *random);

/** \brief What is done to the pictures of a clip; the defaults change nothing */
struct Variation {
    bool flip = false;
    bool grey = false;
    bool coloured = false;                   ///< gains are not all 1
    std::array<double, 3> gains = {1, 1, 1}; ///< of R, G, B
};

/** \brief All of it drawn, whatever is used: a strength set to 0 leaves the other draws as they were */
Variation draw(const Augmentation &augmentation, Random *random);

/**
 * \brief A clip [3, T, H, W] in [0, 1], in place where it can
 *
 * Flow that is mirrored goes the other way: x is 1 - x. It has no colours to be changed.
 */
at::Tensor varied(at::Tensor clip, const Variation &variation, Modality modality = Modality::Rgb);

} // namespace fovea
