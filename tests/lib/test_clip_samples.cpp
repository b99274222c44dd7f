// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/train/clip_rows.h"
#include "fovea/train/data/clip_samples.h"
#include "named_numbers.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

constexpr int video_side = 64;
constexpr int frame_count = 120;
constexpr double fps = 30;

/** \brief Every clip is of one frame file, which a child writes */
class OneFile : public ClipSource
{
public:
    std::shared_ptr<const FrameFile> open(const ListedClip &) const override { return opened_; }

protected:
    std::filesystem::path file() const { return folder_.path() / "v"; }

    void open_written() { opened_ = std::make_shared<FrameFile>(file()); }

private:
    TemporaryFolder folder_;
    std::shared_ptr<const FrameFile> opened_;
};

/**
 * \brief A video of 4 s whose frame i is grey of luma 16 + i outside the middle, 16 + i + 80 in it;
 * someone stands in the middle (16 of 64 pixels wide) all the time
 */
class OneVideo final : public OneFile
{
public:
    OneVideo()
    {
        FrameFileWriter writer(file(), {{video_side, video_side}, fps, {}});
        std::vector<std::uint8_t> bytes(video_side * video_side * 3 / 2, 128);
        FrameView view;
        view.format = PixelFormat::I420;
        view.width = view.height = video_side;
        view.planes = {bytes.data(), bytes.data() + video_side * video_side,
                       bytes.data() + video_side * video_side * 5 / 4};
        view.strides = {video_side, video_side / 2, video_side / 2};
        Person person;
        person.box = {0.375F, 0.375F, 0.25F, 0.25F};
        person.confidence = 0.9F;
        for (int i = 0; i < frame_count; ++i) {
            for (int p = 0; p < video_side * video_side; ++p) {
                const auto inside = [](int x) { return x >= 24 && x < 40; };
                const bool middle = inside(p % video_side) && inside(p / video_side);
                bytes[static_cast<std::size_t>(p)] =
                    static_cast<std::uint8_t>(16 + i + (middle ? 80 : 0));
            }
            writer.add(view, {person});
        }
        writer.commit();
        open_written();
    }
};

ActivityCard compact_card()
{
    ActivityCard card;
    card.architecture = "watch";
    card.input.size = {16, 16};
    card.input.interpolation = Interpolation::Area;
    card.area = ViewArea::Frame;
    card.sampling.plan = fovea::Sampling::Sliding;
    card.sampling.frames = 17;
    card.sampling.rate = 7.5;
    card.sampling.hop = 8;
    card.regions.full = true;
    card.regions.grid = 0;
    card.regions.actor = true;
    card.actor.margin = 1;
    return card;
}

/** \brief Number of the video's frame that grey \a value in [0, 1] stands for (BT.601, limited) */
int frame_of(double value)
{
    return static_cast<int>(std::lround(value * 219));
}

class Clips : public testing::Test
{
protected:
    ClipSamples make(const ListedClip &clip, const ClipSamplesOptions &options, int copies = 1)
    {
        const auto count = static_cast<std::size_t>(copies);
        return {std::vector<ListedClip>(count, clip), std::vector<std::int64_t>(count, 1), card_,
                source_, options};
    }

    OneVideo source_;
    ActivityCard card_ = compact_card();
};

TEST_F(Clips, RandomRegionsAreAllUsed)
{
    card_.regions.grid = 3;
    const ClipSamples samples = make({}, {}, /*copies=*/11);
    for (std::int64_t epoch = 0; epoch < 40; ++epoch) {
        for (const std::size_t index : samples.order(epoch))
            samples.sample(index, epoch);
    }
    // 440 draws of 11 regions: 40 each, standard deviation 6
    const auto uses = samples.region_uses();
    ASSERT_EQ(uses.size(), 11U);
    for (const std::int64_t count : uses)
        EXPECT_NEAR(static_cast<double>(count), 40, 24);
}

TEST_F(Clips, OnlyTheRegionsAskedForAreUsed)
{
    card_.regions.grid = 2;
    ClipSamplesOptions options;
    options.regions = {0, 5};
    const ClipSamples samples = make({}, options, /*copies=*/20);
    for (const std::size_t index : samples.order(0))
        samples.sample(index, 0);
    const auto uses = samples.region_uses();
    EXPECT_GT(uses[0], 0);
    EXPECT_GT(uses[5], 0);
    EXPECT_EQ(uses[0] + uses[5], 20);
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
