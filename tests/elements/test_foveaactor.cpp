// SPDX-License-Identifier: MIT
#include <cstring>

#include "passing_element.h"
#include "properties.h"

namespace fovea::test {

INSTANTIATE_TEST_SUITE_P(FoveaActor, PassingElement,
                         testing::Values("foveaactor", "foveaactor box=0.25,0.25,0.5,0.5"));

namespace {

/* On 64 x 48 pixels: x 16 to 32, y 12 to 36; longer side 24 pixels. */
constexpr FoveaBox left = {0.25F, 0.25F, 0.25F, 0.5F};
/* The square around it: centre (24, 24), side 24. */
constexpr FoveaBox left_square = {12.0F / 64, 12.0F / 48, 24.0F / 64, 24.0F / 48};

struct Survey {
    guint64 frames = 0;
    guint64 persons = 0;
    gboolean has_actor = FALSE;
    gdouble x = -1, y = -1, width = -1, height = -1;
};

class FoveaActor : public testing::Test
{
protected:
    static const FoveaMeta *meta_of(const VideoHarness::Buffer &buffer)
    {
        return buffer == nullptr ? nullptr : fovea_meta_get(buffer.get());
    }

    static VideoHarness::Buffer pass(VideoHarness &harness, GstBuffer *in)
    {
        EXPECT_EQ(gst_harness_push(harness.get(), in), GST_FLOW_OK);
        return harness.pull();
    }

    static Survey survey(VideoHarness &harness, GstEvent *end = gst_event_new_eos())
    {
        gst_harness_push_event(harness.get(), end);
        Survey survey;
        GstMessage *message = gst_bus_pop_filtered(harness.bus(), GST_MESSAGE_ELEMENT);
        if (message == nullptr)
            return survey;
        EXPECT_TRUE(gst_message_has_name(message, "fovea-actor"));
        EXPECT_TRUE(gst_structure_get(
            gst_message_get_structure(message), "frames", G_TYPE_UINT64, &survey.frames, "persons",
            G_TYPE_UINT64, &survey.persons, "has-actor", G_TYPE_BOOLEAN, &survey.has_actor, "x",
            G_TYPE_DOUBLE, &survey.x, "y", G_TYPE_DOUBLE, &survey.y, "width", G_TYPE_DOUBLE,
            &survey.width, "height", G_TYPE_DOUBLE, &survey.height, nullptr));
        gst_message_unref(message);
        return survey;
    }
};

TEST_F(FoveaActor, IsTheSquareAroundThePerson)
{
    VideoHarness harness("foveaactor margin=1");
    const auto out = pass(harness, with_persons(harness.frame(0), {made_person(left, 1)}));
    const FoveaMeta *meta = meta_of(out);
    ASSERT_NE(meta, nullptr);
    ASSERT_TRUE(meta->has_actor);
    expect_box(meta->actor, left_square);
    EXPECT_EQ(meta->persons->len, 1U);
}

TEST_F(FoveaActor, IsMirroredAsARegionOfInterest)
{
    VideoHarness harness("foveaactor margin=1");
    const auto out = pass(harness, with_persons(harness.frame(0), {made_person(left, 1)}));
    const auto *roi = find_roi(out.get(), "actor");
    ASSERT_NE(roi, nullptr);
    EXPECT_EQ(roi->x, 12U);
    EXPECT_EQ(roi->y, 12U);
    EXPECT_EQ(roi->w, 24U);
    EXPECT_EQ(roi->h, 24U);
}

TEST_F(FoveaActor, IsNoneWithoutPersons)
{
    VideoHarness harness("foveaactor");
    const auto out = pass(harness, harness.frame(0));
    EXPECT_FALSE(meta_of(out)->has_actor);
    EXPECT_EQ(count_rois(out.get()), 0U);
}

TEST_F(FoveaActor, LooksPastPersonsUnderTheMinScore)
{
    VideoHarness harness("foveaactor min-score=0.8");
    const auto out = pass(harness, with_persons(harness.frame(0), {made_person(left, 1, 0.7F)}));
    EXPECT_FALSE(meta_of(out)->has_actor);
    EXPECT_EQ(survey(harness).persons, 0U);
}

/* A bright square, 16 x 24 pixels, moves by a pixel a frame; every third frame is looked at. */
TEST_F(FoveaActor, TakesInWhatMovesWhereNoPersonIs)
{
    constexpr FoveaBox far = {0.75F, 0.5F, 0.25F, 0.5F};
    VideoHarness harness("foveaactor margin=1 motion=20");
    const auto first = pass(harness, with_persons(harness.frame(0), {made_person(far, 1)}));
    EXPECT_GT(meta_of(first)->actor.x, 0.5F) << "nothing to compare with yet: the person alone";
    const auto out = pass(harness, with_persons(harness.frame(3), {made_person(far, 1)}));
    EXPECT_LT(meta_of(out)->actor.x, 0.3F) << "as far as the square that moves";
    EXPECT_EQ(survey(harness).persons, 2U) << "a movement is not a person";
}

TEST_F(FoveaActor, IsWhatMovesWhereThereIsNobody)
{
    VideoHarness harness("foveaactor margin=1 motion=20");
    EXPECT_FALSE(meta_of(pass(harness, harness.frame(0)))->has_actor);
    EXPECT_FALSE(meta_of(pass(harness, harness.frame(1)))->has_actor) << "sooner than a tenth";
    const auto out = pass(harness, harness.frame(3));
    ASSERT_TRUE(meta_of(out)->has_actor);
    EXPECT_NEAR(meta_of(out)->actor.y, 0, 0.05);
    EXPECT_NEAR(meta_of(out)->actor.height, 0.5, 0.05) << "of the square that moves";
    const Survey seen = survey(harness);
    EXPECT_EQ(seen.persons, 0U);
    EXPECT_FALSE(seen.has_actor);
}

/* 30 fps: frames 0 to 6 lie within 200 ms of frame 5 or less; frame 6 is at 200 ms. */
TEST_F(FoveaActor, IsForgottenAfterTheWindow)
{
    VideoHarness harness("foveaactor margin=1 window=200");
    pass(harness, with_persons(harness.frame(0), {made_person(left, 1)}));
    for (int i = 1; i < 6; ++i) {
        const auto out = pass(harness, harness.frame(i));
        EXPECT_TRUE(meta_of(out)->has_actor) << "frame " << i;
    }
    EXPECT_FALSE(meta_of(pass(harness, harness.frame(6)))->has_actor);
}

TEST_F(FoveaActor, IsForgottenAfterAFlush)
{
    VideoHarness harness("foveaactor");
    pass(harness, with_persons(harness.frame(0), {made_person(left, 1)}));
    gst_harness_push_event(harness.get(), gst_event_new_flush_start());
    gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    EXPECT_FALSE(meta_of(pass(harness, harness.frame(1)))->has_actor);
    const Survey after = survey(harness);
    EXPECT_EQ(after.frames, 1U);
    EXPECT_FALSE(after.has_actor);
}

TEST_F(FoveaActor, IsForgottenWhenTheFrameSizeChanges)
{
    VideoHarness harness("foveaactor");
    pass(harness, with_persons(harness.frame(0), {made_person(left, 1)}));
    harness.set_size(48, 64);
    EXPECT_FALSE(meta_of(pass(harness, harness.frame(1)))->has_actor);
}

TEST_F(FoveaActor, AFixedBoxNeedsNoPersons)
{
    VideoHarness harness("foveaactor box=0.25,0.125,0.5,0.75");
    const auto out = pass(harness, harness.frame(0));
    ASSERT_TRUE(meta_of(out)->has_actor);
    expect_box(meta_of(out)->actor, {0.25F, 0.125F, 0.5F, 0.75F});
}

/* The mean of the corners of `left` and of the same box 16 pixels further right, side 24. */
TEST_F(FoveaActor, TheSurveyOfAllFramesComesWithTheEnd)
{
    VideoHarness harness("foveaactor method=mean margin=1 window=10");
    constexpr FoveaBox right = {0.5F, 0.25F, 0.25F, 0.5F};
    pass(harness, with_persons(harness.frame(0), {made_person(left, 1)}));
    pass(harness, harness.frame(1));
    pass(harness, with_persons(harness.frame(2), {made_person(right, 1)}));
    const Survey survey = FoveaActor::survey(harness);
    EXPECT_EQ(survey.frames, 3U);
    EXPECT_EQ(survey.persons, 2U);
    EXPECT_TRUE(survey.has_actor);
    EXPECT_NEAR(survey.x, 20.0 / 64, 1e-6);
    EXPECT_NEAR(survey.y, 12.0 / 48, 1e-6);
    EXPECT_NEAR(survey.width, 24.0 / 64, 1e-6);
    EXPECT_NEAR(survey.height, 24.0 / 48, 1e-6);
}

TEST_F(FoveaActor, TheSurveyOfAnEmptyStreamSaysSo)
{
    VideoHarness harness("foveaactor area=square");
    pass(harness, harness.frame(0));
    const Survey survey = FoveaActor::survey(harness);
    EXPECT_EQ(survey.frames, 1U);
    EXPECT_EQ(survey.persons, 0U);
    EXPECT_FALSE(survey.has_actor);
    EXPECT_NEAR(survey.x, 8.0 / 64, 1e-6); // the view
    EXPECT_NEAR(survey.width, 48.0 / 64, 1e-6);
}

TEST_F(FoveaActor, AJumpDoesNotEndTheSurvey)
{
    VideoHarness harness("foveaactor margin=1");
    pass(harness, with_persons(harness.frame(0), {made_person(left, 1)}));
    GstBuffer *jumped = harness.frame(300);
    GST_BUFFER_FLAG_SET(jumped, GST_BUFFER_FLAG_DISCONT);
    EXPECT_FALSE(meta_of(pass(harness, jumped))->has_actor);
    const Survey survey = FoveaActor::survey(harness);
    EXPECT_EQ(survey.frames, 2U);
    EXPECT_EQ(survey.persons, 1U);
    EXPECT_TRUE(survey.has_actor);
}

TEST_F(FoveaActor, EachRoundOfALoopHasASurveyOfItsOwn)
{
    VideoHarness harness("foveaactor");
    for (int round = 0; round < 2; ++round) {
        harness.push_range(0, 3);
        EXPECT_EQ(survey(harness, gst_event_new_segment_done(GST_FORMAT_TIME, 0)).frames, 3U);
    }
}

class FoveaActorCrop : public FoveaActor
{
protected:
    /** \brief The green of a pixel of cropped video */
    static int green(GstBuffer *buffer, const GstVideoInfo &info, int x, int y)
    {
        GstVideoFrame frame;
        EXPECT_TRUE(gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ));
        const auto *pixels = static_cast<const guint8 *>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0));
        const int value = pixels[y * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0) + x * 3 + 1];
        gst_video_frame_unmap(&frame);
        return value;
    }

    static GstVideoInfo output_info(VideoHarness &harness)
    {
        GstVideoInfo info;
        gst_video_info_init(&info);
        g_autoptr(GstCaps) caps = gst_pad_get_current_caps(harness.get()->sinkpad);
        EXPECT_TRUE(gst_video_info_from_caps(&info, caps));
        return info;
    }
};

TEST_F(FoveaActorCrop, PutsOutTheSquareAsRgb)
{
    for (const GstVideoFormat format : {GST_VIDEO_FORMAT_GRAY8, GST_VIDEO_FORMAT_I420}) {
        VideoHarness harness("foveaactor margin=1 crop=true crop-size=30");
        harness.set_video(format, 64, 48);
        /* Left of x = 24 dark, right of it bright: the square is x 12 to 36, the edge its middle. */
        GstBuffer *in = harness.frame(0);
        GstMapInfo map;
        gst_buffer_map(in, &map, GST_MAP_WRITE);
        std::memset(map.data, 128, map.size);
        for (int y = 0; y < 48; ++y)
            for (int x = 0; x < 64; ++x)
                map.data[y * GST_VIDEO_INFO_PLANE_STRIDE(&harness.info(), 0) + x] =
                    x < 24 ? 50 : 200;
        gst_buffer_unmap(in, &map);

        const auto out = pass(harness, with_persons(in, {made_person(left, 1)}));
        ASSERT_NE(out, nullptr) << harness.error();
        const GstVideoInfo info = output_info(harness);
        EXPECT_EQ(GST_VIDEO_INFO_FORMAT(&info), GST_VIDEO_FORMAT_RGB);
        EXPECT_EQ(GST_VIDEO_INFO_WIDTH(&info), 30);
        EXPECT_EQ(GST_VIDEO_INFO_HEIGHT(&info), 30);
        EXPECT_EQ(GST_VIDEO_INFO_FPS_N(&info), 30);
        EXPECT_LT(green(out.get(), info, 10, 15), 60);
        EXPECT_GT(green(out.get(), info, 19, 15), 190);
        EXPECT_EQ(GST_BUFFER_PTS(out.get()), 0U);
        EXPECT_EQ(GST_BUFFER_DURATION(out.get()), GST_SECOND / 30);
    }
}

/* The square is x 12 to 36, y 12 to 36 of 64 x 48 pixels. */
TEST_F(FoveaActorCrop, ExpressesTheMetadataRelativeToTheNewFrame)
{
    VideoHarness harness("foveagrid grid=0 actor=false ! "
                         "foveaactor margin=1 min-score=0.5 crop=true crop-size=24");
    const auto out =
        pass(harness,
             with_persons(harness.frame(0),
                          {made_person(left, 1), made_person({0.8F, 0.25F, 0.1F, 0.5F}, 2, 0.3F),
                           made_person({0, 0, 24.0F / 64, 24.0F / 48}, 3, 0.4F)}));
    const FoveaMeta *meta = meta_of(out);
    ASSERT_NE(meta, nullptr) << harness.error();
    ASSERT_EQ(meta->persons->len, 2U); // number 2 is outside
    expect_box(g_array_index(meta->persons, FoveaPerson, 0).box, {4.0F / 24, 0, 16.0F / 24, 1});
    EXPECT_EQ(g_array_index(meta->persons, FoveaPerson, 1).id, 3);
    expect_box(g_array_index(meta->persons, FoveaPerson, 1).box, {0, 0, 0.5F, 0.5F});
    ASSERT_TRUE(meta->has_actor);
    expect_box(meta->actor, {0, 0, 1, 1});
    ASSERT_EQ(meta->regions->len, 1U);
    expect_box(g_array_index(meta->regions, FoveaRegion, 0).box, {0, 0, 1, 1});

    const auto *roi = find_roi(out.get(), "person");
    ASSERT_NE(roi, nullptr);
    EXPECT_EQ(roi->x, 4U);
    EXPECT_EQ(roi->w, 16U);
    EXPECT_EQ(count_rois(out.get()), 3U); // two persons, one actor
}

TEST_F(FoveaActorCrop, WithoutPersonsIsTheView)
{
    VideoHarness harness("foveaactor crop=true area=square crop-size=24");
    const auto out = pass(harness, harness.frame(0));
    ASSERT_NE(out, nullptr) << harness.error();
    EXPECT_FALSE(meta_of(out)->has_actor);
    EXPECT_EQ(gst_buffer_get_size(out.get()), 24U * 24 * 3);
}

TEST_F(FoveaActorCrop, DoesNotChangeWhatCameIn)
{
    VideoHarness harness("foveaactor crop=true margin=1");
    GstBuffer *in = with_persons(harness.frame(0), {made_person(left, 1)});
    gst_buffer_ref(in);
    pass(harness, in);
    EXPECT_FALSE(fovea_meta_get(in)->has_actor);
    expect_box(g_array_index(fovea_meta_get(in)->persons, FoveaPerson, 0).box, left);
    EXPECT_EQ(count_rois(in), 0U);
    gst_buffer_unref(in);
}

TEST_F(FoveaActorCrop, TakesAnyFormatAndAChangeOfIt)
{
    VideoHarness harness("foveaactor crop=true crop-size=20");
    for (const GstVideoFormat format :
         {GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_RGB,
          GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_RGBA,
          GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_GRAY8}) {
        for (const int width : {17, 64}) {
            harness.set_video(format, width, 13);
            const auto out = pass(harness, harness.frame(0));
            ASSERT_NE(out, nullptr) << gst_video_format_to_string(format);
            EXPECT_EQ(GST_VIDEO_INFO_WIDTH(&harness.info()), width);
            const GstVideoInfo info = output_info(harness);
            EXPECT_EQ(GST_VIDEO_INFO_WIDTH(&info), 20);
            EXPECT_EQ(gst_buffer_get_size(out.get()), info.size);
        }
    }
}

/* Frames whose rows are padded are larger than their caps say. */
TEST_F(FoveaActorCrop, ReadsFramesWithPaddedRows)
{
    VideoHarness harness("foveaactor crop=true crop-size=8");
    harness.set_video(GST_VIDEO_FORMAT_GRAY8, 16, 8);
    constexpr gint stride = 64;
    constexpr gsize size = 8 * stride;
    GstBuffer *in = gst_buffer_new_allocate(nullptr, size, nullptr);
    gst_buffer_memset(in, 0, 0, size);
    for (gsize y = 0; y < 8; ++y)
        gst_buffer_memset(in, y * stride, 200, 16);
    gsize offsets[GST_VIDEO_MAX_PLANES] = {0};
    gint strides[GST_VIDEO_MAX_PLANES] = {stride};
    gst_buffer_add_video_meta_full(in, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_GRAY8, 16, 8, 1,
                                   offsets, strides);
    const auto out = pass(harness, in);
    ASSERT_NE(out, nullptr) << harness.error();
    const GstVideoInfo info = output_info(harness);
    for (int y = 0; y < 8; ++y)
        EXPECT_EQ(green(out.get(), info, 7, y), 200) << "row " << y;
}

TEST_F(FoveaActorCrop, StartsAndStopsTwentyTimes)
{
    GstElement *pipeline = gst_parse_launch("videotestsrc num-buffers=2 ! foveaactor crop=true ! "
                                            "videoconvert ! video/x-raw,format=I420 ! fakesink",
                                            nullptr);
    ASSERT_NE(pipeline, nullptr);
    for (int i = 0; i < 20; ++i) {
        gst_element_set_state(pipeline, GST_STATE_PLAYING);
        ASSERT_EQ(gst_element_get_state(pipeline, nullptr, nullptr, 60 * GST_SECOND),
                  GST_STATE_CHANGE_SUCCESS);
        ASSERT_EQ(gst_element_set_state(pipeline, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    }
    gst_object_unref(pipeline);
}

TEST_F(FoveaActor, ABoxThatIsNoneIsRefusedBeforeTheStream)
{
    for (const char *text : {"0.1,0.1,0.5", "a,b,c,d", "0.1,0.1,0.5,0.5,0.5", "0.6,0,0.5,1",
                             "0,0,0,1", "-0.1,0,1,1", "0.1 0.1 0.5 0.5", "nan,0,1,1"}) {
        const StartError error = start_error("foveaactor", {{"box", text}});
        EXPECT_EQ(error.domain, GST_RESOURCE_ERROR) << text;
        EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS) << text;
        EXPECT_NE(error.text.find("property box"), std::string::npos) << error.text;
        EXPECT_NE(error.text.find(text), std::string::npos) << error.text;
    }
}

TEST_F(FoveaActor, PropertiesOutOfRangeKeepTheirValue)
{
    expect_refused<gdouble>("foveaactor", "margin", 0.5, 1.15);
    expect_refused<gfloat>("foveaactor", "min-score", 1.5F, 0.5F);
    expect_refused<guint>("foveaactor", "window", 0, 2200);
    expect_refused<guint>("foveaactor", "crop-size", 0, 224);
}

} // namespace

} // namespace fovea::test
