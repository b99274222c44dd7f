#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "fovea/nn/backbone.h"
#include "fovea/nn/unit3d.h"

namespace fovea::nn {

/** \brief A residual spatial pair, a depthwise temporal residual, then max pooling of time by 2 */
class WatchBlock final : public Layer
{
public:
    WatchBlock(std::int64_t in_channels, std::int64_t out_channels, bool pool_time);

    at::Tensor forward(const at::Tensor &x) override;

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name) override;

private:
    torch::nn::Conv3d spatial1_, spatial2_, shortcut_, temporal_;
    torch::nn::BatchNorm3d bn1_, bn2_, shortcut_bn_, temporal_bn_;
    bool pool_time_;
};

/**
 * \brief The compact (2+1)D network: looks at the differences between frames, so at motion only
 *
 * RGB in [0, 1], N,3,T,H,W -> N,128,(T-1)/4,H/16,W/16; made for T = 17, H = W = 96.
 */
class Watch final : public Backbone
{
public:
    explicit Watch(std::int64_t classes);

    /** \brief Mean over rows, dropout 0.5 in training, FC; T_out is 1 */
    at::Tensor classify(const at::Tensor &map) override;

    std::int64_t channels() const override { return 128; }

    std::int64_t rows_of(std::int64_t frames) const override { return (frames - 1) / 4; }

    void check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const override;

    double flops_per_pixel() const override { return 0.69e9 / (17 * 96 * 96); } // measured

    std::string classifier() const override { return "fc"; }

    Graph graph() override;

protected:
    at::Tensor forward_map(const at::Tensor &clips) override;

private:
    torch::nn::Conv3d stem_ = nullptr;
    torch::nn::BatchNorm3d stem_bn_ = nullptr;
    std::vector<std::shared_ptr<WatchBlock>> blocks_;
    torch::nn::Linear fc_ = nullptr; ///< null without classes
};

} // namespace fovea::nn
