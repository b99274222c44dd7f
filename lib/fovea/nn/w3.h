// SPDX-License-Identifier: MIT
#pragma once

#include <torch/nn/modules/conv.h>

#include "fovea/nn/attention.h"
#include "fovea/nn/frame_gates.h"

namespace fovea::nn {

/** \brief Two convolutions of width 3 along time, padded: m [N, C, T] -> [N, C, T] */
class TimeConvolutions final : public torch::nn::Module
{
public:
    /** \param kind depthwise, bottleneck (C -> C / 4 -> C) or full */
    TimeConvolutions(std::int64_t channels, const std::string &kind);

    at::Tensor forward(const at::Tensor &m);

private:
    bool depthwise_;
    torch::nn::Conv1d conv1_ = nullptr;
    torch::nn::Conv1d conv2_ = nullptr;
};

/**
 * \brief What, where and when: channels then positions, each first frame by frame, then over time
 *
 * 1. m = sigmoid(MLP(means) + MLP(maxima)), a number a channel and frame;
 * 2. M_c = sigmoid(two convolutions of m along time); F_c = F M_c;
 * 3. p = sigmoid(7 x 7 convolution of [mean, maximum] over the channels of F_c);
 * 4. M_s = sigmoid(two 3 x 3 x 3 convolutions of p); F_s = F_c M_s.
 *
 * Variants: the convolutions of step 2 are `depthwise`, `bottleneck` or `full` (the paper does not
 * say which); `no-temporal` leaves out 2 and 4 (M_c = m, M_s = p); `no-spatial` ends with F_c.
 * Source: Perez-Rua et al., Knowing What, Where and When to Look, section 3 and table 5
 */
class W3 final : public Attention
{
public:
    W3(const AttentionOptions &options, std::int64_t channels, const Size3 &size);

    /** \param mask M_s; left alone by no-spatial */
    at::Tensor forward(const at::Tensor &x, at::Tensor *mask) override;

private:
    std::shared_ptr<ChannelGate> channel_;
    std::shared_ptr<TimeConvolutions> channel_time_; ///< null for no-temporal
    std::shared_ptr<PlaneGate> plane_;               ///< null for no-spatial
    torch::nn::Conv3d plane_time1_ = nullptr;        ///< null for either
    torch::nn::Conv3d plane_time2_ = nullptr;
};

/** \brief Whether the masks of the stages that attend refine the last map */
bool refines(const AttentionOptions &options);

/**
 * \brief Attention-guided feature refinement: masks of several stages, averaged to the last map's
 * size and side by side, through a 1 x 1 convolution and ReLU, are added to that map
 *
 * \note Parameters C (stages + 1). Source: the same, section 3.4, equations 7 and 8
 */
class AttentionRefinement final : public torch::nn::Module
{
public:
    AttentionRefinement(std::size_t stages, std::int64_t channels);

    /** \param map [N, C, T, H, W] \param masks of the stages, [N, 1, T_i, H_i, W_i] \return as map */
    at::Tensor forward(const at::Tensor &map, const std::vector<at::Tensor> &masks);

private:
    torch::nn::Conv2d conv_;
};

} // namespace fovea::nn
