// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/motion_layout.h"
#include "fovea/engine/described_network.h"
#include "fovea/engine/onednn/graph_shapes.h"
#include "fovea/nn/attention.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/heads.h"

namespace {

namespace nn = fovea::nn;

TEST(DescribedNetwork, MakesTheFramesThatTheModuleSays)
{
    for (const char *name : {"i3d", "watch", "resnet18-3d", "tsm-resnet50", "c3d", "vgg19"}) {
        const std::shared_ptr<nn::Backbone> backbone = nn::make_backbone(name, 0);
        const nn::Graph graph = fovea::described(backbone).graph;
        for (const std::int64_t frames : {16, 17, 32, 48, 64, 250})
            EXPECT_EQ(fovea::frames_made(graph, frames), backbone->rows_of(frames))
                << name << " of " << frames << " frames";
    }
    const nn::Graph watch = fovea::described(nn::make_backbone("watch", 0)).graph;
    EXPECT_EQ(fovea::frames_made(watch, 1), 0) << "too few for a difference";
    EXPECT_EQ(fovea::frames_made(watch, 0), 0);
}

// The names are told without LibTorch, what bears them is made in it
TEST(Names, AreThoseOfWhatIsMade)
{
    for (const std::string &name : nn::backbone_names())
        EXPECT_NO_THROW(nn::make_backbone(name, 2)) << name;
    for (const std::string &name : nn::head_names())
        EXPECT_NO_THROW(nn::make_head(name, 2000, 2, fovea::MotionLayout{1}.channels())) << name;
    for (const std::string &name : nn::attention_names()) {
        for (const std::string &variant : nn::attention_variants(name))
            EXPECT_NO_THROW(nn::make_attention({name, {}, variant}, 16, {8, 8, 8}))
                << name << " " << variant;
    }
}

} // namespace
