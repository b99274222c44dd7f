// SPDX-License-Identifier: MIT
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/core/motion_layout.h"
#include "fovea/engine/described_network.h"
#include "fovea/engine/onednn/graph_shapes.h"
#include "fovea/nn/attention.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/clip_side.h"
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

/** \brief What the error of a wrong name lists: those of the table that makes them */
template <typename Make>
std::set<std::string> names_made(Make &&make)
{
    try {
        std::forward<Make>(make)("?");
    } catch (const fovea::Error &error) {
        const std::string text = error.what();
        const std::string before = "expected one of ";
        std::set<std::string> names;
        std::istringstream list(text.substr(text.find(before) + before.size()));
        for (std::string name; std::getline(list >> std::ws, name, ',');)
            names.insert(name);
        return names;
    }
    return {};
}

std::set<std::string> as_set(const std::vector<std::string> &names)
{
    return {names.begin(), names.end()};
}

TEST(Names, NoneIsMadeThatCardsMayNotName)
{
    EXPECT_EQ(names_made([](const std::string &name) { nn::make_backbone(name, 2); }),
              as_set(nn::backbone_names()));
    EXPECT_EQ(names_made([](const std::string &name) { nn::make_head(name, 8, 2, 0); }),
              as_set(nn::head_names()));
    EXPECT_EQ(names_made([](const std::string &name) {
                  nn::make_attention({name, {}, ""}, 16, {8, 8, 8});
              }),
              as_set(nn::attention_names()));
}

/** \brief Whether a network takes clips of this side; 16 or 17 frames are right for each */
bool takes_side(const nn::Backbone &backbone, int side)
{
    for (const int frames : {16, 17}) {
        try {
            backbone.check_clip(frames, side, side);
            return true;
        } catch (const fovea::Error &) {
        }
    }
    return false;
}

TEST(Names, AreThoseOfWhatIsMadeWithTheSidesThatItTakes)
{
    for (const std::string &name : nn::backbone_names()) {
        std::shared_ptr<nn::Backbone> backbone;
        ASSERT_NO_THROW(backbone = nn::make_backbone(name, 2)) << name;
        for (const int side : {16, 24, 32, 48, 100, 112, 160, 224})
            EXPECT_EQ(nn::clip_side(name).takes(side), takes_side(*backbone, side))
                << name << ", " << side;
    }
    for (const std::string &name : nn::head_names())
        EXPECT_NO_THROW(nn::make_head(name, 2000, 2, fovea::MotionLayout{1}.channels())) << name;
    for (const std::string &name : nn::attention_names()) {
        for (const std::string &variant : nn::attention_variants(name))
            EXPECT_NO_THROW(nn::make_attention({name, {}, variant}, 16, {8, 8, 8}))
                << name << " " << variant;
    }
}

} // namespace
