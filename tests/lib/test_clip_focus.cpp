// SPDX-License-Identifier: MIT
#include <optional>

#include <gtest/gtest.h>

#include "clip_samples_test.h"

namespace fovea {

namespace {

using test::Clips;
using test::frame_of;

/** \brief Looks at the middle, and keeps what it saw */
class MiddleMapper final : public SaliencyMapper
{
public:
    Array map(const Array &clip, const ClipTruth * /*truth*/) override
    {
        seen = clip;
        Array map({clip.shape[3], clip.shape[4]});
        at::from_blob(map.values.data(), map.shape).narrow(0, 6, 4).narrow(1, 6, 4).fill_(1);
        return map;
    }

    Array seen;
};

/** \brief A look by saliency, at the box of \a size where \a mapper says */
FocusChooser chooser(double size, std::shared_ptr<SaliencyMapper> mapper)
{
    SecondLook look;
    look.focus = Focus::Saliency;
    return {look, size, std::move(mapper)};
}

TEST_F(Clips, AFocusAddsTheOriginalsPartAfterTheClip)
{
    card_.regions.actor = false;
    const auto mapper = std::make_shared<MiddleMapper>();
    const FocusChooser focus = chooser(0.25, mapper);
    ClipSamplesOptions options;
    options.focus = &focus;
    options.classes = {"run"};
    options.looks_in_turn = true;
    const Sample sample = make({}, options).sample(0, 0);
    ASSERT_EQ(sample.input.sizes(), (at::IntArrayRef{3, 34, 16, 16}));
    EXPECT_EQ(sample.labels.sizes(), (at::IntArrayRef{1, 34})) << "labels are repeated";
    const at::Tensor seen =
        at::from_blob(mapper->seen.values.data(), mapper->seen.shape).squeeze(0);
    EXPECT_TRUE(sample.input.narrow(1, 0, 17).equal(seen));
    for (std::int64_t t = 0; t < 17; ++t) {
        const int frame = frame_of(sample.input[0][t][0][0].item<double>());
        const at::Tensor close = sample.input[0][17 + t];
        EXPECT_EQ(frame_of(close.min().item<double>()), frame + 80) << "the middle fills it";
        EXPECT_EQ(frame_of(close.max().item<double>()), frame + 80);
    }
}

/** \brief Looks at the upper left corner, and keeps what it was told */
class ToldMapper final : public SaliencyMapper
{
public:
    Array map(const Array &clip, const ClipTruth *truth) override
    {
        told.reset();
        if (truth != nullptr)
            told = *truth;
        return Array({clip.shape[3], clip.shape[4]});
    }

    std::optional<ClipTruth> told;
};

TEST_F(Clips, AFocusKnowsTheAnswerInTrainingAlone)
{
    card_.regions.actor = false;
    ListedClip clip;
    clip.actions = {{"sit", {3.9, false}, {4, false}}, {"run", {0, false}, {1, true}}};
    const auto mapper = std::make_shared<ToldMapper>();
    const FocusChooser focus = chooser(0.25, mapper);
    ClipSamplesOptions options;
    options.focus = &focus;
    options.classes = {"jump", "run", "sit"};
    const Sample sample = make(clip, options).sample(0, 0);
    ASSERT_TRUE(mapper->told);
    EXPECT_EQ(mapper->told->video.values, (std::vector<float>{0, 1, 1}));
    ASSERT_EQ(mapper->told->frames.shape, sample.labels.sizes().vec());
    EXPECT_TRUE(sample.labels.equal(
        at::from_blob(mapper->told->frames.values.data(), sample.labels.sizes())))
        << "as the loss has it";

    options.training = false;
    make(clip, options).sample(0, 0);
    EXPECT_FALSE(mapper->told);
    options.views = ClipSamplesOptions::Views::All;
    make(clip, options).sample(0, 0);
    EXPECT_FALSE(mapper->told);
}

/** \brief Looks at the quarter that is brightest */
class BrightMapper final : public SaliencyMapper
{
public:
    Array map(const Array &clip, const ClipTruth * /*truth*/) override
    {
        Array seen = clip;
        const at::Tensor first = at::from_blob(seen.values.data(), seen.shape)[0][0][0];
        const auto best = first.view({2, 8, 2, 8}).mean({1, 3}).argmax().item<std::int64_t>();
        Array map({clip.shape[3], clip.shape[4]});
        at::from_blob(map.values.data(), map.shape)
            .narrow(0, 8 * (best / 2), 8)
            .narrow(1, 8 * (best % 2), 8)
            .fill_(1);
        return map;
    }
};

TEST_F(Clips, AFocusIsTurnedBackWhereTheClipIsMirrored)
{
    // A part left of the middle: the bright middle is at its right edge, mirrored at its left
    card_.regions = {};
    card_.regions.area = ViewArea::Frame;
    card_.regions.full = false;
    card_.regions.actor = false;
    card_.regions.grid = 2;
    card_.regions.fraction = 0.5;
    const FocusChooser focus = chooser(0.5, std::make_shared<BrightMapper>());
    ClipSamplesOptions options;
    options.focus = &focus;
    options.augmentation.flip = 0.5;
    const ClipSamples samples = make({}, options, 12);
    int mirrored = 0;
    for (std::size_t index = 0; index < 12; ++index) {
        const at::Tensor clip = samples.sample(index, 0).input;
        const at::Tensor first = clip[0][0];
        const at::Tensor close = clip[0][17];
        // The bright quarter is 8 of 32 pixels a side: a fourth of its half's area when cut closer
        EXPECT_NEAR((close - close.min()).mean().item<double>(), 80.0 / 219 / 4, 0.02);
        const bool bright_left = first.narrow(1, 0, 8).mean().item<double>() >
                                 first.narrow(1, 8, 8).mean().item<double>();
        const bool close_left = close.narrow(1, 0, 8).mean().item<double>() >
                                close.narrow(1, 8, 8).mean().item<double>();
        EXPECT_EQ(bright_left, close_left) << "both looks are mirrored alike";
        mirrored += bright_left ? 1 : 0;
    }
    EXPECT_GT(mirrored, 1);
    EXPECT_LT(mirrored, 11);
}

} // namespace

} // namespace fovea
