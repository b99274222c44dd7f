// SPDX-License-Identifier: MIT
#include "fovea/engine/make_extractor.h"

#include <algorithm>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/engine/engine_choice.h"
#include "fovea/engine/onednn/onednn_extractor.h"
#include "fovea/nn/backbone.h"

namespace fovea {

namespace {

/** \brief Whether there is anything to compile: not all of the network is one LibTorch layer */
bool has_layers(nn::Backbone &backbone)
{
    const nn::Graph graph = backbone.graph();
    return std::any_of(graph.nodes().begin() + 1, graph.nodes().end(), // the first is the input
                       [](const nn::Node &node) { return node.op != nn::Op::TorchLayer; });
}

} // namespace

std::unique_ptr<FeatureExtractor> make_extractor(std::shared_ptr<nn::Backbone> backbone,
                                                 const ClipSize &clip, const EngineOptions &options)
{
    const bool onednn = prefers_onednn(options);
    const bool compiles = has_layers(*backbone);
    if (options.engine == "onednn" && !compiles)
        throw Error(Error::Kind::Settings, "engine 'onednn': this network has no layers that it "
                                           "can compile; use auto or torch");
    if (compiles && onednn)
        return std::make_unique<OnednnExtractor>(std::move(backbone), clip, options);
    return make_torch_extractor(std::move(backbone), clip, options);
}

} // namespace fovea
