// SPDX-License-Identifier: MIT
#include "fovea/nn/keypoint_network.h"

#include <ATen/ATen.h>

#include "fovea/core/pose.h"
#include "fovea/nn/picture_convolution.h"

namespace fovea::nn {

namespace {

constexpr std::int64_t width_up = 48;
constexpr std::int64_t trunk_width = 64;
constexpr double rare =
    -4; ///< logits of heatmaps at first: nearly all cells hold nothing (Lin et al., ICCV 2017)

using Then = PictureConvolution::Then;

} // namespace

/** \brief 3x3 by channel, then 1x1 */
class SeparableConvolution final : public torch::nn::Module
{
public:
    SeparableConvolution(std::int64_t in, std::int64_t out)
    {
        depthwise_ = register_module(
            "depthwise", std::make_shared<PictureConvolution>(in, in, 3, 1, in, Then::Norm));
        pointwise_ = register_module(
            "pointwise", std::make_shared<PictureConvolution>(in, out, 1, 1, 1, Then::NormAndRelu));
    }

    at::Tensor forward(const at::Tensor &x) { return pointwise_->forward(depthwise_->forward(x)); }

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name)
    {
        return pointwise_->describe(graph, depthwise_->describe(graph, x, name + ".depthwise"),
                                    name + ".pointwise");
    }

private:
    std::shared_ptr<PictureConvolution> depthwise_, pointwise_;
};

KeypointNetwork::KeypointNetwork() : down_(*this, PictureTrunk::most_levels)
{
    for (std::size_t i = 0; i < PictureTrunk::most_levels; ++i) {
        const std::string name = "level" + std::to_string(i);
        laterals_.push_back(register_module(
            name + "_lateral", std::make_shared<PictureConvolution>(
                                   PictureTrunk::width(i), width_up, 1, 1, 1, Then::Norm)));
        if (i + 1 < PictureTrunk::most_levels)
            joined_.push_back(register_module(
                name + "_joined", std::make_shared<SeparableConvolution>(width_up, width_up)));
    }
    trunk_ =
        register_module("trunk", std::make_shared<SeparableConvolution>(width_up, trunk_width));
    for (std::size_t i = 0; i < pose_maps; ++i)
        maps_.push_back(
            register_module("map" + std::to_string(i),
                            std::make_shared<PictureConvolution>(trunk_width, pose_map_channels[i],
                                                                 1, 1, 1, Then::Nothing)));
    for (std::size_t i = 0; i < pose_maps; ++i)
        maps_[i]->begin_near(i == heatmap_map || i == centre_map ? rare : 0);
}

at::Tensor KeypointNetwork::forward(const at::Tensor &pictures)
{
    const std::vector<at::Tensor> seen = down_.forward(pictures);
    at::Tensor up = laterals_.back()->forward(seen.back());
    for (std::size_t i = joined_.size(); i-- > 0;) {
        const at::Tensor lateral = laterals_[i]->forward(seen[i]);
        up = at::upsample_bilinear2d(up, lateral.sizes().slice(2), /*align_corners=*/false);
        up = joined_[i]->forward(up + lateral);
    }
    up = trunk_->forward(up);
    std::vector<at::Tensor> maps;
    for (const auto &map : maps_)
        maps.push_back(map->forward(up));
    return at::cat(maps, /*dim=*/1);
}

Graph KeypointNetwork::graph()
{
    Graph graph;
    const std::vector<Graph::Value> seen = down_.describe(graph, graph.input());
    std::vector<Graph::Value> laterals;
    for (std::size_t i = 0; i < seen.size(); ++i)
        laterals.push_back(
            laterals_[i]->describe(graph, seen[i], "level" + std::to_string(i) + ".lateral"));
    auto up = laterals.back();
    for (std::size_t i = joined_.size(); i-- > 0;) {
        const std::string name = "level" + std::to_string(i);
        up = graph.upsample(name + ".up", up, /*factor=*/2, Upsampling::Bilinear);
        up = graph.add(name + ".sum", up, laterals[i], /*relu=*/false);
        up = joined_[i]->describe(graph, up, name + ".joined");
    }
    up = trunk_->describe(graph, up, "trunk");
    for (std::size_t i = 0; i < maps_.size(); ++i)
        graph.add_output(maps_[i]->describe(graph, up, "map" + std::to_string(i)));
    return graph;
}

} // namespace fovea::nn
