// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

#include <ATen/ATen.h>
#include <ATen/core/jit_type.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/pickle.h>
#include <unistd.h>

#include "fovea/core/errors.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/store/tensors/torch_dict.h"
#include "temporary_folder.h"

namespace {

using fovea::Error;
using fovea::FeatureFile;

FeatureFile example()
{
    FeatureFile data;
    data.features = fovea::Array({2, 3, 4});
    for (std::size_t i = 0; i < data.features.values.size(); ++i)
        data.features.values[i] = 0.1F * static_cast<float>(i);
    data.regions = "full,actor";
    data.boxes = {{0, 0, 1, 1}, {0.25F, 0.125F, 0.5F, 0.75F}};
    data.times = {
        {0, 266'666'667}, {1'000'000'001, 1'266'666'667}, {35'999'999'999'999, 36'000'000'000'001}};
    data.video_id = "P03_cereals";
    data.label = "cereals";
    data.frames = 512;
    data.fps = 29.97;
    data.bundle = "watch";
    data.bundle_sha256 = "bdf2";
    return data;
}

class FeatureFileTest : public testing::Test
{
protected:
    std::string error_of_reading(Error::Kind kind) const
    {
        try {
            fovea::read_feature_file(file_);
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), kind);
            std::string text = error.what();
            EXPECT_NE(text.find(file_.string()), std::string::npos) << text;
            return text;
        }
        ADD_FAILURE() << "was read";
        return "";
    }

    std::string error_of_writing(const FeatureFile &data, Error::Kind kind) const
    {
        try {
            fovea::write_feature_file(file_, data);
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), kind) << error.what();
            return error.what();
        }
        ADD_FAILURE() << "was written";
        return "";
    }

    void expect_error(const std::string &error, const std::string &part) const
    {
        EXPECT_NE(error.find(part), std::string::npos) << error;
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "video.pt";
};

TEST_F(FeatureFileTest, WhatIsWrittenIsRead)
{
    const FeatureFile data = example();
    fovea::write_feature_file(file_, data);
    const FeatureFile read = fovea::read_feature_file(file_);
    EXPECT_EQ(read.features.shape, data.features.shape);
    EXPECT_EQ(read.features.values, data.features.values);
    EXPECT_EQ(read.boxes, data.boxes);
    EXPECT_EQ(read.regions, data.regions);
    ASSERT_EQ(read.times.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(read.times[i].start, data.times[i].start);
        EXPECT_EQ(read.times[i].end, data.times[i].end);
    }
    EXPECT_EQ(read.video_id, "P03_cereals");
    EXPECT_EQ(read.label, "cereals");
    EXPECT_EQ(read.frames, 512);
    EXPECT_DOUBLE_EQ(read.fps, 29.97);
    EXPECT_EQ(read.bundle, "watch");
    EXPECT_EQ(read.bundle_sha256, "bdf2");
    EXPECT_TRUE(read.mirrored.values.empty()) << "a file without them, as older ones are";
}

TEST_F(FeatureFileTest, MirroredRowsAreKeptBesideTheOthers)
{
    FeatureFile data = example();
    data.mirrored = fovea::Array({2, 3, 4});
    data.mirrored.values[23] = 7;
    fovea::write_feature_file(file_, data);
    const FeatureFile read = fovea::read_feature_file(file_);
    EXPECT_EQ(read.features.values, data.features.values);
    EXPECT_EQ(read.mirrored.shape, data.mirrored.shape);
    EXPECT_EQ(read.mirrored.values, data.mirrored.values);
}

TEST_F(FeatureFileTest, TheSecondNetworkIsSaid)
{
    FeatureFile data = example();
    fovea::write_feature_file(file_, data);
    EXPECT_EQ(fovea::read_feature_file(file_).attended_channels, 0);
    data.attended_channels = 3;
    data.attended = "c3d-fc6";
    data.attended_sha256 = "77aa";
    fovea::write_feature_file(file_, data);
    const FeatureFile read = fovea::read_feature_file(file_);
    EXPECT_EQ(read.attended_channels, 3);
    EXPECT_EQ(read.attended, "c3d-fc6");
    EXPECT_EQ(read.attended_sha256, "77aa");
    data.attended_channels = 4;
    expect_error(error_of_writing(data, Error::Kind::Settings),
                 "attended_channels are 4, expected fewer than the 4 features");
}

TEST_F(FeatureFileTest, JumpsAreKeptAndFilesWithoutAnyHaveNone)
{
    FeatureFile data = example();
    fovea::write_feature_file(file_, data);
    EXPECT_TRUE(fovea::read_feature_file(file_).jumps.empty());
    data.jumps = {1, 2};
    fovea::write_feature_file(file_, data);
    EXPECT_EQ(fovea::read_feature_file(file_).jumps, (std::vector<std::int64_t>{1, 2}));
    data.jumps = {3};
    expect_error(error_of_writing(data, Error::Kind::Settings), "jumps hold row 3");
}

TEST_F(FeatureFileTest, WhatIsSeenOfPersonsIsKept)
{
    FeatureFile data = example();
    fovea::write_feature_file(file_, data);
    EXPECT_TRUE(fovea::read_feature_file(file_).persons.empty());
    data.persons.resize(data.times.size());
    data.persons[1] = {3, true, false, 0.625F};
    data.persons[2] = {1, false, true, 0.25F};
    fovea::write_feature_file(file_, data);
    const FeatureFile read = fovea::read_feature_file(file_);
    ASSERT_EQ(read.persons.size(), data.times.size());
    EXPECT_EQ(read.persons[0].followed, 0);
    EXPECT_EQ(read.persons[1].followed, 3);
    EXPECT_TRUE(read.persons[1].two_touch);
    EXPECT_FALSE(read.persons[1].goes_down);
    EXPECT_EQ(read.persons[1].largest, 0.625F);
    EXPECT_FALSE(read.persons[2].two_touch);
    EXPECT_TRUE(read.persons[2].goes_down);
    data.persons.pop_back();
    expect_error(error_of_writing(data, Error::Kind::Settings), "timesteps, but persons of");
}

TEST_F(FeatureFileTest, NothingElseIsLeftInTheFolder)
{
    fovea::write_feature_file(file_, example());
    const auto files = std::filesystem::directory_iterator(folder_.path());
    EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(FeatureFileTest, ATruncatedFileIsRefused)
{
    fovea::write_feature_file(file_, example());
    std::filesystem::resize_file(file_, std::filesystem::file_size(file_) / 2);
    expect_error(error_of_reading(Error::Kind::Settings), "is truncated or no feature file");
}

TEST_F(FeatureFileTest, AnEmptyFileIsRefused)
{
    folder_.write("video.pt", "");
    expect_error(error_of_reading(Error::Kind::Settings),
                 "is truncated or no feature file (0 bytes); remove it and extract again");
}

TEST_F(FeatureFileTest, AMissingFileIsNotFound)
{
    expect_error(error_of_reading(Error::Kind::NotFound), "cannot be read");
}

TEST_F(FeatureFileTest, WeightsAreNoFeatureFile)
{
    const char *models = std::getenv("FOVEA_MODEL_PATH");
    ASSERT_NE(models, nullptr);
    std::filesystem::copy_file(std::filesystem::path(models) / "watch" / "watch.pt", file_);
    expect_error(error_of_reading(Error::Kind::Settings), "the entry 'features' is missing");
}

TEST_F(FeatureFileTest, AFolderThatIsNotThereCannotBeWritten)
{
    file_ = folder_.path() / "none" / "video.pt";
    expect_error(error_of_writing(example(), Error::Kind::CannotWrite),
                 "No such file or directory");
}

TEST_F(FeatureFileTest, NumbersThatNoVideoGivesAreRefused)
{
    FeatureFile data = example();
    data.features.values[5] = std::nanf("");
    expect_error(error_of_writing(data, Error::Kind::Settings),
                 "features hold nan as value 5, expected finite numbers");
    data = example();
    data.fps = std::numeric_limits<double>::quiet_NaN();
    expect_error(error_of_writing(data, Error::Kind::Settings), "fps is nan, expected 0 to");
    data = example();
    data.frames = -1;
    fovea::write_feature_file(file_, data);
    expect_error(error_of_reading(Error::Kind::Settings), "'frames' is -1, expected 0 or more");
    data = example();
    data.boxes[1].x = std::numeric_limits<float>::infinity();
    fovea::write_feature_file(file_, data);
    expect_error(error_of_reading(Error::Kind::Settings), "region_boxes hold NaN or infinite");
}

TEST_F(FeatureFileTest, TimesThatNoVideoHasAreRefusedWhenRead)
{
    const auto write = [&](double seconds) {
        c10::impl::GenericDict dict(c10::StringType::get(), c10::AnyType::get());
        dict.insert("features", at::zeros({1, 2, 4}));
        dict.insert("region_boxes", at::tensor({0.0F, 0.0F, 1.0F, 1.0F}).reshape({1, 4}));
        dict.insert("times", at::tensor({0.0, 1.0, 1.0, seconds}, at::kDouble).reshape({2, 2}));
        for (const char *text : {"video_id", "label", "bundle", "bundle_sha256"})
            dict.insert(text, std::string("a"));
        dict.insert("frames", std::int64_t{50});
        dict.insert("fps", 25.0);
        const std::vector<char> bytes = torch::jit::pickle_save(dict);
        folder_.write("video.pt", {bytes.begin(), bytes.end()});
    };
    write(2);
    EXPECT_EQ(fovea::read_feature_file(file_).times[1].end, 2 * fovea::nanoseconds_per_second);
    for (const auto &[seconds, text] :
         {std::pair(std::numeric_limits<double>::quiet_NaN(), "nan"),
          std::pair(std::numeric_limits<double>::infinity(), "inf"), std::pair(1e300, "1e+300"),
          std::pair(-1e300, "-1e+300"), std::pair(9.1e9, "9.1e+09")}) {
        write(seconds);
        const std::string error = error_of_reading(Error::Kind::Settings);
        expect_error(error, "times hold " + std::string(text) + " s, expected at most 4.6e+09 s");
        EXPECT_EQ(error.find('\n'), std::string::npos) << error;
    }
}

/* PyTorch 2.6 and newer read nothing else unless they are told to trust the file. */
TEST_F(FeatureFileTest, PyTorchReadsItWithoutRunningCode)
{
    fovea::write_feature_file(file_, example());
    std::ifstream stream(file_, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(stream), {});
    EXPECT_EQ(bytes.find("restore_type_tag"), std::string::npos) << "which is no part of weights";
    const auto weights = folder_.path() / "weights.pt";
    c10::Dict<std::string, at::Tensor> dict;
    dict.insert("second half", at::arange(6).slice(0, 3));
    fovea::write_torch_dict(weights, dict);

    if (std::system("/usr/bin/python3 -c 'import torch' 2>/dev/null") != 0)
        GTEST_SKIP() << "without Debian's python3-torch nothing is compared";
    const auto script = folder_.write(
        "read.py",
        "import sys, torch\n"
        "d = torch.load(sys.argv[1])\n"
        "assert type(d) is dict and d['features'].shape == (2, 3, 4), d\n"
        "assert d['label'] == 'cereals' and d['fps'] == 29.97 and d['frames'] == 512, d\n"
        "w = torch.load(sys.argv[2], weights_only=True)\n"
        "assert w['second half'].tolist() == [3, 4, 5], w\n");
    EXPECT_EQ(std::system(("/usr/bin/python3 '" + script.string() + "' '" + file_.string() + "' '" +
                           weights.string() + "'")
                              .c_str()),
              0);
}

TEST_F(FeatureFileTest, ShapesThatDisagreeAreNotWritten)
{
    FeatureFile data = example();
    data.boxes.pop_back();
    expect_error(error_of_writing(data, Error::Kind::Settings),
                 "features of 2 regions, but region_boxes of 1");
    data = example();
    data.times.pop_back();
    expect_error(error_of_writing(data, Error::Kind::Settings),
                 "features of 3 timesteps, but times of 2");
    data = example();
    data.features.values.pop_back();
    expect_error(error_of_writing(data, Error::Kind::Settings),
                 "features are [2, 3, 4], but hold 23 values");
    data = example();
    data.mirrored = fovea::Array({2, 2, 4});
    expect_error(error_of_writing(data, Error::Kind::Settings),
                 "mirrored features are [2, 2, 4], expected [2, 3, 4] as the others");
    data = example();
    data.features.shape = {6, 4};
    expect_error(error_of_writing(data, Error::Kind::Settings),
                 "features are [6, 4], expected [R, T', C]");
    EXPECT_FALSE(std::filesystem::exists(file_));
}

} // namespace
