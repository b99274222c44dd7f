// SPDX-License-Identifier: MIT
#include "fovea/nn/two_stream_network.h"

#include <string>

#include <ATen/ATen.h>

#include "fovea/core/errors.h"
#include "fovea/nn/eco_network.h"
#include "fovea/nn/mean_classifier.h"
#include "fovea/nn/picture_views.h"
#include "fovea/nn/watch_network.h"

namespace fovea::nn {

namespace {

constexpr KernelWindow halved_picture = {{1, 2, 2}, {1, 2, 2}, /*same=*/false, {}};

} // namespace

TwoStream::TwoStream(std::int64_t classes)
    : motion_(register_module("motion", std::make_shared<Watch>(/*classes=*/0, /*read_channels=*/3,
                                                                AttentionOptions(), Size3()))),
      pictures_(register_module("pictures", std::make_shared<Eco>(/*classes=*/0)))
{
    if (classes > 0)
        fc_ = register_module("fc", torch::nn::Linear(row_facts(1).channels, classes));
}

RowFacts TwoStream::row_facts(std::int64_t frames)
{
    RowFacts facts = Watch::row_facts(frames);
    facts.channels += Eco::row_facts(frames).channels;
    return facts;
}

void TwoStream::check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const
{
    // Rows of both are of the same four frames; four halvings of half the picture must be without a rest
    if (frames >= 5 && frames % 4 == 1 && height >= 32 && width >= 32 && height % 32 == 0 &&
        width % 32 == 0)
        return;
    throw Error(Error::Kind::Settings,
                "two-stream: expected clips of 4 n + 1 frames (best: 17) of a width and height "
                "that 32 divides (best: 192 x 192), got " +
                    clip_text({frames, height, width}));
}

double TwoStream::flops_per_pixel() const
{
    return motion_->flops_per_pixel() / 4 + pictures_->flops_per_pixel();
}

at::Tensor TwoStream::forward_map(const at::Tensor &clips)
{
    const at::Tensor half =
        clips_of(at::avg_pool2d(pictures_of(clips), /*kernel=*/2), clips.size(2));
    return at::cat({motion_->map(half), pictures_->map_but_last(clips)}, /*dim=*/1);
}

Graph TwoStream::graph()
{
    Graph graph;
    const auto half = graph.average_pool("half", graph.input(), halved_picture);
    const auto motion = motion_->describe(graph, half, "motion.");
    const auto pictures = pictures_->describe_but_last(graph, graph.input(), "pictures.");
    graph.concat("streams", {motion, pictures});
    return graph;
}

at::Tensor TwoStream::classify(const at::Tensor &map)
{
    return classify_mean(fc_, map, is_training(), "two-stream");
}

} // namespace fovea::nn
