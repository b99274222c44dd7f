// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "fovea/nn/attention.h"
#include "fovea/nn/backbone.h"

namespace fovea::nn {

/**
 * \brief C3D: eight 3x3x3 convolutions, five pools, two wide fully connected layers
 *
 * RGB, N,3,T,112,112; a row for every 16 frames: 4096 features behind the ReLU of fc7, which its own
 * classifier fc8 reads, or of fc6, the published descriptor of a chunk. Parameter names are those of
 * jfzhang95/pytorch-video-recognition. Source: Tran et al., Learning Spatiotemporal Features with 3D
 * Convolutional Networks, ICCV 2015.
 */
class C3d final : public Backbone
{
public:
    enum class Tap { Fc6, Fc7 };

    /**
     * \param read_channels as Backbone::read_channels()
     * \param attention behind conv5b and its ReLU (stage `conv5b`); none with an empty name
     * \throw Error Settings for another stage
     */
    C3d(Tap tap, std::int64_t classes, std::int64_t read_channels,
        const AttentionOptions &attention, const Size3 &clip);

    at::Tensor rows(const at::Tensor &clips) override;

    /** \brief Mean over the chunks of 16 frames; T_out is 1 */
    at::Tensor classify(const at::Tensor &map) override;

    static RowFacts row_facts(std::int64_t frames) { return {4096, frames / 16, "fc8"}; }

    RowFacts facts(std::int64_t frames) const override { return row_facts(frames); }

    void check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const override;

    double flops_per_pixel() const override;

    Graph graph() override;

protected:
    /** \return [N, 512, T / 16, 4, 4]: pool5 */
    at::Tensor forward_map(const at::Tensor &clips) override;

private:
    at::Tensor fc6(const at::Tensor &map);
    at::Tensor fc7(const at::Tensor &features);

    Tap tap_;
    std::vector<torch::nn::Conv3d> convolutions_;
    std::shared_ptr<Attention> attention_; ///< null without
    torch::nn::Linear fc6_, fc7_;
    torch::nn::Linear fc8_ = nullptr; ///< null without classes
};

} // namespace fovea::nn
