#pragma once

#include <cstdint>

#include <ATen/ATen.h>

#include "fovea/core/geometry.h"
#include "fovea/train/random.h"

namespace fovea {

/** \brief How training clips are varied; the defaults change nothing */
struct Augmentation {
    double shortest_span = 0; ///< s that a clip spans; 0: as the sampling plan says
    double longest_span = 0;  ///< s
    double smallest_crop = 1; ///< least share of the region's area that is cut out
    double stretch = 1;       ///< the cut's aspect changes by at most this factor
    double flip = 0;          ///< chance of left and right exchanged
    double brightness = 0;    ///< gain in 1 +- this
    double colour = 0;        ///< gain of each of R, G and B in 1 +- this
    double grey = 0;          ///< chance of no colour at all
};

/** \brief That of the compact network's recipe; strengths of brightness and colour are ours */
Augmentation from_scratch_augmentation();

/** \brief That of fine-tuning (spec A, stage 1): mirrored at even odds */
Augmentation fine_tuning_augmentation();

/** \brief A random part of \a region, inside it */
Box random_crop(const Box &region, const Augmentation &augmentation, Random *random);

/** \brief Flip, brightness, colour and grey of a clip [3, T, H, W] in [0, 1], in place where it can */
at::Tensor varied(at::Tensor clip, const Augmentation &augmentation, Random *random);

} // namespace fovea
