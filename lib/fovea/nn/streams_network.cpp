// SPDX-License-Identifier: MIT
#include "fovea/nn/streams_network.h"

#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/core/errors.h"
#include "fovea/nn/eco_network.h"
#include "fovea/nn/mean_classifier.h"
#include "fovea/nn/picture_views.h"
#include "fovea/nn/watch_network.h"

namespace fovea::nn {

namespace {

constexpr KernelWindow halved_picture = {{1, 2, 2}, {1, 2, 2}, /*same=*/false, {}};

std::shared_ptr<Watch> stream_of(Watch::Sight sight)
{
    return std::make_shared<Watch>(sight, /*classes=*/0, /*read_channels=*/3, AttentionOptions(),
                                   Size3());
}

} // namespace

Streams::Streams(bool with_flow, std::int64_t classes)
    : motion_(register_module("motion", stream_of(Watch::Sight::Differences))),
      flow_(with_flow ? register_module("flow", stream_of(Watch::Sight::Flow)) : nullptr),
      pictures_(register_module("pictures", std::make_shared<Eco>(/*classes=*/0)))
{
    if (classes > 0)
        fc_ = register_module("fc", torch::nn::Linear(row_facts(with_flow, 1).channels, classes));
}

RowFacts Streams::row_facts(bool with_flow, std::int64_t frames)
{
    RowFacts facts = Watch::row_facts(frames);
    facts.channels *= with_flow ? 2 : 1;
    facts.channels += Eco::row_facts(frames).channels;
    return facts;
}

void Streams::check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const
{
    // Rows of all are of the same four frames; four halvings of half the picture must be without a rest
    if (frames >= 5 && frames % 4 == 1 && height >= 32 && width >= 32 && height % 32 == 0 &&
        width % 32 == 0)
        return;
    throw Error(Error::Kind::Settings,
                std::string(name()) +
                    ": expected clips of 4 n + 1 frames (best: 17) of a width and height "
                    "that 32 divides (best: 192 x 192), got " +
                    clip_text({frames, height, width}));
}

double Streams::flops_per_pixel() const
{
    return motion_->flops_per_pixel() * (flow_ ? 2 : 1) / 4 + pictures_->flops_per_pixel();
}

at::Tensor Streams::forward_map(const at::Tensor &clips)
{
    const at::Tensor half =
        clips_of(at::avg_pool2d(pictures_of(clips), /*kernel=*/2), clips.size(2));
    std::vector<at::Tensor> maps = {motion_->map(half)};
    if (flow_)
        maps.push_back(flow_->map(half));
    maps.push_back(pictures_->map_but_last(clips));
    return at::cat(maps, /*dim=*/1);
}

Graph Streams::graph()
{
    Graph graph;
    const auto half = graph.average_pool("half", graph.input(), halved_picture);
    std::vector<Graph::Value> maps = {motion_->describe(graph, half, "motion.")};
    if (flow_)
        maps.push_back(flow_->describe(graph, half, "flow."));
    maps.push_back(pictures_->describe_but_last(graph, graph.input(), "pictures."));
    graph.concat("streams", maps);
    return graph;
}

at::Tensor Streams::classify(const at::Tensor &map)
{
    return classify_mean(fc_, map, is_training(), name());
}

} // namespace fovea::nn
