// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "fovea/core/json.h"
#include "temporary_folder.h"
#include "video_harness.h"

namespace {

namespace fs = std::filesystem;
using fovea::Json;
using fovea::test::VideoHarness;
using Rows = std::vector<std::shared_ptr<FoveaRow>>;

constexpr int first_complete = 64; // of 30 fps, the frames of one clip of watch: 0, 4, ... 64
constexpr std::size_t rows_a_clip = 4;
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
        VideoHarness harness("foveagrid grid=2 ! foveafeatures leaky=never " + properties, 320,
                             240);
        harness.push_range(0, first_complete + 1);
        Rows rows = harness.pull_rows();
        EXPECT_EQ(harness.error(), "");
        return rows;
    }

    /** \brief What the element says when it cannot start */
    static std::string error_at_start(const std::string &properties)
    {
        GstElement *element = gst_parse_launch(("foveafeatures " + properties).c_str(), nullptr);
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
    VideoHarness harness("foveafeatures mode=streaming" + attended, 320, 240);
    harness.push(0);
    EXPECT_NE(harness.error().find("set mode=one-at-a-time"), std::string::npos);
    EXPECT_NE(error_at_start("focus=centre" + attended).find("set focus=none"), std::string::npos);
    EXPECT_NE(error_at_start("gate=0.5" + attended).find("set gate=0"), std::string::npos);
    EXPECT_NE(error_at_start("attended=nonesuch").find("nonesuch"), std::string::npos);
}

} // namespace
