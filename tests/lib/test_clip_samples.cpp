// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

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
using test::OneFile;

/** \brief A still picture with someone in it, brighter to the right and more so below */
class Slope final : public OneFile
{
public:
    Slope()
    {
        FrameFileWriter writer(file(), {{test::video_side, test::video_side}, fps, {}});
        I420Picture picture({test::video_side, test::video_side});
        const FrameView &view = picture.filled([](int x, int y) { return 16 + (x + 15 * y) / 5; });
        Person person;
        person.box = {0.125F, 0.25F, 0.25F, 0.25F};
        person.confidence = 0.9F;
        for (int i = 0; i < frame_count; ++i)
            writer.add(view, {person});
        writer.commit();
        open_written();
    }
};

/** \brief How often each view of Slope was drawn, by its first and last pixel */
std::map<std::pair<float, float>, int> views_drawn(const ActivityCard &card,
                                                   const ClipSamplesOptions &options, int draws)
{
    const Slope source;
    const ClipSamples samples({ListedClip()}, {1}, card, source, options);
    std::map<std::pair<float, float>, int> seen;
    for (int epoch = 0; epoch < draws; ++epoch) {
        const at::Tensor view = samples.sample(0, epoch).input[0][0];
        ++seen[{view[0][0].item<float>(), view[-1][-1].item<float>()}];
    }
    return seen;
}

TEST_F(Clips, RandomRegionsAreAllUsed)
{
    card_.regions.grid = 3;
    const auto seen = views_drawn(card_, {}, 440);
    // 440 draws of 11 regions: 40 each, standard deviation 6
    ASSERT_EQ(seen.size(), 11U);
    for (const auto &[view, count] : seen)
        EXPECT_NEAR(count, 40, 24);
}

TEST_F(Clips, OnlyTheRegionsAskedForAreUsed)
{
    card_.regions.grid = 2;
    ClipSamplesOptions options;
    options.regions = {0, 4};
    const auto seen = views_drawn(card_, options, 20);
    ASSERT_EQ(seen.size(), 2U);
    // The last of the grid begins further in than the picture and ends with it
    EXPECT_LT(seen.begin()->first.first, seen.rbegin()->first.first);
    EXPECT_NEAR(seen.begin()->first.second, seen.rbegin()->first.second, 0.02);
}

TEST_F(Clips, FeatureRowsAreTheNetworksOfEveryViewInOrder)
{
    card_.input.size = {32, 32};
    ClipSamplesOptions options;
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    ListedClip clip;
    clip.id = "one";
    clip.label = "walk";
    const ClipSamples samples = make(clip, options);
    const auto network = nn::make_backbone("watch", /*classes=*/0);
    named_numbers::fill(*network);
    const FeatureFile file = feature_rows(*network, samples, 0);

    // three windows (see below) of 4 rows each, regions first
    ASSERT_EQ(file.features.shape, (std::vector<std::int64_t>{2, 12, 128}));
    const at::Tensor views = samples.sample(0, 0).input; // window by window, region by region
    const at::NoGradGuard no_grad;
    const at::Tensor rows = network->rows(views).view({3, 2, 4, 128});
    for (std::int64_t region = 0; region < 2; ++region) {
        for (std::int64_t row = 0; row < 12; ++row) {
            const float got =
                file.features.values[static_cast<std::size_t>((region * 12 + row) * 128 + 7)];
            EXPECT_NEAR(got, rows[row / 4][region][row % 4][7].item<float>(), 1e-5);
        }
    }
    EXPECT_EQ(file.regions, "full,actor");
    EXPECT_EQ(file.label, "walk");
    EXPECT_EQ(file.video_id, "one");
    EXPECT_EQ(file.frames, frame_count);
    ASSERT_EQ(file.times.size(), 12U);
    EXPECT_EQ(file.times[0].start, 0);
    EXPECT_EQ(file.times[11].end, 4 * nanoseconds_per_second) << "the last window ends the video";
}

TEST_F(Clips, EvaluationSeesEveryRegionOfEveryWindow)
{
    ClipSamplesOptions options;
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    const ClipSamples samples = make({}, options);
    const Sample sample = samples.sample(0, 0);
    // 4 s at 7.5 a second are 30 frames: windows of 17 from 0 and 8, and one that ends with it
    EXPECT_EQ(sample.input.sizes(), (at::IntArrayRef{6, 3, 17, 16, 16}));
    EXPECT_EQ(sample.target, 1);
    EXPECT_EQ(frame_of(sample.input[0][0][0][0][0].item<double>()), 0);
    EXPECT_EQ(frame_of(sample.input[0][0][16][0][0].item<double>()), 64);
    EXPECT_EQ(frame_of(sample.input[2][1][0][0][0].item<double>()), 32);
    EXPECT_EQ(frame_of(sample.input[1][0][0][0][0].item<double>()), 80) << "the actor fills it";
}

TEST_F(Clips, AWindowLiesInItsStretchAndEndsAfterItsMark)
{
    ListedClip clip;
    clip.start = {1, false};
    clip.end = {0.9, true};
    clip.ends_after = {0.7, true};
    ClipSamplesOptions options;
    options.augmentation.shortest_span = 1.2;
    options.augmentation.longest_span = 2.1;
    card_.regions.actor = false;
    const ClipSamples samples = make(clip, options);
    std::set<int> firsts;
    for (std::int64_t epoch = 0; epoch < 60; ++epoch) {
        const at::Tensor input = samples.sample(0, epoch).input;
        const int first = frame_of(input[0][0][0][0].item<double>());
        const int last = frame_of(input[0][16][0][0].item<double>());
        EXPECT_GE(first, 29);
        EXPECT_LE(last, 109);
        EXPECT_GE(last, 83);
        EXPECT_GE(last - first, 35);
        EXPECT_LE(last - first, 64);
        firsts.insert(first);
    }
    EXPECT_GT(firsts.size(), 15U) << "another place in every epoch";
}

TEST_F(Clips, ASampleFollowsFromSeedEpochAndIndexAlone)
{
    ClipSamplesOptions options;
    options.augmentation = from_scratch_augmentation();
    const ClipSamples samples = make({}, options, 3);
    const ClipSamples again = make({}, options, 3);
    again.sample(2, 7);
    EXPECT_TRUE(samples.sample(1, 3).input.equal(again.sample(1, 3).input));
    EXPECT_FALSE(samples.sample(1, 3).input.equal(samples.sample(1, 4).input));
    EXPECT_FALSE(samples.sample(1, 3).input.equal(samples.sample(0, 3).input));
}

TEST_F(Clips, AreDrawnByWeight)
{
    ListedClip clip;
    clip.weight = 1.3;
    const ClipSamples samples = make(clip, {}, 10);
    std::size_t drawn = 0;
    for (std::int64_t epoch = 0; epoch < 100; ++epoch) {
        const auto order = samples.order(epoch);
        EXPECT_GE(order.size(), 10U);
        drawn += order.size();
    }
    EXPECT_NEAR(static_cast<double>(drawn), 1300, 60); // standard deviation 14.5
}

/** \brief Pictures of flow of the same 4 s at half the rate: x is the frame's number */
class HalfRateFlow final : public OneFile
{
public:
    HalfRateFlow()
    {
        FrameFileWriter writer(file(), {{8, 8}, fps / 2, {}, PixelFormat::RGB});
        std::vector<std::uint8_t> bytes(8 * 8 * 3, 0);
        FrameView view;
        view.width = view.height = 8;
        view.planes = {bytes.data(), nullptr, nullptr};
        view.strides = {8 * 3, 0, 0};
        for (int i = 0; i < frame_count / 2; ++i) {
            for (std::size_t p = 0; p < bytes.size(); p += 3)
                bytes[p] = static_cast<std::uint8_t>(i);
            writer.add(view, {});
        }
        writer.commit();
        open_written();
    }
};

TEST_F(Clips, ATeachersViewShowsTheSameMoments)
{
    const HalfRateFlow flow;
    card_.regions.actor = false;
    ClipSamplesOptions options;
    options.augmentation.flip = 0.5;
    options.teacher = {&flow, Modality::Flow, {{255, 255, 0}, {0, 0, 0}}};
    const ClipSamples samples = make({}, options);
    int mirrored = 0;
    for (std::int64_t epoch = 0; epoch < 20; ++epoch) {
        const at::Tensor clip = samples.sample(0, epoch).input;
        ASSERT_EQ(clip.sizes(), (at::IntArrayRef{6, 17, 16, 16}));
        const bool is_mirrored = clip[3][0][0][0].item<double>() > 128; // x is 255 - x
        mirrored += is_mirrored ? 1 : 0;
        for (std::int64_t t = 0; t < 17; ++t) {
            const double x = clip[3][t][0][0].item<double>();
            const int frame = frame_of(clip[0][t][0][0].item<double>());
            EXPECT_NEAR(is_mirrored ? 255 - x : x, frame / 2.0, 0.51);
        }
    }
    EXPECT_GT(mirrored, 2);
    EXPECT_LT(mirrored, 18);
    options.training = false;
    EXPECT_EQ(make({}, options).sample(0, 0).input.size(1), 3) << "a test has no teacher";
}

TEST_F(Clips, HaveTheLabelsOfTheirFrames)
{
    ListedClip clip;
    clip.actions = {{"sit", {1, false}, {2, false}}, {"run", {0, false}, {1, true}}};
    ClipSamplesOptions options;
    options.classes = {"jump", "run", "sit"};
    card_.regions.actor = false;
    const ClipSamples samples = make(clip, options);
    for (std::int64_t epoch = 0; epoch < 20; ++epoch) {
        const Sample sample = samples.sample(0, epoch);
        ASSERT_EQ(sample.labels.sizes(), (at::IntArrayRef{3, 17}));
        for (std::int64_t t = 0; t < 17; ++t) {
            const int frame = frame_of(sample.input[0][t][0][0].item<double>());
            EXPECT_EQ(sample.labels[0][t].item<float>(), 0);
            EXPECT_EQ(sample.labels[1][t].item<float>(), 1);
            EXPECT_EQ(sample.labels[2][t].item<float>(), frame >= 30 && frame <= 60 ? 1 : 0);
        }
    }
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    const at::Tensor whole = make(clip, options).sample(0, 0).labels;
    EXPECT_TRUE(whole.equal(at::tensor({0.0F, 1.0F, 1.0F}).view({3, 1}))) << "in evaluation, all";
}

TEST_F(Clips, TrainingSeesOneViewOfAClipAlone)
{
    ClipSamplesOptions options;
    options.views = ClipSamplesOptions::Views::All;
    EXPECT_THROW(make({}, options), Error);
    options.training = false;
    EXPECT_NO_THROW(make({}, options));
}

TEST_F(Clips, AStretchIsSampledInsideIt)
{
    card_.regions.actor = false;
    card_.sampling.plan = fovea::Sampling::Clips;
    card_.sampling.frames = 16;
    card_.sampling.fill = fovea::Fill::Loop;
    ListedClip clip;
    clip.start = {1, false};
    clip.end = {3, false};
    const ClipSamples training = make(clip, {});
    for (std::int64_t epoch = 0; epoch < 40; ++epoch) {
        const at::Tensor input = training.sample(0, epoch).input;
        EXPECT_GE(frame_of(input[0][0][0][0].item<double>()), 30);
        EXPECT_LT(frame_of(input[0][15][0][0].item<double>()), 90);
    }
    ClipSamplesOptions options;
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    EXPECT_EQ(make(clip, options).sample(0, 0).input.size(0), 4) << "60 frames, the last 12 looped";
}

TEST_F(Clips, ThePartsOfAnEvaluationAreItsViewsInOrder)
{
    card_.input.size = {448, 448}; // 16 frames of 448 x 448: four views at once
    card_.sampling.plan = fovea::Sampling::Clips;
    card_.sampling.frames = 16;
    ClipSamplesOptions options;
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    const ClipSamples samples = make({}, options);
    const at::Tensor all = samples.sample(0, 0).input;
    ASSERT_EQ(all.size(0), 16) << "eight clips of two regions";
    std::vector<at::Tensor> parts;
    for (bool last = false; !last;) {
        const SampleSource::Part part = samples.part(0, 0, parts.size());
        EXPECT_EQ(part.sample.input.size(0), 4);
        EXPECT_EQ(part.sample.target, 1);
        parts.push_back(part.sample.input);
        last = part.is_last;
    }
    EXPECT_EQ(parts.size(), 4U);
    EXPECT_TRUE(at::cat(parts).equal(all));
}

TEST_F(Clips, OfManyLabelsTrainingKnowsThoseOfTheWholeVideo)
{
    ListedClip clip;
    clip.actions = {{"sit", {3.9, false}, {4, false}}, {"run", {0, false}, {1, true}}};
    ClipSamplesOptions options;
    options.classes = {"jump", "run", "sit"};
    card_.regions.actor = false;
    const Sample sample = make(clip, options).sample(0, 0);
    EXPECT_TRUE(sample.video_labels.equal(at::tensor({0.0F, 1.0F, 1.0F})));
    options.training = false;
    EXPECT_FALSE(make(clip, options).sample(0, 0).video_labels.defined());
}

/** \brief A pixel in front, of one behind, or of the brighter middle of either: the same in all frames */
enum class Seen { Front, Behind, Middle };

Seen seen_at(const at::Tensor &clip, std::int64_t x, std::int64_t y)
{
    std::set<Seen> seen;
    for (std::int64_t t = 0; t < clip.size(1); ++t) {
        const int frame = frame_of(clip[0][t][y][x].item<double>());
        seen.insert(frame <= 30 ? Seen::Front : frame <= 75 ? Seen::Behind : Seen::Middle);
    }
    return seen.size() == 1 ? *seen.begin() : Seen::Middle;
}

TEST_F(Clips, PastedClipsStandInFrontOfThoseWithoutEvents)
{
    ListedClip event;
    event.end = {1, false}; // frames 0 to 30
    ListedClip normal;
    normal.start = {1.3, false}; // 39 to 75
    normal.end = {2.5, false};
    ClipSamplesOptions options;
    options.regions = {0};
    options.normal = 2;
    options.augmentation.paste = 0.5;
    const ClipSamples samples({event, normal}, {1, 2}, card_, source_, options);
    int pasted = 0;
    for (std::int64_t epoch = 0; epoch < 60; ++epoch) {
        const Sample sample = samples.sample(0, epoch);
        EXPECT_EQ(sample.target, 1) << "of the clip in front";
        PixelRect front = {16, 16, 0, 0};
        for (int place = 0; place < 256; ++place) {
            const int x = place % 16;
            const int y = place / 16;
            if (seen_at(sample.input, x, y) != Seen::Front)
                continue;
            front = {std::min(front.x, x), std::min(front.y, y), std::max(front.width, x + 1),
                     std::max(front.height, y + 1)}; // its end, so far
        }
        front.width -= front.x;
        front.height -= front.y;
        if (front.width == 16)
            continue;
        ++pasted;
        EXPECT_GE(front.width, 5); // 0.35 to 0.85 of 16
        EXPECT_LE(front.width, 13);
        EXPECT_EQ(front.height, front.width);
        for (int i = 0; i < front.width; ++i) { // its border: inside it lies its middle
            EXPECT_EQ(seen_at(sample.input, front.x + i, front.y), Seen::Front);
            EXPECT_EQ(seen_at(sample.input, front.x + i, front.y + front.height - 1), Seen::Front);
            EXPECT_EQ(seen_at(sample.input, front.x, front.y + i), Seen::Front);
            EXPECT_EQ(seen_at(sample.input, front.x + front.width - 1, front.y + i), Seen::Front);
        }
    }
    EXPECT_NEAR(pasted, 30, 15);
    EXPECT_TRUE(samples.sample(0, 7).input.equal(samples.sample(0, 7).input)) << "by the seed";
}

TEST_F(Clips, AShakenClipMovesOverAStillPicture)
{
    card_.input.size = {64, 64};
    ListedClip still;
    still.end = {1.0 / fps, false}; // one frame only: what moves is the camera
    ClipSamplesOptions options;
    options.regions = {0};
    options.augmentation.smallest_crop = options.augmentation.largest_crop = 0.5;
    const auto moves = [&](double chance) {
        options.augmentation.shake = chance;
        const ClipSamples samples = make(still, options);
        const at::Tensor clip = samples.sample(0, 3).input;
        return (clip.narrow(1, 1, 16) - clip.narrow(1, 0, 16)).abs().max().item<double>();
    };
    EXPECT_LT(moves(0), 0.02) << "two frames at most";
    EXPECT_GT(moves(1), 0.05) << "the edge of the middle";
}

} // namespace

} // namespace fovea
