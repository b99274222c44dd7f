// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>

#include "fovea/nn/heads.h"
#include "fovea/nn/motion_parts.h"

namespace fovea::nn {

/**
 * \brief A small temporal network over each person and each pair, the maximum over them, two layers
 *
 * Convolutions over time (5 then 3 steps, stride 2, 32 and 64 channels) and the maximum over time make
 * 64 features of each; the maximum over the persons, and over the pairs, is what the window is. A
 * window without any has features of its own. 30,000 parameters. Source: the study of persons'
 * kinematics; sets by their maximum: Zaheer et al., Deep Sets, 2017.
 */
class PersonSet final : public torch::nn::Module
{
public:
    explicit PersonSet(std::int64_t classes);

    /** \return logits [N, classes] */
    at::Tensor forward(const MotionParts &parts);

    /**
     * \brief Who speaks for a class: how much its share falls when a person is left out, with the pairs
     * that person is in; all persons sum to 1, or to 0 where none speaks for it
     * \param winner int64 [N, 1], a class each
     * \return [N, P], of the persons of the last row
     */
    at::Tensor person_weights(const MotionParts &parts, const at::Tensor &winner);

private:
    /** \brief Features of each: of persons [N, T', P, 64], of pairs [N, T', Q, 64] */
    struct Features {
        at::Tensor persons;
        at::Tensor pairs;
    };

    Features features_of(const MotionParts &parts);
    at::Tensor logits_of(const Features &features, const MotionParts &parts);

    torch::nn::Sequential person_, pair_, fc_;
    at::Tensor nobody_; ///< [64]
    at::Tensor alone_;  ///< [64], of a window without pairs
};

/**
 * \brief Two who judge each by themselves, a linear layer over the backbone's channels and a PersonSet
 * over how the persons move: the sum of their logits, the latter's by half
 *
 * The rows' last channels are a MotionLayout, the same in each region. As score-mean, the shares of the
 * regions are averaged. In training a sample is judged by one of the two, at even odds, and the
 * persons are varied: a backbone knows its training clips by heart, and jointly trained nothing would
 * be left for the persons to say. Where the linear layer is kept, the persons judge all.
 */
class PersonsHead final : public Head
{
public:
    /** \param motion of the channels, the last ones \throw Error as MotionLayout::of_channels */
    PersonsHead(std::int64_t channels, std::int64_t classes, std::int64_t motion);

    HeadOutput forward(const at::Tensor &rows) override;

    /**
     * \brief The linear layer is this from now on, and learns no more
     * \return false, nothing is changed: the shapes differ
     */
    bool keep_classifier(const at::Tensor &weight, const at::Tensor &bias);

private:
    static constexpr double persons_share =
        0.5; // of their logits: the study's choice by validation

    MotionLayout layout_;
    torch::nn::Linear fc_;
    std::shared_ptr<PersonSet> persons_;
};

} // namespace fovea::nn
