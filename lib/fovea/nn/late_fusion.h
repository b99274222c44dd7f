// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <ATen/ATen.h>

#include "fovea/nn/backbone.h"
#include "fovea/nn/heads.h"

/** Fusion `late` of Sydorov 2019, section 3.2: two networks, two looks, the mean of their logits */
namespace fovea::nn {

/**
 * \brief Mean of the logits of the fixed network on the clips and of the trained one on the focused
 * clips. The fixed one runs in eval mode and gets no gradient
 */
at::Tensor late_fusion(Backbone &fixed, Backbone &trained, const at::Tensor &clips,
                       const at::Tensor &focused);

/**
 * \brief Two networks' heads in one: \a fixed takes all regions but the last, \a trained the last,
 * the second look; their logits' mean. One region alone is for \a trained
 *
 * Region weights are shares of the sigmoids of the winning class; those of \a fixed are shared
 * equally.
 * \throw Error Settings when their classes or channels differ
 */
std::shared_ptr<Head> make_late_fusion(std::shared_ptr<Head> fixed, std::shared_ptr<Head> trained);

} // namespace fovea::nn
