// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "fovea/core/json.h"
#include "fovea/core/motion_layout.h"
#include "made_meta.h"
#include "temporary_folder.h"
#include "video_harness.h"
#include "watch_clips.h"

namespace {

namespace fs = std::filesystem;
using fovea::Json;
using fovea::test::first_complete;
using fovea::test::rows_a_clip;
using fovea::test::VideoHarness;
using Rows = std::vector<std::shared_ptr<FoveaRow>>;

constexpr guint channels = 128; // of watch

/** \brief A second model: watch on pictures of another size and range */
class Attended : public testing::Test
{
protected:
    void SetUp() override
    {
        const fs::path watch = fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch";
        fs::copy(watch, small_);
        Json card = fovea::read_json(watch / "card.json");
        card["name"] = "small";
        card["input"]["width"] = card["input"]["height"] = 64;
        card["input"]["shift"] = {0, 0, 0};
        folder_.write("small/card.json", card.dump());
    }

    static Rows rows_of(const std::string &properties)
    {
        VideoHarness harness(
            "foveagrid grid=2 ! foveafeatures model=watch leaky=never " + properties, 320, 240);
        harness.push_range(0, first_complete + 1);
        Rows rows = harness.pull_rows();
        EXPECT_EQ(harness.error(), "");
        return rows;
    }

    /** \brief What the element says when it cannot start */
    static std::string error_at_start(const std::string &properties)
    {
        GstElement *element =
            gst_parse_launch(("foveafeatures model=watch " + properties).c_str(), nullptr);
        GstBus *bus = gst_bus_new();
        gst_element_set_bus(element, bus);
        EXPECT_EQ(gst_element_set_state(element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
        std::string text;
        if (GstMessage *message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR)) {
            g_autoptr(GError) error = nullptr;
            gst_message_parse_error(message, &error, nullptr);
            text = error->message;
            gst_message_unref(message);
        }
        gst_element_set_state(element, GST_STATE_NULL);
        gst_element_set_bus(element, nullptr);
        gst_object_unref(bus);
        gst_object_unref(element);
        return text;
    }

    TemporaryFolder folder_;
    fs::path small_ = folder_.path() / "small";
};

TEST_F(Attended, ItsFeaturesOfTheSameRegionsStandBehindTheOthers)
{
    const Rows first = rows_of("");
    const Rows second = rows_of("model=" + small_.string());
    const Rows both = rows_of("attended=" + small_.string());
    ASSERT_EQ(both.size(), rows_a_clip);
    ASSERT_EQ(first.size(), rows_a_clip);
    ASSERT_EQ(second.size(), rows_a_clip);
    double difference = 0;
    for (std::size_t t = 0; t < rows_a_clip; ++t) {
        EXPECT_EQ(first[t]->attended, 0U);
        EXPECT_EQ(both[t]->attended, channels);
        EXPECT_EQ(both[t]->start, first[t]->start);
        EXPECT_EQ(both[t]->end, first[t]->end);
        ASSERT_EQ(both[t]->channels, 2 * channels);
        ASSERT_EQ(both[t]->regions, 6U); // full, 2 x 2, actor
        for (guint r = 0; r < 6; ++r) {
            for (guint c = 0; c < channels; ++c) {
                const float *pair = &both[t]->features[r * 2 * channels];
                const float one = first[t]->features[r * channels + c];
                const float other = second[t]->features[r * channels + c];
                ASSERT_EQ(pair[c], one);
                ASSERT_EQ(pair[channels + c], other);
                difference += std::abs(one - other);
            }
        }
    }
    EXPECT_GT(difference, 1) << "the two must see the video in different ways";
}

TEST_F(Attended, WhatIsOfOneNetworkIsRefused)
{
    const std::string attended = " attended=" + small_.string();
    VideoHarness harness("foveafeatures model=watch mode=streaming" + attended, 320, 240);
    harness.push(0);
    EXPECT_NE(harness.error().find("set mode=one-at-a-time"), std::string::npos);
    EXPECT_NE(error_at_start("focus=centre" + attended).find("set focus=none"), std::string::npos);
    EXPECT_NE(error_at_start("gate=0.5" + attended).find("set gate=0"), std::string::npos);
    EXPECT_NE(error_at_start("attended=nonesuch").find("nonesuch"), std::string::npos);
}

/** \brief Rows of a clip at 30 a second in which one who is followed walks to the right */
class AttendedPersons : public Attended
{
protected:
    static constexpr float a_frame = 0.005F; // shares of the width: 0.15 a second

    static GstBuffer *walking(const VideoHarness &harness, int index)
    {
        const float x = 0.2F + a_frame * static_cast<float>(index);
        return fovea::test::with_persons(
            harness.frame(index), {fovea::test::made_person({x, 0.3F, 0.1F, 0.4F}, /*id=*/5)});
    }

    static Rows rows_of_walk(const std::string &properties)
    {
        VideoHarness harness(
            "foveagrid grid=0 ! foveafeatures model=watch leaky=never " + properties, 320, 240);
        for (int i = 0; i <= first_complete; ++i)
            EXPECT_EQ(gst_harness_push(harness.get(), walking(harness, i)), GST_FLOW_OK);
        Rows rows = harness.pull_rows();
        EXPECT_EQ(harness.error(), "");
        return rows;
    }

    /** \brief The persons' part of a row's region */
    static std::vector<float> motion(const FoveaRow &row, guint region)
    {
        const float *begin = &row.features[region * row.channels + channels];
        return {begin, begin + row.attended};
    }

    const fovea::MotionLayout layout_ = fovea::MotionLayout::of_frames(17);
};

/* A box 0.1333 heights wide and 0.4 high; 0.15 widths a second are 0.2 heights: half a size */
TEST_F(AttendedPersons, TheWayOfOneStandsBehindTheFeaturesOfEachRegion)
{
    const Rows alone = rows_of_walk("");
    const Rows rows = rows_of_walk("attended=persons");
    ASSERT_EQ(rows.size(), rows_a_clip);
    const std::vector<float> first = motion(*rows[0], 0);
    ASSERT_EQ(first.size(), static_cast<std::size_t>(layout_.channels()));
    for (std::size_t t = 0; t < rows_a_clip; ++t) {
        ASSERT_EQ(rows[t]->regions, 2U); // full, actor
        for (guint r = 0; r < 2; ++r) {
            EXPECT_EQ(motion(*rows[t], r), first);
            for (guint c = 0; c < channels; ++c)
                ASSERT_EQ(rows[t]->features[r * rows[t]->channels + c],
                          alone[t]->features[r * channels + c]);
        }
    }
    using fovea::PersonFeature;
    for (int at = 0; at < layout_.steps; ++at) {
        const float *person = &first[static_cast<std::size_t>(at * layout_.of_person)];
        EXPECT_NEAR(person[static_cast<int>(PersonFeature::SpeedX)], 0.5F, 1e-3);
        EXPECT_NEAR(person[static_cast<int>(PersonFeature::SpeedY)], 0, 1e-3);
        EXPECT_EQ(person[static_cast<int>(PersonFeature::Seen)], 1);
        // The bright square's edge, in column 80 + t, is inside the box from 64 + 1.6 t on until t = 26
        const int frame = 4 * (at + 1);
        EXPECT_EQ(person[static_cast<int>(PersonFeature::Energy)] > 0, frame < 26) << frame;
    }
    const auto places = static_cast<std::size_t>(layout_.places());
    EXPECT_EQ(first[places], 5) << "the track's id";
    EXPECT_NEAR(first[places + 1], 0.2F + a_frame * first_complete, 1e-5) << "where it was last";
    EXPECT_EQ(first[places + 5], 0) << "there is nobody else";
}

TEST_F(AttendedPersons, WithoutTracksThereIsNobodyButTheFrameMoves)
{
    const Rows rows = rows_of("attended=persons");
    ASSERT_EQ(rows.size(), rows_a_clip);
    const std::vector<float> motion_of_row = motion(*rows[0], 0);
    for (std::int64_t i = 0; i < layout_.energy(); ++i)
        ASSERT_EQ(motion_of_row[static_cast<std::size_t>(i)], 0);
    EXPECT_GT(motion_of_row[static_cast<std::size_t>(layout_.energy())], 0);
}

/* The next clip begins 32 frames on, before the walk's last third: half of its frames are the first's */
TEST_F(AttendedPersons, EachClipHasItsOwn)
{
    VideoHarness harness("foveafeatures model=watch leaky=never attended=persons", 320, 240);
    for (int i = 0; i <= first_complete + 32; ++i) // the walker leaves the way in frame 60
        ASSERT_EQ(gst_harness_push(harness.get(), i < 60 ? walking(harness, i) : harness.frame(i)),
                  GST_FLOW_OK);
    const Rows rows = harness.pull_rows();
    ASSERT_EQ(rows.size(), 2 * rows_a_clip);
    const std::vector<float> second = motion(*rows[rows_a_clip], 0);
    const auto seen = [&](int at) {
        return second[static_cast<std::size_t>(at * layout_.of_person +
                                               static_cast<int>(fovea::PersonFeature::Seen))];
    };
    EXPECT_EQ(seen(5), 1) << "frame 32 + 6 * 4";
    EXPECT_EQ(seen(6), 0) << "frame 60";
}

TEST_F(AttendedPersons, AreRefusedWhereAClipIsNotTheCards)
{
    VideoHarness streaming("foveafeatures model=watch mode=streaming attended=persons", 320, 240);
    streaming.push(0);
    EXPECT_NE(streaming.error().find("set mode=one-at-a-time"), std::string::npos);
    VideoHarness longer(
        "foveafeatures model=watch leaky=never frames-per-timestep=33 attended=persons", 320, 240);
    for (int i = 0; i <= 2 * first_complete; ++i)
        longer.push(i);
    const std::string error = longer.error();
    EXPECT_NE(error.find("17 frames, as the card says, got 33"), std::string::npos) << error;
    EXPECT_NE(error_at_start("focus=centre attended=persons").find("set focus=none"),
              std::string::npos);
}

} // namespace
