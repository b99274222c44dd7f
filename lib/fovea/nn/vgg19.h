// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "fovea/nn/backbone.h"

namespace fovea::nn {

/**
 * \brief VGG-19 of pictures, frame by frame: sixteen 3x3 convolutions, five pools, three fully
 * connected layers
 *
 * RGB, N,3,T,224,224; a row for every frame: 4096 features behind the ReLU of fc7, which its own
 * classifier fc8 reads, or of fc6, or fc8's scores before softmax, as many as there are classes.
 * Parameter names are torchvision's: `features.0.weight` to `features.34.bias`, `classifier.0`
 * (fc6), `.3` (fc7), `.6` (fc8). Source: Simonyan and Zisserman, Very Deep Convolutional Networks for
 * Large-Scale Image Recognition, ICLR 2015; taps: Torabi and Sigal 2017, 3.2
 */
class Vgg19 final : public Backbone
{
public:
    enum class Tap { Fc6, Fc7, Fc8 };

    /**
     * \param classes of fc8; 0: without it, or where its scores are the rows those of ImageNet
     * \param read_channels as Backbone::read_channels()
     */
    Vgg19(Tap tap, std::int64_t classes, std::int64_t read_channels);

    at::Tensor rows(const at::Tensor &clips) override;

    /** \brief Mean over the frames; T_out is 1 */
    at::Tensor classify(const at::Tensor &map) override;

    /** \brief No classifier where its scores are the rows: no head takes its place \param classes as of the constructor */
    static RowFacts row_facts(Tap tap, std::int64_t classes, std::int64_t frames);

    RowFacts facts(std::int64_t frames) const override
    {
        return row_facts(tap_, fc8_.is_empty() ? 0 : fc8_->weight.size(0), frames);
    }

    void check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const override;

    double flops_per_pixel() const override;

    Graph graph() override;

protected:
    /** \return [N, 512, T, 7, 7]: the last pool */
    at::Tensor forward_map(const at::Tensor &clips) override;

private:
    static constexpr std::int64_t side = 224;      ///< pixels
    static constexpr std::int64_t imagenet = 1000; ///< classes
    static constexpr std::int64_t map_side = 7;
    static constexpr std::int64_t wide = 4096; ///< features of fc6 and fc7
    static constexpr double share_dropped = 0.5;

    at::Tensor hidden(const at::Tensor &map, Tap last);

    Tap tap_;
    std::vector<torch::nn::Conv2d> convolutions_;
    torch::nn::Linear fc6_ = nullptr, fc7_ = nullptr;
    torch::nn::Linear fc8_ = nullptr; ///< null without classes
};

} // namespace fovea::nn
