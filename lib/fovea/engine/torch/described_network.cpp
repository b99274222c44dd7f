// SPDX-License-Identifier: MIT
#include "fovea/engine/described_network.h"

#include <utility>

#include "fovea/engine/clip_checks.h"
#include "fovea/engine/onednn/onednn_extractor.h"
#include "fovea/nn/backbone.h"

namespace fovea {

DescribedNetwork described(std::shared_ptr<nn::Backbone> backbone)
{
    backbone->eval();
    DescribedNetwork network;
    network.graph = backbone->graph();
    network.channels = backbone->channels();
    network.flops_per_pixel = backbone->flops_per_pixel();
    network.rows_of = [backbone](std::int64_t frames) { return backbone->rows_of(frames); };
    network.check_clip = [backbone](std::int64_t frames, std::int64_t height, std::int64_t width) {
        backbone->check_clip(frames, height, width);
    };
    network.module = std::move(backbone);
    return network;
}

void check_clips(const nn::Backbone &backbone, const Array &clips)
{
    check_clips(clips);
    backbone.check_clip(clips.shape[2], clips.shape[3], clips.shape[4]);
}

OnednnExtractor::OnednnExtractor(std::shared_ptr<nn::Backbone> backbone, const ClipSize &clip,
                                 const EngineOptions &options)
    : OnednnExtractor(fovea::described(std::move(backbone)), clip, options)
{
}

} // namespace fovea
