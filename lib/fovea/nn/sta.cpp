// SPDX-License-Identifier: MIT
#include "fovea/nn/sta.h"

#include "fovea/core/errors.h"

namespace fovea::nn {

namespace {

using torch::nn::Conv3d;
using torch::nn::Conv3dOptions;

Size3 map_size_of(const at::Tensor &x)
{
    return {x.size(2), x.size(3), x.size(4)};
}

} // namespace

Sta::Sta(const AttentionOptions &options, std::int64_t channels, const Size3 &size)
    : size_(size), all_frames_(options.variant == "sa")
{
    if (size[0] < 1 || size[1] < 1 || size[2] < 1)
        throw Error(Error::Kind::Settings,
                    "attention 'sta' is made for one size of clip; expected frames, height and "
                    "width, got a map of " +
                        clip_text(size));
    if (options.stride < 1)
        throw Error(Error::Kind::Settings, "attention 'sta': stride is " +
                                               std::to_string(options.stride) +
                                               ", expected 1 or more");
    const Size3 whole = {all_frames_ ? size[0] : 1, size[1], size[2]};
    conv1_ = register_module("conv1", Conv3d(Conv3dOptions(channels, 1, whole)));
    if (all_frames_) {
        conv2_ = register_module("conv2", Conv3d(Conv3dOptions(1, channels, 1)));
        return;
    }
    const Size3 along_time = {3, 1, 1};
    Conv3dOptions last(1, options.variant == "ta" ? 1 : channels, along_time);
    if (options.variant == "no-deconv") {
        last.padding(Size3{1, 0, 0});
    } else {
        const Size3 stride = {options.stride, 1, 1};
        deconv_ = register_module(
            "deconv", torch::nn::ConvTranspose3d(
                          torch::nn::ConvTranspose3dOptions(1, 1, along_time).stride(stride)));
        last.stride(stride);
    }
    conv2_ = register_module("conv2", Conv3d(last));
}

void Sta::check(const at::Tensor &x) const
{
    const Size3 got = map_size_of(x);
    if (got[1] == size_[1] && got[2] == size_[2] && (!all_frames_ || got[0] == size_[0]))
        return;
    throw Error(Error::Kind::Settings, "attention 'sta': expected a map of " + clip_text(size_) +
                                           ", got " + clip_text(got));
}

at::Tensor Sta::weights(const at::Tensor &x)
{
    check(x);
    at::Tensor w = conv1_->forward(x); // [N, 1, T, 1, 1]; sa: [N, 1, 1, 1, 1]
    if (deconv_)
        w = deconv_->forward(w);
    return conv2_->forward(w.relu()).sigmoid();
}

at::Tensor Sta::forward(const at::Tensor &x, at::Tensor * /*mask*/)
{
    return x * weights(x);
}

} // namespace fovea::nn
