// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "clip_samples_test.h"
#include "fovea/train/clip_rows.h"
#include "named_numbers.h"

namespace fovea {

namespace {

using test::Clips;
using test::fps;
using test::frame_count;
using test::frame_of;

TEST_F(Clips, WholeVideoPlansMakeOneClip)
{
    card_.regions.actor = false;
    card_.sampling.plan = fovea::Sampling::Uniform;
    card_.sampling.timesteps = 4;
    card_.sampling.frames = 8;
    card_.input.normalisation = {{2, 2, 2}, {-1, -1, -1}};
    const ClipSamples samples = make({}, {});
    const at::Tensor input = samples.sample(0, 0).input;
    EXPECT_EQ(input.sizes(), (at::IntArrayRef{3, 32, 16, 16}));
    EXPECT_GE(input.min().item<float>(), -1.0F);
    EXPECT_LT(input.min().item<float>(), -0.5F);
}

TEST_F(Clips, OfAShuffledPlanAreSeenInItsOrderInEvaluation)
{
    card_.regions.actor = false;
    card_.sampling.plan = fovea::Sampling::Shuffled;
    card_.sampling.timesteps = 6;
    card_.sampling.frames = 2;
    const fovea::SamplingPlan plan = fovea::sampling_plan(card_.sampling, frame_count, fps);
    ClipSamplesOptions options;
    options.training = false;
    const at::Tensor input = make({}, options).sample(0, 0).input[0];
    ASSERT_EQ(input.size(1), 12);
    std::vector<std::int64_t> starts;
    for (std::int64_t timestep = 0; timestep < 6; ++timestep) {
        starts.push_back(plan.timesteps[static_cast<std::size_t>(timestep)][0]);
        for (std::int64_t slot = 0; slot < 2; ++slot)
            EXPECT_EQ(frame_of(input[0][2 * timestep + slot][0][0].item<double>()),
                      starts.back() + slot);
    }
    EXPECT_FALSE(std::is_sorted(starts.begin(), starts.end()));
}

TEST_F(Clips, ClipByClipATimestepIsAClip)
{
    card_.regions.actor = false;
    card_.sampling.plan = fovea::Sampling::Uniform;
    card_.sampling.timesteps = 4;
    card_.sampling.frames = 8;
    ClipSamplesOptions options;
    options.clip_by_clip = true;
    EXPECT_EQ(make({}, options).sample(0, 0).input.sizes(), (at::IntArrayRef{3, 8, 16, 16}));
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    EXPECT_EQ(make({}, options).sample(0, 0).input.sizes(), (at::IntArrayRef{4, 3, 8, 16, 16}));
}

TEST_F(Clips, SegmentsAreDrawnAnewInTrainingAndAreTheirMiddlesInTheTest)
{
    card_.regions.actor = false;
    card_.sampling.plan = fovea::Sampling::Segments;
    card_.sampling.timesteps = 1;
    card_.sampling.frames = 8;
    ClipSamplesOptions options;
    const ClipSamples training = make({}, options);
    std::set<int> seen;
    for (std::int64_t epoch = 0; epoch < 40; ++epoch) {
        const at::Tensor clip = training.sample(0, epoch).input;
        ASSERT_EQ(clip.sizes(), (at::IntArrayRef{3, 8, 16, 16}));
        for (std::int64_t t = 0; t < 8; ++t) { // parts of 120 / 8 = 15 frames
            const int frame = frame_of(clip[0][t][0][0].item<double>());
            EXPECT_EQ(frame / 15, t);
            seen.insert(frame);
        }
    }
    EXPECT_GT(seen.size(), 90U) << "of 120 frames";
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    const at::Tensor test = make({}, options).sample(0, 0).input;
    ASSERT_EQ(test.size(0), 1);
    for (std::int64_t t = 0; t < 8; ++t)
        EXPECT_EQ(frame_of(test[0][0][t][0][0].item<double>()), 7 + 15 * t); // int(7.5 + 15 t)
}

TEST_F(Clips, ShuffledTimestepsAreInAnotherOrderInEveryEpoch)
{
    card_.regions.actor = false;
    card_.sampling.plan = fovea::Sampling::Shuffled;
    card_.sampling.timesteps = 12;
    card_.sampling.frames = 2;
    const ClipSamples samples = make({}, {});
    std::set<std::vector<int>> orders;
    for (std::int64_t epoch = 0; epoch < 10; ++epoch) {
        const at::Tensor clip = samples.sample(0, epoch).input;
        ASSERT_EQ(clip.size(1), 24);
        std::vector<int> firsts;
        for (std::int64_t timestep = 0; timestep < 12; ++timestep)
            firsts.push_back(frame_of(clip[0][2 * timestep][0][0].item<double>()));
        orders.insert(firsts);
        std::sort(firsts.begin(), firsts.end());
        for (int timestep = 0; timestep < 12; ++timestep)
            EXPECT_EQ(firsts[static_cast<std::size_t>(timestep)], 10 * timestep);
    }
    EXPECT_GT(orders.size(), 8U);
}

TEST_F(Clips, OneShotRowsAreOfAllTimestepsAsOneClip)
{
    card_.input.size = {32, 32};
    card_.regions.actor = false;
    card_.regions.grid = 2;
    card_.sampling.plan = fovea::Sampling::Uniform;
    card_.sampling.timesteps = 4;
    card_.sampling.frames = 5;
    card_.sampling.mode = fovea::FeatureMode::OneShot;
    ClipSamplesOptions options;
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    ListedClip clip;
    clip.id = "one";
    const ClipSamples samples = make(clip, options);
    const auto network = nn::make_backbone("watch", /*classes=*/0);
    named_numbers::fill(*network);
    network->eval();
    const FeatureFile file = feature_rows(*network, samples, 0);
    const at::NoGradGuard no_grad;
    const at::Tensor joined = samples.sample(0, 0).input; // the regions, each with all 20 frames
    ASSERT_EQ(joined.sizes(), (at::IntArrayRef{5, 3, 20, 32, 32}));
    const at::Tensor rows = network->rows(joined);
    ASSERT_EQ(file.features.shape, rows.sizes().vec());
    for (std::int64_t i = 0; i < rows.numel(); i += 17)
        EXPECT_NEAR(file.features.values[static_cast<std::size_t>(i)],
                    rows.flatten()[i].item<float>(), 1e-4);
    EXPECT_EQ(file.times.front().start, 0);
    EXPECT_EQ(file.times.size(), static_cast<std::size_t>(rows.size(1)));
}

} // namespace

} // namespace fovea
