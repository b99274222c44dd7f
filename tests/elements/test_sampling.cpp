// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "features/sampling.h"
#include "fovea/core/errors.h"

namespace {

using fovea::Sampling;
using fovea::SamplingOptions;
using fovea::SamplingSettings;
using fovea::Tail;
using fovea::timestep_source;

SamplingOptions spec_a()
{
    SamplingOptions card;
    card.plan = Sampling::Uniform;
    card.frames = 8;
    card.timesteps = 64;
    return card;
}

SamplingOptions compact()
{
    SamplingOptions card;
    card.plan = Sampling::Sliding;
    card.frames = 17;
    card.rate = 7.5;
    card.hop = 8;
    return card;
}

std::string refusal(const SamplingSettings &settings, const SamplingOptions &card, double fps = 25)
{
    try {
        timestep_source(settings, card, fps);
    } catch (const fovea::Error &error) {
        EXPECT_EQ(error.kind(), fovea::Error::Kind::Settings);
        return error.what();
    }
    return "";
}

TEST(Sampling, ASurveyedFileFollowsTheCardsPlan)
{
    SamplingSettings settings;
    settings.total_frames = 1000;
    const auto source = timestep_source(settings, spec_a(), 25);
    EXPECT_TRUE(source.planned);
    EXPECT_EQ(source.schedule->length(), 8);
}

TEST(Sampling, WithoutASurveyTheCardsPlanBecomesTimeStamps)
{
    EXPECT_FALSE(timestep_source({}, spec_a(), 25).planned);
    EXPECT_FALSE(timestep_source({}, compact(), 25).planned);
}

TEST(Sampling, ClipsWithGapsArePaddedWhereOthersAreAligned)
{
    EXPECT_EQ(timestep_source({}, spec_a(), 25).tail, Tail::Pad);
    EXPECT_EQ(timestep_source({}, compact(), 25).tail, Tail::Align);
}

TEST(Sampling, WithoutASurveyTheFramesOfSegmentsLieOverAllOfTheInterval)
{
    SamplingOptions card;
    card.plan = Sampling::Segments;
    card.frames = 8;
    card.timesteps = 1;
    card.interval_ms = 2000;
    const auto source = timestep_source({}, card, 0);
    EXPECT_FALSE(source.planned);
    std::vector<int> taken; // frames of 20 a second
    for (int frame = 0; frame < 40; ++frame) {
        if (!source.schedule->place(frame * 50'000'000LL, 50'000'000LL).empty())
            taken.push_back(frame);
    }
    EXPECT_EQ(taken, (std::vector<int>{0, 5, 10, 15, 20, 25, 30, 35})) << "250 ms apart";
}

TEST(Sampling, WithoutASurveyClipsTakeFramesTheirStrideApart)
{
    for (const Sampling plan : {Sampling::Clips, Sampling::Spread}) {
        SamplingOptions card;
        card.plan = plan;
        card.frames = 4;
        card.timesteps = 2;
        card.stride = 3;
        card.interval_ms = 1000;
        const auto source = timestep_source({}, card, 0);
        EXPECT_FALSE(source.planned);
        std::vector<int> taken; // frames of 20 a second
        for (int frame = 0; frame < 32; ++frame) {
            if (!source.schedule->place(frame * 50'000'000LL, 50'000'000LL).empty())
                taken.push_back(frame);
        }
        EXPECT_EQ(taken, (std::vector<int>{0, 3, 6, 9, 20, 23, 26, 29}));
    }
}

TEST(Sampling, ClipsThatAreJudgedByThemselvesAreNotOneShot)
{
    SamplingSettings settings;
    settings.total_frames = 100;
    settings.mode = fovea::FeatureMode::OneShot;
    SamplingOptions card;
    card.plan = Sampling::Clips;
    card.frames = 16;
    EXPECT_NE(refusal(settings, card).find("sampling clips takes clips that are judged by"),
              std::string::npos);
    settings.mode = fovea::FeatureMode::OneAtATime;
    EXPECT_EQ(timestep_source(settings, card, 25).schedule->length(), 16);
}

TEST(Sampling, OneShotMakesOneClipOfAllTimesteps)
{
    SamplingSettings settings;
    settings.total_frames = 1000;
    settings.mode = fovea::FeatureMode::OneShot;
    EXPECT_EQ(timestep_source(settings, spec_a(), 25).schedule->length(), 512);
    settings.timesteps = 4;
    EXPECT_EQ(timestep_source(settings, spec_a(), 25).schedule->length(), 32);
}

TEST(Sampling, OneShotTakesWhatClipsThatOverlapShareOnce)
{
    SamplingSettings settings;
    settings.total_frames = 65;
    settings.mode = fovea::FeatureMode::OneShot;
    EXPECT_EQ(timestep_source(settings, compact(), /*fps=*/7.5).schedule->length(), 65)
        << "0 to 16, 8 to 24, ... 48 to 64";
}

TEST(Sampling, OneShotOfANetworkThatStreamsComesInPiecesOfARow)
{
    SamplingSettings settings;
    settings.total_frames = 1000;
    settings.mode = fovea::FeatureMode::OneShot;
    const auto source = timestep_source(settings, spec_a(), 25, /*frames_per_row=*/4);
    EXPECT_TRUE(source.streams);
    EXPECT_EQ(source.schedule->length(), 4);
}

TEST(Sampling, OneShotThatNoNumberOfRowsFillsStaysOneClip)
{
    SamplingSettings settings;
    settings.total_frames = 1000;
    settings.mode = fovea::FeatureMode::OneShot;
    settings.timesteps = 3;
    settings.frames_per_timestep = 5;
    const auto source = timestep_source(settings, spec_a(), 25, /*frames_per_row=*/8);
    EXPECT_FALSE(source.streams);
    EXPECT_EQ(source.schedule->length(), 15);
}

TEST(Sampling, StreamingTakesEveryFrameOfTheCardsRateOnce)
{
    SamplingSettings settings;
    settings.mode = fovea::FeatureMode::Streaming;
    const auto source = timestep_source(settings, compact(), 30, /*frames_per_row=*/4);
    EXPECT_TRUE(source.streams);
    std::vector<std::pair<std::int64_t, int>> placed;
    for (std::int64_t i = 0; i < 24; ++i) { // 30 a second: every fourth is taken
        for (const auto &[timestep, slot] :
             source.schedule->place(i * 1000000000 / 30, 1000000000 / 30))
            placed.emplace_back(timestep, slot);
    }
    EXPECT_EQ(placed, (std::vector<std::pair<std::int64_t, int>>{
                          {0, 0}, {0, 1}, {0, 2}, {0, 3}, {1, 0}, {1, 1}}));
}

TEST(Sampling, StreamingOnAnEngineWithoutStreamsIsRefused)
{
    SamplingSettings settings;
    settings.mode = fovea::FeatureMode::Streaming;
    EXPECT_NE(refusal(settings, compact()).find("mode=streaming is not there"), std::string::npos);
}

TEST(Sampling, OneShotWithoutASurveyIsRefusedWithTheRemedy)
{
    SamplingSettings settings;
    settings.mode = fovea::FeatureMode::OneShot;
    EXPECT_NE(refusal(settings, spec_a()).find("set total-frames"), std::string::npos);
}

TEST(Sampling, AnExplicitPlanWithoutASurveyIsRefused)
{
    SamplingSettings settings;
    settings.sampling = Sampling::Uniform;
    EXPECT_NE(refusal(settings, spec_a()).find("total-frames is 0"), std::string::npos);
}

/* At the card's rate the clips' frames lie by the rate of the video, which takes its duration too. */
TEST(Sampling, ASpreadPlanIsNeverAStreamUnlessTheCardsIs)
{
    SamplingSettings settings;
    settings.sampling = Sampling::Spread;
    EXPECT_NE(refusal(settings, compact()).find("total-frames is 0"), std::string::npos);
    settings.total_frames = 1000;
    EXPECT_TRUE(timestep_source(settings, compact(), /*fps=*/25).planned);
    EXPECT_NE(refusal(settings, compact(), /*fps=*/0).find("total-time is 0"), std::string::npos);
    SamplingOptions card = compact();
    card.plan = Sampling::Spread;
    EXPECT_FALSE(timestep_source({}, card, /*fps=*/0).planned) << "a stream";
}

TEST(Sampling, WindowsThatOverlapAreNotOneClip)
{
    SamplingSettings settings;
    settings.mode = fovea::FeatureMode::OneShot;
    settings.sampling = Sampling::Windows;
    settings.total_frames = 100;
    EXPECT_NE(refusal(settings, spec_a()).find("use mode=one-at-a-time"), std::string::npos);
}

TEST(Sampling, WindowsAreCompleteInTheOrderOfTheirLastFrames)
{
    SamplingSettings settings;
    settings.total_frames = 64;
    SamplingOptions card;
    card.plan = Sampling::Windows;
    card.frames = 16;
    const auto source = timestep_source(settings, card, 25);
    std::map<std::int64_t, std::vector<std::int64_t>> frames_of;
    std::vector<std::int64_t> complete;
    for (std::int64_t frame = 0; frame < 64; ++frame) {
        for (const auto &[timestep, slot] : source.schedule->place(0, 0)) {
            EXPECT_EQ(slot, static_cast<int>(frames_of[timestep].size()));
            frames_of[timestep].push_back(frame);
            if (slot == 15)
                complete.push_back(timestep);
        }
    }
    ASSERT_EQ(frames_of.size(), 13U + 5U + 1U) << "of 16, 32 and 64 frames";
    EXPECT_EQ(complete.size(), 19U);
    EXPECT_TRUE(std::is_sorted(complete.begin(), complete.end()));
    int every_fourth = 0;
    for (const auto &[timestep, frames] : frames_of)
        every_fourth += frames[1] == frames[0] + 4 && frames[15] == frames[0] + 60 ? 1 : 0;
    EXPECT_EQ(every_fourth, 1) << "that of all 64 frames";

    settings.total_frames = 0;
    EXPECT_NE(refusal(settings, card).find("total-frames is 0"), std::string::npos);
}

TEST(Sampling, SlidingNeedsARateInTheCard)
{
    SamplingSettings settings;
    settings.sampling = Sampling::Sliding;
    settings.total_frames = 100;
    EXPECT_NE(refusal(settings, spec_a()).find("needs a rate"), std::string::npos);
}

TEST(Sampling, AVideoWithoutAFrameRateIsSampledByTimeStamps)
{
    SamplingSettings settings;
    settings.total_frames = 1000;
    EXPECT_FALSE(timestep_source(settings, compact(), /*fps=*/0).planned);
}

} // namespace
