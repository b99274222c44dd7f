// SPDX-License-Identifier: MIT
#include "fovea/nn/eco_network.h"

#include <string>

#include <ATen/ATen.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include "fovea/core/errors.h"
#include "fovea/nn/convolution.h"
#include "fovea/nn/fold.h"
#include "fovea/nn/graph_part.h"
#include "fovea/nn/mean_classifier.h"
#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

/** \brief A 1x3x3 convolution, then one of 3x1x1, each with BatchNorm and ReLU */
class EcoBlock final : public torch::nn::Module
{
public:
    /** \param stride of time, height, width */
    EcoBlock(std::int64_t in, std::int64_t out, const Size3 &stride)
        : spatial_(register_module(
              "spatial", centred_convolution(in, out, {1, 3, 3}, {1, stride[1], stride[2]}))),
          temporal_(register_module("temporal",
                                    centred_convolution(out, out, {3, 1, 1}, {stride[0], 1, 1}))),
          spatial_bn_(register_module("spatial_bn", torch::nn::BatchNorm3d(out))),
          temporal_bn_(register_module("temporal_bn", torch::nn::BatchNorm3d(out)))
    {
    }

    /** \param but_last nothing is made of the last frame by itself; of one that does not halve time */
    at::Tensor forward(const at::Tensor &x, bool but_last)
    {
        const at::Tensor y = nn::batch_norm(spatial_bn_, spatial_(x)).relu_();
        const at::Tensor z = temporal_(y);
        return nn::batch_norm(temporal_bn_, but_last ? z.narrow(2, 0, z.size(2) - 1) : z).relu_();
    }

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name, bool but_last)
    {
        const auto y =
            graph.convolution(name + ".spatial", x, folded(spatial_, spatial_bn_, /*relu=*/true));
        Node moved = folded(temporal_, temporal_bn_, /*relu=*/true);
        if (but_last)
            moved.window.fixed.after[0] = 0;
        return graph.convolution(name + ".temporal", y, std::move(moved));
    }

private:
    torch::nn::Conv3d spatial_, temporal_;
    torch::nn::BatchNorm3d spatial_bn_, temporal_bn_;
};

Eco::Eco(std::int64_t classes) : trunk_(*this, levels)
{
    const std::int64_t seen = PictureTrunk::width(levels - 1);
    const std::int64_t wide = row_facts(1).channels;
    blocks_ = {std::make_shared<EcoBlock>(seen, seen, Size3{1, 1, 1}),
               std::make_shared<EcoBlock>(seen, wide, Size3{2, 2, 2}),
               std::make_shared<EcoBlock>(wide, wide, Size3{2, 1, 1})};
    for (std::size_t i = 0; i < blocks_.size(); ++i)
        register_module("block" + std::to_string(i), blocks_[i]);
    if (classes > 0)
        fc_ = register_module("fc", torch::nn::Linear(wide, classes));
}

void Eco::check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const
{
    if (frames >= 1 && height >= picture_stride && width >= picture_stride &&
        height % picture_stride == 0 && width % picture_stride == 0)
        return;
    throw Error(Error::Kind::Settings,
                "eco: expected clips of 1 frame or more (best: 16) of a width and height that 16 "
                "divides (best: 128 x 128), got " +
                    clip_text({frames, height, width}));
}

at::Tensor Eco::picture_map(const at::Tensor &pictures)
{
    return trunk_.forward(pictures.contiguous(at::MemoryFormat::ChannelsLast)).back();
}

std::int64_t Eco::picture_channels() const
{
    return PictureTrunk::width(levels - 1);
}

at::Tensor Eco::map_of_pictures(const at::Tensor &maps)
{
    // As the layers of pictures leave them, see picture_views.h
    return behind_pictures(maps.contiguous(at::MemoryFormat::ChannelsLast3d), /*but_last=*/false);
}

at::Tensor Eco::forward_map(const at::Tensor &clips)
{
    return behind_pictures(picture_maps(clips), /*but_last=*/false);
}

at::Tensor Eco::map_but_last(const at::Tensor &clips)
{
    return behind_pictures(picture_maps(clips), /*but_last=*/true);
}

at::Tensor Eco::behind_pictures(at::Tensor x, bool but_last)
{
    for (const auto &block : blocks_)
        x = block->forward(x, but_last && block == blocks_.front());
    return x;
}

Graph Eco::graph()
{
    Graph graph;
    describe(graph, graph.input(), /*prefix=*/"", /*but_last=*/false);
    return graph;
}

Graph::Value Eco::describe_but_last(Graph &graph, Graph::Value clips, const std::string &prefix)
{
    return describe(graph, clips, prefix, /*but_last=*/true);
}

Graph::Value Eco::describe(Graph &graph, Graph::Value clips, const std::string &prefix,
                           bool but_last)
{
    auto x = trunk_.describe(graph, clips, prefix).back();
    for (std::size_t i = 0; i < blocks_.size(); ++i)
        x = blocks_[i]->describe(graph, x, prefix + "block" + std::to_string(i),
                                 but_last && i == 0);
    return x;
}

at::Tensor Eco::classify(const at::Tensor &map)
{
    return classify_mean(fc_, map, is_training(), "eco");
}

} // namespace fovea::nn
