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

std::shared_ptr<Watch> watch_of(Watch::Sight sight)
{
    return std::make_shared<Watch>(sight, /*classes=*/0, /*read_channels=*/3, AttentionOptions(),
                                   Size3());
}

} // namespace

std::string stream_name(const char *stream, std::size_t number)
{
    return number == 0 ? stream : stream + std::to_string(number + 1);
}

Streams::Streams(bool with_flow, std::int64_t classes, std::int64_t ensemble)
{
    for (std::size_t i = 0; i < static_cast<std::size_t>(ensemble); ++i) {
        motion_.push_back(
            register_module(stream_name("motion", i), watch_of(Watch::Sight::Differences)));
        if (with_flow)
            flow_.push_back(register_module(stream_name("flow", i), watch_of(Watch::Sight::Flow)));
        pictures_.push_back(
            register_module(stream_name("pictures", i), std::make_shared<Eco>(/*classes=*/0)));
    }
    if (classes > 0)
        fc_ = register_module("fc", torch::nn::Linear(channels(), classes));
}

RowFacts Streams::row_facts(bool with_flow, std::int64_t ensemble, std::int64_t frames)
{
    RowFacts facts = Watch::row_facts(frames);
    facts.channels *= with_flow ? 2 : 1;
    facts.channels += Eco::row_facts(frames).channels;
    facts.channels *= ensemble;
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
    const double motion = motion_.front()->flops_per_pixel() * (flow_.empty() ? 1 : 2) / 4;
    return static_cast<double>(motion_.size()) * (motion + pictures_.front()->flops_per_pixel());
}

at::Tensor Streams::forward_map(const at::Tensor &clips)
{
    const at::Tensor half =
        clips_of(at::avg_pool2d(pictures_of(clips), /*kernel=*/2), clips.size(2));
    std::vector<at::Tensor> maps;
    for (const auto *stream : {&motion_, &flow_}) {
        const at::Tensor motion = stream->empty() ? half : stream->front()->motion_of(half);
        for (const auto &network : *stream)
            maps.push_back(network->map_of_motion(motion));
    }
    for (const auto &network : pictures_)
        maps.push_back(network->map_but_last(clips));
    return at::cat(maps, /*dim=*/1);
}

Graph Streams::graph()
{
    Graph graph;
    const auto half = graph.average_pool("half", graph.input(), halved_picture);
    std::vector<Graph::Value> maps;
    const auto describe = [&](const char *stream, const auto &networks) {
        if (networks.empty())
            return;
        const auto motion =
            networks.front()->describe_motion(graph, half, std::string(stream) + ".motion");
        for (std::size_t i = 0; i < networks.size(); ++i)
            maps.push_back(networks[i]->describe(graph, motion, stream_name(stream, i) + "."));
    };
    describe("motion", motion_);
    describe("flow", flow_);
    for (std::size_t i = 0; i < pictures_.size(); ++i)
        maps.push_back(pictures_[i]->describe_but_last(graph, graph.input(),
                                                       stream_name("pictures", i) + "."));
    graph.concat("streams", maps);
    return graph;
}

at::Tensor Streams::classify(const at::Tensor &map)
{
    return classify_mean(fc_, map, is_training(), name());
}

} // namespace fovea::nn
