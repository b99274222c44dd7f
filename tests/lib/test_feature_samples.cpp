#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/store/feature_file.h"
#include "fovea/train/feature_samples.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

class Features : public testing::Test
{
protected:
    /** \brief Rows whose every value is the number of the row */
    FeatureClip add(const std::string &name, std::int64_t rows, std::int64_t target,
                    std::int64_t channels = 4)
    {
        FeatureFile file;
        file.features = Array({2, rows, channels});
        for (std::size_t i = 0; i < file.features.values.size(); ++i)
            file.features.values[i] =
                static_cast<float>(static_cast<std::int64_t>(i) / channels % rows);
        file.boxes.resize(2);
        file.times.resize(static_cast<std::size_t>(rows));
        write_feature_file(folder_.path() / name, file);
        return {folder_.path() / name, target};
    }

    TemporaryFolder folder_;
};

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

TEST_F(Features, JudgingSeesAllWindowsTheLastEndingWithTheRows)
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

TEST_F(Features, AllRowsWithoutAWindow)
{
    const FeatureSamples samples({add("a.pt", 10, 1)}, {});
    EXPECT_EQ(samples.sample(0, 5).input.size(1), 10);
    EXPECT_EQ(samples.channels(), 4);
    EXPECT_EQ(samples.regions(), 2);
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
