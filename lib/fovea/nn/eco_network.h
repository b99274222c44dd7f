// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <torch/nn/modules/linear.h>

#include "fovea/nn/backbone.h"
#include "fovea/nn/picture_trunk.h"

namespace fovea::nn {

class EcoBlock;

/**
 * \brief The architecture `eco`: each frame by itself, down to a 16th, then what happens between the frames' maps
 *
 * As ECO (Zolfaghari et al., ECCV 2018) and the top-heavy S3D (Xie et al., ECCV 2018) do, so that what knows
 * pictures, as the network `keypoints` does, is where a network of video begins; widths and depths are this
 * project's. RGB in [-1, 1], N,3,T,H,W -> N,128,T/4,H/32,W/32 (rounded up); made for T = 16, H = W = 128.
 */
class Eco final : public Backbone
{
public:
    /** \param classes of its own classifier; 0: without one */
    explicit Eco(std::int64_t classes);

    /** \brief Mean over rows, dropout 0.5 in training, FC; T_out is 1 */
    at::Tensor classify(const at::Tensor &map) override;

    static RowFacts row_facts(std::int64_t frames) { return {128, (frames + 3) / 4, "fc"}; }

    RowFacts facts(std::int64_t frames) const override { return row_facts(frames); }

    void check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const override;

    double flops_per_pixel() const override { return 4073; } // counted, of 16 frames of 128 x 128

    at::Tensor picture_map(const at::Tensor &pictures) override;

    std::int64_t picture_channels() const override;

    at::Tensor map_of_pictures(const at::Tensor &maps) override;

    Graph graph() override;

    /** \brief As map(), but nothing is made of the last frame, which the one before it sees: T - 1 frames for time's halvings */
    at::Tensor map_but_last(const at::Tensor &clips);

    /** \brief Likewise in another graph \param prefix of the layers' names */
    Graph::Value describe_but_last(Graph &graph, Graph::Value clips, const std::string &prefix);

protected:
    at::Tensor forward_map(const at::Tensor &clips) override;

private:
    static constexpr std::size_t levels = 3;

    at::Tensor behind_pictures(at::Tensor x, bool but_last);
    Graph::Value describe(Graph &graph, Graph::Value clips, const std::string &prefix,
                          bool but_last);

    PictureTrunk trunk_;
    std::vector<std::shared_ptr<EcoBlock>> blocks_;
    torch::nn::Linear fc_ = nullptr; ///< null without classes
};

} // namespace fovea::nn
