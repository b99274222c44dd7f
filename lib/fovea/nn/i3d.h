// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fovea/nn/backbone.h"
#include "fovea/nn/unit3d.h"

namespace fovea::nn {

/** \brief Channels of an Inception block's units, in the order b0, b1a, b1b, b2a, b2b, b3b */
using InceptionChannels = std::array<std::int64_t, 6>;

/** \brief Four branches side by side: 1x1x1; 1x1x1 and 3x3x3, twice; pool and 1x1x1 */
class InceptionBlock final : public Layer
{
public:
    InceptionBlock(std::int64_t in_channels, const InceptionChannels &channels);

    at::Tensor forward(const at::Tensor &x) override;

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name) override;

    std::int64_t out_channels() const { return out_channels_; }

    std::shared_ptr<Unit3d> b0, b1a, b1b, b2a, b2b, b3b;
    std::shared_ptr<MaxPool3dSame> b3a;

private:
    std::int64_t out_channels_;
};

/**
 * \brief Inception-v1 inflated to three dimensions
 *
 * RGB in [-1, 1], N,3,T,H,W -> Mixed_5c, N,1024,T/8,H/32,W/32 (rounded up). Parameter names are
 * those of piergiaj/pytorch-i3d. Source: Carreira and Zisserman, CVPR 2017; Ballan 2021.
 */
class I3d final : public Backbone
{
public:
    /** \param read_channels as Backbone::read_channels() */
    I3d(std::int64_t classes, std::int64_t read_channels);

    /** \brief Average over 2 x 7 x 7, stride 1, dropout 0.5 in training, 1x1x1 convolution */
    at::Tensor classify(const at::Tensor &map) override;

    /** \throw Error Settings when the clips are too short or small for the average, as given */
    at::Tensor logits(const at::Tensor &clips) override;

    static RowFacts row_facts(std::int64_t frames) { return {1024, (frames + 7) / 8, "logits"}; }

    RowFacts facts(std::int64_t frames) const override { return row_facts(frames); }

    void check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const override;

    double flops_per_pixel() const override
    {
        return 222.3e9 / (64 * 224 * 224);
    } // 111 GMAC, by its layers

    Graph graph() override;

protected:
    at::Tensor forward_map(const at::Tensor &clips) override;

private:
    std::vector<std::shared_ptr<Layer>> stages_;
    std::shared_ptr<Unit3d> logits_; ///< null without classes
};

} // namespace fovea::nn
