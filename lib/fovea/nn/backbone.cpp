#include "fovea/nn/backbone.h"

#include <sstream>

#include "fovea/core/errors.h"
#include "fovea/nn/i3d.h"
#include "fovea/nn/registry.h"
#include "fovea/nn/watch.h"

namespace fovea::nn {

namespace {

const Registry<std::shared_ptr<Backbone> (*)(std::int64_t)> backbones = {
    {"i3d",
     [](std::int64_t classes) -> std::shared_ptr<Backbone> {
         return std::make_shared<I3d>(classes);
     }},
    {"watch",
     [](std::int64_t classes) -> std::shared_ptr<Backbone> {
         return std::make_shared<Watch>(classes);
     }},
};

} // namespace

at::Tensor Backbone::map(const at::Tensor &clips)
{
    if (clips.dim() != 5 || clips.size(1) != 3) {
        std::ostringstream got;
        got << clips.sizes();
        throw Error(Error::Kind::Settings, "clips: expected [N, 3, T, H, W], got " + got.str());
    }
    check_clip(clips.size(2), clips.size(3), clips.size(4));
    return forward_map(clips);
}

at::Tensor Backbone::rows(const at::Tensor &clips)
{
    return map(clips).mean({3, 4}).transpose(1, 2);
}

Graph Backbone::graph()
{
    Graph graph;
    graph.island("network", graph.input(), [this](const at::Tensor &x) { return forward_map(x); });
    return graph;
}

std::shared_ptr<Backbone> make_backbone(const std::string &architecture, std::int64_t classes)
{
    return entry(backbones, architecture, "architecture")(classes);
}

std::vector<std::string> backbone_names()
{
    return names_of(backbones);
}

} // namespace fovea::nn
