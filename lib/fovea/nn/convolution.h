// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/nn/unit3d.h"

namespace fovea::nn {

struct ConvolutionOptions {
    std::int64_t in_channels = 0;
    std::int64_t out_channels = 0;
    Size3 kernel = {1, 1, 1};
    Size3 stride = {1, 1, 1};
    std::int64_t groups = 1;
    bool bias = false;
    bool flat = false; ///< weights without the dimension of time, as a network of images has them
};

/**
 * \brief Convolution padded by half its kernel, as public residual networks have it; parameters
 * `weight` [out, in / groups, T, H, W], or [out, in / groups, H, W] when flat, and `bias`
 *
 * Weights begin as He et al. (ICCV 2015) say: normal, variance 2 / outputs that see an input.
 */
class Convolution final : public Layer
{
public:
    explicit Convolution(const ConvolutionOptions &options);

    /** \param x [N, in, T, H, W] \return [N, out, T', H', W'] */
    at::Tensor forward(const at::Tensor &x) override;

    const ConvolutionOptions &options() const { return options_; }

    at::Tensor weight;
    at::Tensor bias; ///< undefined without

private:
    ConvolutionOptions options_;
};

/** \brief Size after a window of \a kernel steps by \a stride over \a size padded by \a padding */
Size3 size_after(const Size3 &size, const Size3 &kernel, const Size3 &stride, const Size3 &padding);

/** \brief Half the kernel on each side */
Size3 centred(const Size3 &kernel);

/** \brief LibTorch's own, padded so, without a bias; weights begin as LibTorch has it */
torch::nn::Conv3d centred_convolution(std::int64_t in, std::int64_t out, const Size3 &kernel,
                                      const Size3 &stride, std::int64_t groups = 1);

} // namespace fovea::nn
