// SPDX-License-Identifier: MIT
#include "fovea/nn/backbone.h"

#include <functional>

#include "fovea/core/array.h"
#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/nn/c3d.h"
#include "fovea/nn/eco_network.h"
#include "fovea/nn/i3d.h"
#include "fovea/nn/picture_views.h"
#include "fovea/nn/residual_networks.h"
#include "fovea/nn/streams_network.h"
#include "fovea/nn/vgg19.h"
#include "fovea/nn/watch_network.h"

namespace fovea::nn {

namespace {

using Made = std::shared_ptr<Backbone>;

constexpr const char *no_picture_layers = "the network has no layers that see single pictures";

/** \brief How a network is made; what is true of it before it is: architecture.h */
struct Architecture {
    std::string name;
    std::function<Made(const BackboneOptions &)> make;
    std::function<RowFacts(const BackboneOptions &, std::int64_t frames)> facts;
};

/** \brief The network's layers have no place for attention */
void refuse_attention(const BackboneOptions &options)
{
    if (!options.attention.name.empty())
        throw Error(Error::Kind::Settings,
                    "architecture '" + options.architecture + "' takes no attention, got '" +
                        options.attention.name +
                        "'; expected none, or watch, c3d or a residual network");
}

Made make_i3d(const BackboneOptions &options)
{
    refuse_attention(options);
    return std::make_shared<I3d>(options.classes, options.channels);
}

void expect_colours(const BackboneOptions &options)
{
    if (options.channels != 3)
        throw Error(Error::Kind::Settings,
                    "architecture '" + options.architecture +
                        "' sees colours alone; expected modality rgb, got flow");
}

template <Watch::Sight sight>
Made make_watch(const BackboneOptions &options)
{
    if (sight == Watch::Sight::Flow)
        expect_colours(options);
    return std::make_shared<Watch>(sight, options.classes, options.channels, options.attention,
                                   options.clip);
}

Made make_eco(const BackboneOptions &options)
{
    refuse_attention(options);
    expect_colours(options);
    return std::make_shared<Eco>(options.classes);
}

template <bool with_flow>
Made make_streams(const BackboneOptions &options)
{
    refuse_attention(options);
    expect_colours(options);
    return std::make_shared<Streams>(with_flow, options.classes, options.ensemble);
}

template <C3d::Tap tap>
Made make_c3d(const BackboneOptions &options)
{
    return std::make_shared<C3d>(tap, options.classes, options.channels, options.attention,
                                 options.clip);
}

template <Vgg19::Tap tap>
Made make_vgg19(const BackboneOptions &options)
{
    refuse_attention(options);
    return std::make_shared<Vgg19>(tap, options.classes, options.channels);
}

template <typename Network>
RowFacts facts_of(const BackboneOptions &, std::int64_t frames)
{
    return Network::row_facts(frames);
}

template <bool with_flow>
RowFacts streams_facts(const BackboneOptions &options, std::int64_t frames)
{
    return Streams::row_facts(with_flow, options.ensemble, frames);
}

template <Vgg19::Tap tap>
RowFacts vgg19_facts(const BackboneOptions &options, std::int64_t frames)
{
    return Vgg19::row_facts(tap, options.classes, frames);
}

std::vector<Architecture> all_backbones()
{
    std::vector<Architecture> all = {
        {"i3d", make_i3d, facts_of<I3d>},
        {"watch", make_watch<Watch::Sight::Differences>, facts_of<Watch>},
        {"watch-flow", make_watch<Watch::Sight::Flow>, facts_of<Watch>},
        {"eco", make_eco, facts_of<Eco>},
        {"two-stream", make_streams</*with_flow=*/false>, streams_facts</*with_flow=*/false>},
        {"three-stream", make_streams</*with_flow=*/true>, streams_facts</*with_flow=*/true>},
        {"c3d", make_c3d<C3d::Tap::Fc7>, facts_of<C3d>},
        {"c3d-fc6", make_c3d<C3d::Tap::Fc6>, facts_of<C3d>},
        {"vgg19", make_vgg19<Vgg19::Tap::Fc7>, vgg19_facts<Vgg19::Tap::Fc7>},
        {"vgg19-fc6", make_vgg19<Vgg19::Tap::Fc6>, vgg19_facts<Vgg19::Tap::Fc6>},
        {"vgg19-fc8", make_vgg19<Vgg19::Tap::Fc8>, vgg19_facts<Vgg19::Tap::Fc8>},
    };
    for (const ResidualOptions &network : residual_networks()) {
        const auto make = [&network](const BackboneOptions &options) -> Made {
            return std::make_shared<ResidualNetwork>(network, options.classes, options.channels,
                                                     options.attention, options.clip);
        };
        const auto facts = [&network](const BackboneOptions &, std::int64_t frames) {
            return ResidualNetwork::row_facts(network, frames);
        };
        all.push_back({network.name, make, facts});
    }
    return all;
}

const std::vector<Architecture> &backbones()
{
    static const std::vector<Architecture> all = all_backbones();
    return all;
}

} // namespace

at::Tensor Backbone::map(const at::Tensor &clips)
{
    if (clips.dim() != 5 || clips.size(1) != 3)
        throw Error(Error::Kind::Settings,
                    "clips: expected [N, 3, T, H, W], got " + sizes_text(clips.sizes()));
    check_clip(clips.size(2), clips.size(3), clips.size(4));
    return forward_map(clips.narrow(1, 0, read_channels_));
}

Graph::Value Backbone::begin(Graph *graph) const
{
    return read_channels_ == 3 ? graph->input()
                               : graph->slice("channels", graph->input(), 0, read_channels_);
}

at::Tensor Backbone::rows(const at::Tensor &clips)
{
    return map(clips).mean({3, 4}).transpose(1, 2);
}

at::Tensor Backbone::picture_map(const at::Tensor & /*pictures*/)
{
    throw Error(Error::Kind::Settings, no_picture_layers);
}

at::Tensor Backbone::picture_maps(const at::Tensor &clips)
{
    check_clip(clips.size(2), clips.size(3), clips.size(4));
    return clips_of(picture_map(pictures_of(clips.narrow(1, 0, read_channels_))), clips.size(2));
}

at::Tensor Backbone::map_of_pictures(const at::Tensor & /*maps*/)
{
    throw Error(Error::Kind::Settings, no_picture_layers);
}

Graph Backbone::graph()
{
    Graph graph;
    graph.torch_layer("network", begin(&graph),
                      [this](const at::Tensor &x) { return forward_map(x); });
    return graph;
}

std::shared_ptr<Backbone> make_backbone(const std::string &architecture, std::int64_t classes)
{
    BackboneOptions options;
    options.architecture = architecture;
    options.classes = classes;
    return make_backbone(options);
}

std::shared_ptr<Backbone> make_backbone(const BackboneOptions &options)
{
    return row_named(backbones(), "architecture", options.architecture).make(options);
}

RowFacts row_facts(const BackboneOptions &options, std::int64_t frames)
{
    return row_named(backbones(), "architecture", options.architecture).facts(options, frames);
}

} // namespace fovea::nn
