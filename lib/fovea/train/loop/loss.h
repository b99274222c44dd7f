// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <ATen/ATen.h>

#include "fovea/core/names.h"
#include "fovea/core/random.h"

namespace fovea {

/** \brief Targets as shares: 1 for the class, smoothed: (1 - s) and s / classes for all */
at::Tensor soft_targets(const at::Tensor &targets, std::int64_t classes, double smoothing);

/**
 * \brief Cross entropy of each sample, weighted by class
 * \param logits [N, classes]
 * \param targets shares [N, classes]
 * \param class_weights [classes], or undefined
 * \return [N]: -sum_c w_c t_c log softmax(z)_c
 */
at::Tensor cross_entropy(const at::Tensor &logits, const at::Tensor &targets,
                         const at::Tensor &class_weights);

/**
 * \brief What makes a score follow a window's overlap: 0.5 (p_k^2 / v^power - 1) of each sample
 *
 * p_k is the softmax score of the class k, v the window's overlap with the action it shows. 0 for
 * samples of the background.
 * \param logits [N, classes] \param targets int64 [N] \param overlaps [N], in (0, 1]
 * \param background class that shows no action; -1: none
 * \return [N]. Source: Shou et al., S-CNN, CVPR 2016, equation 2; Li et al., Spatio-Temporal
 * Attention Networks, section IV-C
 */
at::Tensor overlap_loss(const at::Tensor &logits, const at::Tensor &targets,
                        const at::Tensor &overlaps, std::int64_t background, double power);

/** \brief How far a student's last map is from its teacher's */
enum class MapDistance {
    None,    ///< not asked
    L2,      ///< mean over frames of the L2 norm of the frame's difference
    Mse,     ///< mean of the squared differences
    Features ///< likewise, of the maps' means over T, H and W: what a classifier reads
};

constexpr Named<MapDistance> map_distances[] = {{MapDistance::None, "none", "", NameUse::Stored},
                                                {MapDistance::L2, "l2"},
                                                {MapDistance::Mse, "mse"},
                                                {MapDistance::Features, "features"}};

/**
 * \param student, teacher [N, C, T, H, W] \return [N]
 * Source: Perez-Rua et al., Knowing What, Where and When to Look, section 3.5 (mature feature-guided
 * regularisation); features: Crasto et al., MARS, CVPR 2019, 3.1
 */
at::Tensor map_distance(const at::Tensor &student, const at::Tensor &teacher, MapDistance kind);

/** \brief What mixup mixes */
enum class MixupOf {
    Inputs,     ///< Zhang et al., ICLR 2018
    PictureMaps ///< Classifier::picture_maps(), as manifold mixup does (Verma et al., ICML 2019)
};

constexpr Named<MixupOf> mixups[] = {{MixupOf::Inputs, "inputs"},
                                     {MixupOf::PictureMaps, "picture-maps"}};

/** \brief Inputs and their targets as shares, mixed */
struct Mixed {
    at::Tensor inputs;
    at::Tensor targets;
};

/**
 * \brief x = l x + (1 - l) x', with l of beta(alpha, alpha) and x' another sample of the batch
 *
 * Source: Zhang et al., mixup, ICLR 2018
 */
Mixed mix_up(const at::Tensor &inputs, const at::Tensor &targets, double alpha, Random *random);

} // namespace fovea
