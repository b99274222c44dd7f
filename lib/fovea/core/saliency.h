// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/names.h"

namespace fovea {

/**
 * \brief Which entropy of what a network says, or loss, is differentiated to see where it looks
 *
 * Source: Sydorov et al., Focused Attention for Action Recognition, BMVC 2019, section 3.1
 */
enum class Entropy {
    Card,  ///< only asked for: as the model's card says
    Paper, ///< sum of y log y, y = sigmoid(z): equation 2
    Code,  ///< -sum of softmax(y) log_softmax(y) over classes: the authors' code
    Truth  ///< the loss of many labels against the answer: L_CE, which the paper has for reference
};

constexpr Named<Entropy> entropies[] = {
    {Entropy::Card, "card", "As the model's card says; where it says nothing, paper",
     NameUse::Asked},
    {Entropy::Paper, "paper", "Of the sigmoids, as the paper"},
    {Entropy::Code, "code", "Of their softmax, as the paper's code"},
    {Entropy::Truth, "truth", "In its place the training's loss, where the answer is known",
     NameUse::Asked}};

/** \brief What is made of the gradient of a clip [3, T, H, W], for each place [H, W] */
enum class Attribution {
    Card,     ///< only asked for: as the model's card says
    Gradient, ///< L2 norm over R, G, B, then the maximum over frames: the same paper, section 3.1
    /**
     * |sum of value times gradient over R, G, B and frames|: Shrikumar et al., arXiv 1605.01713. Where
     * a network sees differences of frames alone this is what movement there contributes, and 0 where
     * nothing moves; the gradient alone is as strong on a still wall
     */
    InputTimesGradient
};

constexpr Named<Attribution> attributions[] = {
    {Attribution::Card, "card", "As the model's card says; where it says nothing, gradient",
     NameUse::Asked},
    {Attribution::Gradient, "gradient",
     "How much a change there would change what the head says, as the paper"},
    {Attribution::InputTimesGradient, "input-x-gradient",
     "How much what is there contributes: for models that see motion alone"}};

} // namespace fovea
