// SPDX-License-Identifier: MIT
#pragma once

#include <torch/nn/modules/conv.h>

#include "fovea/nn/attention.h"

namespace fovea::nn {

/**
 * \brief Spatio-temporal attention: a weight for each channel and frame
 *
 * One convolution as large as the map leaves a number a frame; a transposed convolution and a
 * convolution over time turn it into channels x frames, through a sigmoid. Made for one size of
 * map; more or fewer frames are taken except by `sa`.
 *
 * | variant   | weights of                                  | parameters            |
 * | sta       | channels and frames                         | c (h w + 4) + 5       |
 * | ta        | frames: the last convolution is 1 -> 1      | c h w + 9             |
 * | sa        | channels: the first one spans all frames    | c l h w + 1 + 2 c     |
 * | no-deconv | channels and frames, without the transposed | c (h w + 4) + 1       |
 *
 * Source: Li et al., Spatio-Temporal Attention Networks for Action Recognition and Detection,
 * section III and table VII; the placing of the ReLU as in its figure 2.
 */
class Sta final : public Attention
{
public:
    Sta(const AttentionOptions &options, std::int64_t channels, const Size3 &size);

    /** \throw Error Settings when the map is not of the size it was made for, with both */
    at::Tensor forward(const at::Tensor &x, at::Tensor *mask) override;

    /** \brief The weights alone, in (0, 1), broadcastable to x */
    at::Tensor weights(const at::Tensor &x);

private:
    void check(const at::Tensor &x) const;

    Size3 size_;
    bool all_frames_; ///< sa: tied to the number of frames too
    torch::nn::Conv3d conv1_ = nullptr;
    torch::nn::ConvTranspose3d deconv_ = nullptr; ///< null for sa and no-deconv
    torch::nn::Conv3d conv2_ = nullptr;
};

} // namespace fovea::nn
