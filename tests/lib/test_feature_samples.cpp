// SPDX-License-Identifier: MIT
#include <set>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/errors.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/data/batch_loader.h"
#include "fovea/train/data/feature_samples.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

class Features : public testing::Test
{
protected:
    /** \brief Rows whose every value is the number of the row; mirrored ones have 100 more */
    FeatureClip add(const std::string &name, std::int64_t rows, std::int64_t target,
                    std::int64_t channels = 4, bool mirrored = false)
    {
        FeatureFile file;
        file.features = Array({2, rows, channels});
        for (std::size_t i = 0; i < file.features.values.size(); ++i)
            file.features.values[i] =
                static_cast<float>(static_cast<std::int64_t>(i) / channels % rows);
        if (mirrored) {
            file.mirrored = file.features;
            for (float &value : file.mirrored.values)
                value += 100;
        }
        file.boxes.resize(2);
        file.times.resize(static_cast<std::size_t>(rows));
        write_feature_file(folder_.path() / name, file);
        return {folder_.path() / name, target};
    }

    /** \brief The rows of a file become those of other weights */
    void set_weights(const FeatureClip &clip, const std::string &sha256) const
    {
        FeatureFile file = read_feature_file(clip.file);
        file.bundle_sha256 = sha256;
        write_feature_file(clip.file, file);
    }

    TemporaryFolder folder_;
};

TEST_F(Features, RowsOfAnotherNetworkAreRefusedWhateverTheirShape)
{
    const FeatureClip one = add("a.pt", 3, 0);
    const FeatureClip other = add("b.pt", 3, 0);
    set_weights(one, "0a");
    set_weights(other, "0b");
    const FeatureSamples samples({one, other}, {});
    EXPECT_NO_THROW(samples.sample(0, 0));
    EXPECT_EQ(error_of([&] { samples.sample(1, 0); }),
              "feature file '" + other.file.string() + "': expected rows of weights 0a, as in '" +
                  one.file.string() + "', got of weights 0b; extract all with one model");
    set_weights(other, "0a");
    EXPECT_NO_THROW(samples.sample(1, 0));
}

TEST_F(Features, AWindowIsTakenFromARandomPlace)
{
    FeatureSamplesOptions options;
    options.window = 3;
    const FeatureSamples samples({add("a.pt", 10, 1)}, options);
    std::vector<int> starts(10);
    for (std::int64_t epoch = 0; epoch < 200; ++epoch) {
        const Sample sample = samples.sample(0, epoch);
        ASSERT_EQ(sample.input.sizes(), (at::IntArrayRef{2, 3, 4}));
        const float first = sample.input[0][0][0].item<float>();
        EXPECT_EQ(sample.input[1][2][3].item<float>(), first + 2);
        ++starts[static_cast<std::size_t>(first)];
    }
    for (std::size_t start = 0; start < 8; ++start)
        EXPECT_GT(starts[start], 5) << start; // 25 each, standard deviation 4.7
}

/** \brief Clips of two rows, a second each: windows 0 to 2 s, 2 to 4 s, 4 to 6 s of a video of 6 s */
class Stretches : public Features
{
protected:
    FeatureClip add_stretch(double start, double end, double ends_after = 0)
    {
        FeatureClip clip = add("s.pt", 6, 1);
        FeatureFile file = read_feature_file(clip.file);
        for (std::size_t row = 0; row < 6; ++row)
            file.times[row] = {static_cast<Nanoseconds>(row) * nanoseconds_per_second,
                               static_cast<Nanoseconds>(row + 1) * nanoseconds_per_second};
        file.frames = 60;
        file.fps = 10;
        write_feature_file(clip.file, file);
        clip.listed.start = {start, false};
        clip.listed.end = {end, false};
        clip.listed.ends_after = {ends_after, false};
        return clip;
    }

    static FeatureSamplesOptions options(bool training)
    {
        FeatureSamplesOptions options;
        options.window = options.hop = 2;
        options.training = training;
        return options;
    }

    /** \brief First rows of the windows that evaluation sees */
    std::vector<float> seen(const FeatureClip &clip) const
    {
        const FeatureSamples samples({clip}, options(/*training=*/false));
        const at::Tensor first = samples.sample(0, 0).input.select(1, 0).select(1, 0).select(1, 0);
        const at::Tensor dense = first.contiguous();
        return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
    }
};

TEST_F(Stretches, WindowsLieInsideAndAQuarterOfASecondDoesNotMatter)
{
    using Starts = std::vector<float>;
    EXPECT_EQ(seen(add_stretch(0, 6)), (Starts{0, 2, 4}));
    EXPECT_EQ(seen(add_stretch(1.8, 4.2)), (Starts{2}));
    EXPECT_EQ(seen(add_stretch(2.2, 6)), (Starts{2, 4}));
    EXPECT_EQ(seen(add_stretch(0, 6, 4.1)), (Starts{2, 4}));
    EXPECT_EQ(seen(add_stretch(0, 6, 4.5)), (Starts{4}));
}

TEST_F(Stretches, TrainingDrawsFromTheSameWindows)
{
    const FeatureSamples samples({add_stretch(1.8, 6)}, options(/*training=*/true));
    int second = 0;
    for (std::int64_t epoch = 0; epoch < 100; ++epoch) {
        const float first = samples.sample(0, epoch).input[0][0][0].item<float>();
        EXPECT_TRUE(first == 2 || first == 4) << first;
        second += first == 4 ? 1 : 0;
    }
    EXPECT_NEAR(second, 50, 20);
}

TEST_F(Stretches, CropsAtRandomLieInsideAtAnyRow)
{
    // Rows 1 to 5: windows of two begin at 1, 2 and 3
    FeatureSamplesOptions in_test = options(/*training=*/false);
    in_test.crops = 40;
    const at::Tensor views = FeatureSamples({add_stretch(1, 5)}, in_test).sample(0, 0).input;
    ASSERT_EQ(views.size(0), 40);
    FeatureSamplesOptions in_training = options(/*training=*/true);
    in_training.between_hops = true;
    const FeatureSamples drawn({add_stretch(1, 5)}, in_training);
    std::set<float> tested;
    std::set<float> trained;
    for (std::int64_t i = 0; i < 40; ++i) {
        tested.insert(views[i][0][0][0].item<float>());
        trained.insert(drawn.sample(0, i).input[0][0][0].item<float>());
    }
    EXPECT_EQ(tested, (std::set<float>{1, 2, 3}));
    EXPECT_EQ(trained, tested);
}

/* Who trains leaves the others out of the list */
TEST_F(Stretches, OneThatHoldsAWindowBetweenTwoHopsIsOfRecipesOfCropsAlone)
{
    EXPECT_NE(error_of([&] { seen(add_stretch(1, 3)); }).find("no window of 2 rows lies"),
              std::string::npos);
    FeatureSamplesOptions of_crops = options(/*training=*/false);
    of_crops.between_hops = true;
    const FeatureSamples samples({add_stretch(1, 3)}, of_crops);
    EXPECT_EQ(samples.sample(0, 0).input.size(0), 1);
}

TEST_F(Stretches, OneThatHoldsNoWindowIsAnError)
{
    const FeatureSamples samples({add_stretch(2.5, 4)}, options(/*training=*/true));
    EXPECT_THROW(samples.sample(0, 0), Error);
}

TEST_F(Features, AClipIsDrawnByItsWeight)
{
    FeatureClip often = add("often.pt", 4, 0);
    often.listed.weight = 2.5;
    FeatureClip never = add("never.pt", 4, 1);
    never.listed.weight = 0;
    const FeatureSamples samples({often, never}, {});
    std::size_t drawn = 0;
    for (std::int64_t epoch = 0; epoch < 100; ++epoch) {
        for (const std::size_t index : samples.order(epoch))
            EXPECT_EQ(index, 0U);
        drawn += samples.order(epoch).size();
    }
    EXPECT_NEAR(static_cast<double>(drawn), 250, 20);
}

TEST_F(Features, WholeClipsStartWhereEvaluationStarts)
{
    FeatureSamplesOptions options;
    options.window = options.hop = 4;
    options.whole_clips = true;
    const FeatureSamples samples({add("a.pt", 12, 1)}, options);
    for (std::int64_t epoch = 0; epoch < 50; ++epoch) {
        const float first = samples.sample(0, epoch).input[0][0][0].item<float>();
        EXPECT_TRUE(first == 0 || first == 4 || first == 8) << first;
    }
}

TEST_F(Features, EvaluationSeesAllWindowsTheLastEndingWithTheRows)
{
    FeatureSamplesOptions options;
    options.window = 4;
    options.hop = 4;
    options.training = false;
    const FeatureSamples samples({add("a.pt", 10, 1), add("b.pt", 3, 0)}, options);
    const at::Tensor views = samples.sample(0, 0).input;
    ASSERT_EQ(views.sizes(), (at::IntArrayRef{3, 2, 4, 4}));
    EXPECT_EQ(views[1][0][0][0].item<float>(), 4);
    EXPECT_EQ(views[2][0][0][0].item<float>(), 6);
    EXPECT_EQ(samples.sample(1, 0).input.sizes(), (at::IntArrayRef{1, 2, 3, 4}))
        << "a video shorter than a window is one";
}

TEST_F(Features, MirroredRowsAreDrawnAtEvenOdds)
{
    FeatureSamplesOptions options;
    options.window = 3;
    options.regions = {1};
    const FeatureSamples samples({add("a.pt", 10, 1, 4, /*mirrored=*/true)}, options);
    int mirrored = 0;
    for (std::int64_t epoch = 0; epoch < 400; ++epoch) {
        const at::Tensor rows = samples.sample(0, epoch).input;
        ASSERT_EQ(rows.sizes(), (at::IntArrayRef{1, 3, 4}));
        mirrored += rows[0][0][0].item<float>() >= 100 ? 1 : 0;
    }
    EXPECT_NEAR(mirrored, 200, 40); // standard deviation 10
}

TEST_F(Features, EvaluationByCropsSeesEachPlainAndMirrored)
{
    FeatureSamplesOptions options;
    options.window = 4;
    options.crops = 40;
    options.training = false;
    const FeatureSamples samples(
        {add("a.pt", 10, 1, 4, /*mirrored=*/true), add("b.pt", 10, 0), add("c.pt", 3, 0)}, options);
    const at::Tensor views = samples.sample(0, 0).input;
    ASSERT_EQ(views.sizes(), (at::IntArrayRef{80, 2, 4, 4}));
    std::vector<int> starts(7);
    for (std::int64_t i = 0; i < 80; i += 2) {
        const float first = views[i][0][0][0].item<float>();
        EXPECT_EQ(views[i + 1][1][3][3].item<float>(), first + 103);
        ++starts.at(static_cast<std::size_t>(first));
    }
    for (const int times : starts)
        EXPECT_GT(times, 0); // 5.7 each, standard deviation 2.2
    EXPECT_TRUE(samples.sample(0, 3).input.equal(views)) << "the same crops each time";
    EXPECT_EQ(samples.sample(1, 0).input.size(0), 40) << "a file without mirrored rows";
    EXPECT_EQ(samples.sample(2, 0).input.size(0), 1) << "all crops of a short video are one";
}

TEST_F(Features, AllRowsWithoutAWindow)
{
    const FeatureSamples samples({add("a.pt", 10, 1)}, {});
    EXPECT_EQ(samples.sample(0, 5).input.size(1), 10);
    EXPECT_EQ(samples.channels(), 4);
    EXPECT_EQ(samples.regions(), 2);
}

TEST_F(Features, NoSampleIsABatchAloneUnlessAllAre)
{
    const auto sizes = [&](int samples, int batch_size) {
        const FeatureSamples source(
            std::vector<FeatureClip>(static_cast<std::size_t>(samples), add("a.pt", 2, 0)), {});
        BatchLoader loader(source, batch_size, /*ahead=*/2);
        loader.begin(0);
        std::vector<std::int64_t> sizes;
        while (const auto batch = loader.next())
            sizes.push_back(batch->size());
        EXPECT_EQ(loader.batches(), static_cast<std::int64_t>(sizes.size()));
        return sizes;
    };
    EXPECT_EQ(sizes(9, 4), (std::vector<std::int64_t>{4, 5}));
    EXPECT_EQ(sizes(10, 4), (std::vector<std::int64_t>{4, 4, 2}));
    EXPECT_EQ(sizes(8, 4), (std::vector<std::int64_t>{4, 4}));
    EXPECT_EQ(sizes(1, 4), (std::vector<std::int64_t>{1}));
    EXPECT_EQ(sizes(3, 1), (std::vector<std::int64_t>{1, 1, 1}));
}

TEST_F(Features, WithoutMemoryFilesAreReadAgain)
{
    FeatureSamplesOptions options;
    options.memory = 0;
    const FeatureClip clip = add("a.pt", 10, 1);
    const FeatureSamples samples({clip}, options);
    EXPECT_EQ(samples.sample(0, 0).input.size(1), 10);
    std::filesystem::remove(clip.file);
    EXPECT_THROW(samples.sample(0, 1), Error);
}

TEST_F(Features, OfAnotherModelAreRefused)
{
    const FeatureSamples samples({add("a.pt", 10, 1), add("b.pt", 10, 1, 5)}, {});
    EXPECT_THROW(samples.sample(1, 0), Error);
    EXPECT_THROW(FeatureSamples({}, {}), Error);
}

} // namespace

} // namespace fovea
