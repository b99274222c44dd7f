// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/i3d.h"
#include "reference_case.h"

namespace {

using fovea::Json;
using fovea::nn::make_backbone;

std::int64_t parameters_under(torch::nn::Module &module, const std::vector<std::string> &prefixes)
{
    std::int64_t count = 0;
    for (const auto &entry : module.named_parameters()) {
        for (const std::string &prefix : prefixes) {
            if (entry.key().compare(0, prefix.size(), prefix) == 0)
                count += entry.value().numel();
        }
    }
    return count;
}

class I3dReference : public testing::Test
{
protected:
    void SetUp() override
    {
        const auto file = reference::file("i3d");
        if (file.empty())
            GTEST_SKIP() << "the reference outputs (reference/i3d.json) are not on this machine";
        reference_ = fovea::read_json(file);
        named_numbers::fill(*i3d_);
        i3d_->eval();
    }

    void check_case(std::size_t index)
    {
        const at::NoGradGuard no_grad;
        const Json &expected = reference_["cases"].at(index);
        const at::Tensor clip = named_numbers::input(
            expected["input"], expected["shape"].get<std::vector<std::int64_t>>());
        reference::expect_like(i3d_->map(clip), expected["mixed_5c"], "mixed_5c");
        reference::expect_like(i3d_->rows(clip).transpose(1, 2), expected["mixed_5c_mean_hw"],
                               "rows");
        if (expected.contains("logits"))
            reference::expect_like(i3d_->logits(clip), expected["logits"], "logits");
    }

    Json reference_;
    std::shared_ptr<fovea::nn::Backbone> i3d_ = make_backbone("i3d", 400);
};

TEST_F(I3dReference, HasThePublicNamesAndShapes)
{
    reference::expect_names(*i3d_, reference_["names"]);
}

TEST_F(I3dReference, SixteenFramesAgree)
{
    check_case(0);
}

TEST_F(I3dReference, SixtyFourSmallFramesAgree)
{
    check_case(1);
}

TEST_F(I3dReference, TwoClipsOfTwentyFourFramesAgree)
{
    check_case(2);
}

TEST_F(I3dReference, HasNoOtherCases)
{
    EXPECT_EQ(reference_["cases"].size(), 3U);
}

TEST(I3d, HasThePublishedNumberOfParameters)
{
    EXPECT_EQ(parameters_under(*make_backbone("i3d", 10), {""}), 12297514);
    EXPECT_EQ(parameters_under(*make_backbone("i3d", 400), {""}), 12697264);
}

TEST(I3d, HasThePublishedNumberOfFineTunedParameters)
{
    EXPECT_EQ(parameters_under(*make_backbone("i3d", 10), {"Mixed_4f", "Mixed_5", "logits"}),
              6568426);
}

TEST(I3d, GivesOneRowForEveryEightFramesBegun)
{
    const auto i3d = make_backbone("i3d", 0);
    EXPECT_EQ(i3d->rows_of(1), 1);
    EXPECT_EQ(i3d->rows_of(8), 1);
    EXPECT_EQ(i3d->rows_of(9), 2);
    EXPECT_EQ(i3d->rows_of(512), 64);
    const at::NoGradGuard no_grad;
    i3d->eval();
    for (const std::int64_t frames : {1, 8, 9, 17, 23})
        EXPECT_EQ(i3d->rows(at::zeros({1, 3, frames, 32, 32})).size(1), i3d->rows_of(frames));
}

TEST(I3d, PadsAtTheEndFirst)
{
    // 7 wide, stride 2: an even size needs 5 (2 before, 3 after), an odd one 6
    const fovea::nn::SamePadding pad({224, 9, 4}, {7, 7, 3}, {2, 2, 1});
    EXPECT_EQ(pad.before, (fovea::nn::Size3{2, 3, 1}));
    EXPECT_EQ(pad.after, (fovea::nn::Size3{3, 3, 1}));
}

TEST(I3d, PoolsAsZeroPaddingDoes)
{
    // 1 x 2 x 3, pooled by 2 x 2 x 2 with stride 2: the window over the end sees what is left
    const at::Tensor x = at::tensor({1.0F, 5.0F, 2.0F, 3.0F, 4.0F, 0.5F}).view({1, 1, 1, 2, 3});
    fovea::nn::MaxPool3dSame pool({2, 2, 2}, {2, 2, 2});
    EXPECT_TRUE(pool.forward(x).flatten().equal(at::tensor({5.0F, 2.0F})));
}

TEST(I3d, LogitsOfTooShortAClipSayWhatIsNeeded)
{
    const auto i3d = make_backbone("i3d", 10);
    try {
        i3d->logits(at::zeros({1, 3, 8, 32, 32}));
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(
            std::string(error.what()),
            "i3d: logits need clips of more than 8 frames of more than 192 x 192 pixels, got 8 "
            "frames of 32 x 32");
    }
}

TEST(I3d, WithoutClassesHasNoClassifier)
{
    const auto i3d = make_backbone("i3d", 0);
    EXPECT_EQ(parameters_under(*i3d, {"logits"}), 0);
    EXPECT_THROW(i3d->logits(at::zeros({1, 3, 16, 224, 224})), fovea::Error);
}

TEST(I3d, RefusesClipsWithoutThreeChannels)
{
    try {
        make_backbone("i3d", 0)->map(at::zeros({1, 1, 8, 32, 32}));
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(std::string(error.what()),
                  "clips: expected [N, 3, T, H, W], got [1, 1, 8, 32, 32]");
    }
}

TEST(Backbone, AnUnknownArchitectureListsThoseKnown)
{
    try {
        make_backbone("i4d", 10);
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(std::string(error.what()),
                  "architecture 'i4d' is not known; expected one of i3d, watch, watch-flow, eco, "
                  "two-stream, three-stream, "
                  "c3d, c3d-fc6, "
                  "vgg19, vgg19-fc6, vgg19-fc8, resnet50-i3d, resnext101-3d, resnet18-3d, "
                  "resnet152-3d, p3d199, tsm-resnet50, "
                  "i3d-resnet18, tam-resnet50");
    }
}

} // namespace
