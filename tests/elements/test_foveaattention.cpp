// SPDX-License-Identifier: MIT
#include "fovea/bundle/load_networks.h"
#include "video_harness.h"
#include "watch_clips.h"

namespace {

using fovea::test::first_complete;
using fovea::test::VideoHarness;

constexpr const char *chain = "foveafeatures model=watch leaky=never ! foveaattention model=watch";

/** The activities on a meta, as label and scope. */
std::vector<std::pair<std::string, FoveaScope>> activities(const FoveaMeta *meta)
{
    std::vector<std::pair<std::string, FoveaScope>> found;
    for (guint i = 0; meta != nullptr && i < meta->activities->len; ++i) {
        const auto *activity = static_cast<FoveaActivity *>(g_ptr_array_index(meta->activities, i));
        found.emplace_back(activity->label.label, activity->scope);
    }
    return found;
}

TEST(FoveaAttention, EachClipOfTheWatchModelIsLabelled)
{
    VideoHarness harness(chain);
    harness.push_range(0, first_complete + 1);
    int labelled = 0;
    while (const VideoHarness::Buffer buffer = harness.pull()) {
        for (const auto &[label, scope] : activities(fovea_meta_get(buffer.get()))) {
            EXPECT_EQ(scope, FOVEA_SCOPE_WINDOW);
            EXPECT_TRUE(label == "normal" || label == "fight" || label == "fall") << label;
            ++labelled;
        }
    }
    EXPECT_EQ(labelled, 1);
}

TEST(FoveaAttention, PostsWhatItRecognised)
{
    VideoHarness harness(chain);
    harness.push_range(0, first_complete + 1);
    GstMessage *message = gst_bus_pop_filtered(harness.bus(), GST_MESSAGE_ELEMENT);
    ASSERT_NE(message, nullptr);
    const GstStructure *structure = gst_message_get_structure(message);
    EXPECT_TRUE(gst_structure_has_name(structure, "fovea-activity"));
    EXPECT_STREQ(gst_structure_get_string(structure, "scope"), "window");
    EXPECT_STREQ(gst_structure_get_string(structure, "model"), "watch");
    gdouble confidence = -1;
    guint64 start = 1;
    guint64 end = 0;
    EXPECT_TRUE(gst_structure_get(structure, "confidence", G_TYPE_DOUBLE, &confidence, "start",
                                  G_TYPE_UINT64, &start, "end", G_TYPE_UINT64, &end, nullptr));
    EXPECT_GT(confidence, 0);
    EXPECT_LE(confidence, 1);
    EXPECT_EQ(start, 0U);
    EXPECT_EQ(end, 64 * GST_SECOND / 30 + GST_SECOND / 30);
    EXPECT_EQ(gst_value_list_get_size(gst_structure_get_value(structure, "top-k")), 3U);
    EXPECT_EQ(gst_value_list_get_size(gst_structure_get_value(structure, "regions")), 1U);
    gst_message_unref(message);
}

/* The model's head gives of the rows that are told the very scores that are told */
TEST(FoveaAttention, TellsTheRowsThatAWindowIsLabelledBy)
{
    VideoHarness harness(
        "foveafeatures model=watch leaky=never ! foveaattention model=watch tell-rows=true");
    harness.push_range(0, 100); // two windows
    const auto head = fovea::load_head(fovea::Bundle::open("watch"));
    int told = 0;
    while (GstMessage *message = gst_bus_pop_filtered(harness.bus(), GST_MESSAGE_ELEMENT)) {
        const GstStructure *structure = gst_message_get_structure(message);
        fovea::Array rows({0, 0, 0});
        GBytes *features = nullptr;
        ASSERT_TRUE(gst_structure_get(structure, "row-regions", G_TYPE_INT64, &rows.shape[0],
                                      "row-timesteps", G_TYPE_INT64, &rows.shape[1], "row-channels",
                                      G_TYPE_INT64, &rows.shape[2], "features", G_TYPE_BYTES,
                                      &features, nullptr));
        EXPECT_EQ(rows.shape, (std::vector<std::int64_t>{1, 4, 128}));
        gsize size = 0;
        const auto *values = static_cast<const float *>(g_bytes_get_data(features, &size));
        rows.values.assign(values, values + size / sizeof(float));
        g_bytes_unref(features);
        const auto scores = head->run(rows).scores;
        const GValue *top = gst_structure_get_value(structure, "top-k");
        ASSERT_EQ(gst_value_list_get_size(top), scores.size());
        for (guint i = 0; i < scores.size(); ++i) {
            const auto *one = static_cast<const GstStructure *>(
                g_value_get_boxed(gst_value_list_get_value(top, i)));
            gdouble confidence = 0;
            gint label = 0;
            gst_structure_get(one, "label-id", G_TYPE_INT, &label, "confidence", G_TYPE_DOUBLE,
                              &confidence, nullptr);
            EXPECT_NEAR(scores.at(static_cast<std::size_t>(label)), confidence, 1e-6);
        }
        gst_message_unref(message);
        ++told;
    }
    EXPECT_EQ(told, 2);
}

TEST(FoveaAttention, TheVideosLabelFollowsAtTheEnd)
{
    VideoHarness harness(chain);
    harness.push_range(0, 100); // clips end at 64 and 96, the rest in the aligned tail
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    std::vector<std::pair<std::string, FoveaScope>> late;
    bool eos = false;
    while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
        EXPECT_FALSE(eos) << "nothing may follow EOS";
        eos = GST_EVENT_TYPE(event) == GST_EVENT_EOS;
        for (const auto &found : activities(fovea_late_event_parse(event)))
            late.push_back(found);
        gst_event_unref(event);
    }
    EXPECT_TRUE(eos);
    ASSERT_FALSE(late.empty());
    EXPECT_EQ(late.back().second, FOVEA_SCOPE_VIDEO);
}

/* As an application loops a part of a video, or concat joins two: each has all of its results. */
TEST(FoveaAttention, EachRoundAndEachStreamIsAVideo)
{
    VideoHarness harness(chain);
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    std::vector<guint64> ends;    // of the videos that were labelled
    std::vector<guint> looked_at; // frames of each
    const auto collect = [&] {
        while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
            const FoveaMeta *late = fovea_late_event_parse(event);
            for (guint i = 0; late != nullptr && i < late->activities->len; ++i) {
                const auto *activity =
                    static_cast<FoveaActivity *>(g_ptr_array_index(late->activities, i));
                if (activity->scope != FOVEA_SCOPE_VIDEO)
                    continue;
                ends.push_back(activity->end / GST_SECOND);
                looked_at.push_back(activity->frames.seen);
            }
            gst_event_unref(event);
        }
        return ends.size();
    };
    harness.push_range(0, 90); // 3 s
    gst_harness_push_event(harness.get(), gst_event_new_segment_done(GST_FORMAT_TIME, 0));
    EXPECT_EQ(collect(), 1U);
    gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    harness.push_range(0, 90);
    gst_harness_push_event(harness.get(), gst_event_new_stream_start("another"));
    EXPECT_EQ(collect(), 2U);
    harness.set_size(64, 48);
    gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    harness.push_range(0, 150); // 5 s
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_EQ(collect(), 3U);
    EXPECT_EQ(ends, (std::vector<guint64>{2, 2, 4}));
    EXPECT_EQ(looked_at, (std::vector<guint>{2 * 17, 2 * 17, 4 * 17}));
}

TEST(FoveaAttention, AWindowOfZeroLabelsTheWholeStreamOnce)
{
    VideoHarness harness(
        "foveafeatures model=watch leaky=never ! foveaattention model=watch window=0");
    harness.push_range(0, 100);
    while (const VideoHarness::Buffer buffer = harness.pull())
        EXPECT_TRUE(activities(fovea_meta_get(buffer.get())).empty());
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    std::size_t late = 0;
    while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
        late += activities(fovea_late_event_parse(event)).size();
        gst_event_unref(event);
    }
    EXPECT_EQ(late, 1U);
}

/* The frames that complete the clips are 64 and 96. */
TEST(FoveaAttention, ADuplicatedBufferCountsOnce)
{
    VideoHarness rows("foveafeatures model=watch leaky=never");
    rows.push_range(0, 97);
    VideoHarness harness("foveaattention model=watch");
    std::vector<int> labelled;
    for (int frame = 0; frame < 97; ++frame) {
        const VideoHarness::Buffer buffer = rows.pull();
        for (int i = 0; i < 2; ++i) { // the second as of videorate
            ASSERT_EQ(gst_harness_push(harness.get(), gst_buffer_copy(buffer.get())), GST_FLOW_OK);
            if (!activities(fovea_meta_get(harness.pull().get())).empty())
                labelled.push_back(frame);
        }
    }
    EXPECT_EQ(labelled, (std::vector<int>{64, 96}));
}

TEST(FoveaAttention, AnotherFoveafeaturesMayTakeOver)
{
    VideoHarness harness("foveaattention model=watch");
    std::vector<int> labelled;
    for (const int start : {0, 97}) {
        VideoHarness rows("foveafeatures model=watch leaky=never");
        rows.push_range(start, start + 97);
        for (int frame = start; frame < start + 97; ++frame) {
            ASSERT_EQ(gst_harness_push(harness.get(), rows.pull().release()), GST_FLOW_OK);
            if (!activities(fovea_meta_get(harness.pull().get())).empty())
                labelled.push_back(frame);
        }
    }
    EXPECT_EQ(labelled, (std::vector<int>{64, 96, 97 + 64, 97 + 96}));
}

TEST(FoveaAttention, OfAShuffledPlanEveryTimestepCounts)
{
    VideoHarness harness("foveafeatures model=watch leaky=never sampling=shuffled timesteps=5 "
                         "total-frames=90 total-time=3000000000 ! foveaattention model=watch "
                         "window=0");
    harness.push_range(0, 90);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    guint moments = 0;
    while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
        const FoveaMeta *late = fovea_late_event_parse(event);
        if (late != nullptr && late->activities->len > 0)
            moments += static_cast<FoveaActivity *>(late->activities->pdata[0])->n_moments;
        gst_event_unref(event);
    }
    EXPECT_EQ(moments, 5U * fovea::test::rows_a_clip);
}

/* They wait for a buffer or event to ride on, which the next jump may come before. */
TEST(FoveaAttention, SegmentsBeforeAJumpAreToldAlsoWhereItJumpsAgain)
{
    const auto segments = [](int jumps) {
        VideoHarness harness("foveafeatures model=watch leaky=never ! foveaattention model=watch "
                             "segments=true threshold=0");
        for (int i = 0; i <= first_complete + jumps; ++i) {
            GstBuffer *buffer = harness.frame(i <= first_complete ? i : 100 * i);
            const auto bright =
                static_cast<guint8>(i * 7 % 200); // flickers, which is no normal sight
            gst_buffer_memset(buffer, 0, bright, gst_buffer_get_size(buffer));
            if (i > first_complete)
                GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
            gst_harness_push(harness.get(), buffer);
        }
        gst_harness_push_event(harness.get(), gst_event_new_eos());
        std::size_t found = 0;
        while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
            for (const auto &[label, scope] : activities(fovea_late_event_parse(event)))
                found += scope == FOVEA_SCOPE_SEGMENT ? 1 : 0;
            gst_event_unref(event);
        }
        return found;
    };
    EXPECT_GT(segments(1), 0U);
    EXPECT_EQ(segments(2), segments(1));
}

TEST(FoveaAttention, WarnsWhereNoRowCame)
{
    VideoHarness harness("foveaattention");
    harness.push_range(0, 5);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_NE(harness.warning().find("is foveafeatures before foveaattention"), std::string::npos);
    EXPECT_EQ(harness.error(), "");

    VideoHarness whole("foveafeatures model=watch leaky=never ! foveaattention model=watch");
    whole.push_range(0, 65);
    gst_harness_push_event(whole.get(), gst_event_new_eos());
    EXPECT_EQ(whole.warning(), "");
}

/* Whoever sets one of the two models has forgotten the other. */
TEST(FoveaAttention, RowsOfOtherChannelsAreRefusedWithTheRemedy)
{
    VideoHarness harness("foveafeatures model=watch leaky=never ! foveaattention model=watch-both");
    harness.push_range(0, first_complete);
    EXPECT_EQ(harness.push(first_complete), GST_FLOW_ERROR);
    EXPECT_EQ(
        harness.error(),
        "property model: the head of 'watch-both' takes rows of 768 "
        "features, those that come have 128; set it, and foveafeatures' attended, to go together");
}

TEST(FoveaAttention, AnUnknownHeadIsRefusedWithThoseKnown)
{
    VideoHarness harness(
        "foveafeatures model=watch leaky=never ! foveaattention model=watch head=nonesuch");
    harness.push(0);
    const std::string error = harness.error();
    EXPECT_NE(error.find("nonesuch"), std::string::npos) << error;
    EXPECT_NE(error.find("score-mean"), std::string::npos) << error;
}

TEST(FoveaAttention, AThresholdBelowZeroIsTheCardsWhereItIsMinusOne)
{
    constexpr const char *told = "property threshold is -0.5, expected 0 to 1, or -1: as the card "
                                 "says";
    VideoHarness refused(
        "foveafeatures model=watch leaky=never ! foveaattention model=watch threshold=-0.5");
    refused.push(0);
    EXPECT_EQ(refused.error(), told);
    VideoHarness harness(
        "foveafeatures model=watch leaky=never ! foveaattention model=watch threshold=-1");
    harness.push(0);
    GstElement *attention = gst_harness_find_element(harness.get(), "foveaattention");
    g_object_set(attention, "threshold", -0.5F, nullptr);
    harness.push(1);
    EXPECT_EQ(harness.warning(), std::string(told) + "; the values of before hold");
    gfloat threshold = 0;
    g_object_get(attention, "threshold", &threshold, nullptr);
    EXPECT_EQ(threshold, -1);
    gst_object_unref(attention);
    EXPECT_EQ(harness.error(), "");
}

TEST(FoveaAttention, TwentyStateCyclesLeaveNothingBehind)
{
    GstElement *element = gst_element_factory_make("foveaattention", nullptr);
    for (int i = 0; i < 20; ++i) {
        ASSERT_NE(gst_element_set_state(element, GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
        ASSERT_EQ(gst_element_set_state(element, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    }
    EXPECT_EQ(GST_OBJECT_REFCOUNT_VALUE(element), 1);
    gst_object_unref(element);
}

} // namespace
