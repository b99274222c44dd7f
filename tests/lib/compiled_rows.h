// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "fovea/engine/onednn/onednn_extractor.h"
#include "fovea/nn/backbone.h"
#include "graph_backbone.h"

/** \brief oneDNN gives the module's rows of clips of 16 frames or 17, whole and pushed part by part, without LibTorch */
inline void expect_compiled_and_streaming(const std::shared_ptr<fovea::nn::Backbone> &network,
                                          const at::Tensor &clips)
{
    const at::NoGradGuard no_grad;
    const at::Tensor expected = network->rows(clips);
    fovea::EngineOptions options;
    options.precision = "fp32";
    fovea::OnednnExtractor extractor(network, {}, options);
    const auto close = [&](const at::Tensor &rows) {
        ASSERT_EQ(rows.sizes(), expected.sizes());
        EXPECT_LT((rows - expected).abs().max().item<double>(),
                  1e-4 * expected.abs().max().item<double>());
    };
    close(as_tensor(extractor.rows(as_array(clips))));
    const std::int64_t frames = clips.size(2);
    const auto stream =
        extractor.open_stream({clips.size(0), clips.size(3), clips.size(4), frames, 0});
    std::vector<at::Tensor> rows;
    for (const auto &part : clips.split_with_sizes({1, 9, frames - 10}, /*dim=*/2))
        rows.push_back(as_tensor(stream->push(as_array(part))));
    rows.push_back(as_tensor(stream->finish()));
    close(at::cat(rows, /*dim=*/1));
    EXPECT_EQ(extractor.network().torch_layers(), std::vector<std::string>{});
}
