// SPDX-License-Identifier: MIT
#include "fovea/engine/map_network.h"

#include <utility>

#include "fovea/engine/engine_choice.h"
#include "fovea/engine/feature_extractor.h"
#include "fovea/engine/onednn/graph_shapes.h"
#include "fovea/engine/onednn/onednn_maps.h"
#include "fovea/engine/threads.h"
#include "fovea/engine/torch/torch_maps.h"

namespace fovea {

namespace {

/** Two operations a multiply-add of the convolutions */
double flops_of(const nn::Graph &graph, const std::vector<MapShape> &shapes)
{
    double flops = 0;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const nn::Node &node = graph.nodes()[i];
        if (node.op == nn::Op::Convolution)
            flops += 2.0 * static_cast<double>(node.weight.count()) *
                     static_cast<double>(shapes[i].pixels());
    }
    return flops;
}

} // namespace

std::unique_ptr<MapNetwork> make_map_network(nn::Graph graph, ImageSize picture,
                                             std::int64_t channels, const PictureEngine &engine)
{
    EngineOptions options;
    options.device = engine.device;
    options.engine = engine.engine;
    options.precision = engine.precision;
    options.threads = engine.threads;
    const bool onednn = prefers_onednn(options);
    const MapShape shape = {channels, /*frames=*/1, picture.height, picture.width};
    const int threads = threads_for(options.threads, flops_of(graph, map_shapes(graph, shape)));
    if (onednn)
        return make_onednn_maps(std::move(graph), shape, threads, options);
    return make_torch_maps(graph, shape, threads, options);
}

} // namespace fovea
