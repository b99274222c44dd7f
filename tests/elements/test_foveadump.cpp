// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

#include "fovea/store/tensors/feature_file.h"
#include "made_meta.h"
#include "properties.h"
#include "video_harness.h"

namespace {

using fovea::test::made_person;
using fovea::test::start_error;
using fovea::test::VideoHarness;
using fovea::test::with_persons;

class FoveaDump : public testing::Test
{
protected:
    void SetUp() override { std::filesystem::create_directories(folder_); }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    void run(const std::string &properties, int frames = 100)
    {
        VideoHarness harness("foveafeatures model=watch leaky=never ! foveadump model=watch " +
                             properties);
        harness.push_range(0, frames);
        gst_harness_push_event(harness.get(), gst_event_new_eos());
        error_ = harness.error();
    }

    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("fovea-dump-" + std::to_string(getpid()));
    std::string error_;
};

TEST_F(FoveaDump, WritesEveryRowWithItsTimeAndLabel)
{
    const auto file = folder_ / "walk.pt";
    run("location=" + file.string() + " label=normal");
    EXPECT_EQ(error_, "");
    const fovea::FeatureFile read = fovea::read_feature_file(file);
    // clips end at frames 64 and 96, and an aligned one at 99's tick: none, 96 is the last tick
    EXPECT_EQ(read.features.shape, (std::vector<std::int64_t>{1, 8, 128}));
    EXPECT_EQ(read.label, "normal");
    EXPECT_EQ(read.video_id, "walk");
    EXPECT_EQ(read.bundle, "watch");
    EXPECT_EQ(read.frames, 100);
    EXPECT_NEAR(read.fps, 30, 1e-3); // of stamps rounded to nanoseconds
    ASSERT_EQ(read.times.size(), 8U);
    EXPECT_EQ(read.times[0].start, 0);
    EXPECT_EQ(read.times[4].start, 32 * fovea::nanoseconds_per_second / 30);
    ASSERT_EQ(read.boxes.size(), 1U);
    EXPECT_TRUE(read.boxes[0] == fovea::whole_frame);
}

/* The file would name a model that its rows are not of. */
TEST_F(FoveaDump, AnotherModelThanThatOfFoveafeaturesIsRefused)
{
    VideoHarness harness("foveafeatures model=watch leaky=never ! identity ! foveadump "
                         "model=watch-both location=" +
                         (folder_ / "other.pt").string());
    EXPECT_EQ(harness.push(0), GST_FLOW_NOT_NEGOTIATED);
    EXPECT_EQ(harness.error(), "property model is 'watch-both', but the rows are made by 'watch'; "
                               "set it as foveafeatures'");
}

TEST_F(FoveaDump, WhatIsSeenOfThePersonsIsKept)
{
    const auto file = folder_ / "persons.pt";
    VideoHarness harness(
        "foveafeatures model=watch leaky=never tail=drop ! foveadump model=watch location=" +
        file.string());
    for (int i = 0; i <= 70; ++i) // a clip of 4 rows ends at 64
        gst_harness_push(harness.get(), with_persons(harness.frame(i),
                                                     {made_person({0.1F, 0.1F, 0.2F, 0.5F}, 1),
                                                      made_person({0.25F, 0.1F, 0.2F, 0.6F}, 2)}));
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_EQ(harness.error(), "");
    const fovea::FeatureFile read = fovea::read_feature_file(file);
    ASSERT_EQ(read.persons.size(), 4U);
    for (const fovea::PersonsSeen &seen : read.persons) {
        EXPECT_EQ(seen.followed, 2);
        EXPECT_TRUE(seen.two_touch);
        EXPECT_FALSE(seen.goes_down);
        EXPECT_NEAR(seen.largest, 0.6F, 1e-6);
    }
}

TEST_F(FoveaDump, WhereTheStreamJumpedIsKept)
{
    const auto file = folder_ / "jump.pt";
    VideoHarness harness(
        "foveafeatures model=watch leaky=never tail=drop ! foveadump model=watch location=" +
        file.string());
    harness.push_range(0, 70);      // a clip of 4 rows ends at 64
    harness.push_range(3000, 3070); // 100 s in: another
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_EQ(harness.error(), "");
    const fovea::FeatureFile read = fovea::read_feature_file(file);
    EXPECT_EQ(read.times.size(), 8U);
    EXPECT_EQ(read.jumps, std::vector<std::int64_t>{4});
}

TEST_F(FoveaDump, StreamsOneBehindTheOtherAreOneFile)
{
    const auto file = folder_ / "two.pt";
    VideoHarness harness(
        "foveafeatures model=watch leaky=never tail=drop ! foveadump model=watch location=" +
        file.string());
    harness.push_range(0, 70);
    gst_harness_push_event(harness.get(), gst_event_new_stream_start("the-next"));
    harness.set_size(64, 48);
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    harness.push_range(0, 70);
    EXPECT_FALSE(std::filesystem::exists(file));
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_EQ(harness.error(), "");
    const fovea::FeatureFile read = fovea::read_feature_file(file);
    EXPECT_EQ(read.times.size(), 8U);
    EXPECT_EQ(read.jumps, std::vector<std::int64_t>{4});
}

TEST_F(FoveaDump, APipeIsWrittenIntoAndStaysAPipe)
{
    const auto pipe = folder_ / "walk.pt";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const auto copy = folder_ / "copy.pt";
    std::thread reader([&] {
        std::ofstream(copy, std::ios::binary) << std::ifstream(pipe, std::ios::binary).rdbuf();
    });
    run("location=" + pipe.string());
    reader.join();
    EXPECT_EQ(error_, "");
    EXPECT_TRUE(std::filesystem::is_fifo(pipe));
    EXPECT_EQ(fovea::read_feature_file(copy).times.size(), 8U);
}

TEST_F(FoveaDump, AFolderTakesTheVideosId)
{
    run("location=" + folder_.string() + " video-id=clip-7");
    EXPECT_EQ(error_, "");
    EXPECT_TRUE(std::filesystem::exists(folder_ / "clip-7.pt"));
}

TEST_F(FoveaDump, AFolderThatIsNotThereIsToldAtTheStart)
{
    const std::string file = folder_ / "missing/walk.pt";
    const auto error = start_error("foveadump", {{"location", file.c_str()}});
    EXPECT_NE(error.text.find("missing/walk.pt"), std::string::npos) << error.text;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "missing"));
}

/* Rows of a program's own: the second is shorter than what would be copied of it. */
TEST_F(FoveaDump, RowsOfAnotherSizeThanTheFirstAreRefused)
{
    const auto file = folder_ / "own.pt";
    VideoHarness harness("foveadump model=watch location=" + file.string());
    for (int i = 0; i < 2; ++i) {
        FoveaRow *row = fovea_row_new(1, i == 0 ? 128 : 64);
        row->index = static_cast<guint64>(i);
        GstBuffer *in = harness.frame(i);
        g_ptr_array_add(fovea_meta_ensure(in)->rows, row);
        gst_harness_push(harness.get(), in);
    }
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_EQ(harness.error(),
              "row 1: expected [1, 128] (regions, features) as the first, got [1, 64]; "
              "the rows of a file are all of one model and one grid: give others a location of "
              "their own");
    EXPECT_FALSE(std::filesystem::exists(file));
}

/* As of an application that sets the pipeline to NULL, or gst-launch-1.0 without -e at Ctrl-C */
TEST_F(FoveaDump, RowsOfAStreamThatIsStoppedBeforeItsEndAreToldNotToBeWritten)
{
    const auto file = folder_ / "walk.pt";
    VideoHarness harness(
        "foveafeatures model=watch leaky=never tail=drop ! foveadump model=watch location=" +
        file.string());
    harness.push_range(0, 70); // a clip of 4 rows ends at 64
    EXPECT_EQ(harness.warning(), "");
    gst_element_set_state(harness.element(), GST_STATE_NULL);
    EXPECT_EQ(harness.warning(), "4 feature rows were not written to '" + file.string() +
                                     "': the stream was stopped before its end; send EOS first "
                                     "(gst-launch-1.0 -e)");
    EXPECT_FALSE(std::filesystem::exists(file));

    VideoHarness whole("foveafeatures model=watch leaky=never ! foveadump model=watch location=" +
                       file.string());
    whole.push_range(0, 70);
    gst_harness_push_event(whole.get(), gst_event_new_eos());
    gst_element_set_state(whole.element(), GST_STATE_NULL);
    EXPECT_EQ(whole.warning(), "");
}

TEST_F(FoveaDump, WithoutRowsNothingIsWritten)
{
    VideoHarness harness("foveadump location=" + (folder_ / "none.pt").string());
    harness.push_range(0, 3);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_NE(harness.error().find("no feature row"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(FoveaDump, WithoutALocationItDoesNotStart)
{
    GstElement *element = gst_element_factory_make("foveadump", nullptr);
    EXPECT_EQ(gst_element_set_state(element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
    gst_element_set_state(element, GST_STATE_NULL);
    gst_object_unref(element);
}

} // namespace
