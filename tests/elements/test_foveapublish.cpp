// SPDX-License-Identifier: MIT
#include <set>
#include <sys/stat.h>

#include "fovea/core/utc.h"
#include "foveapublish_test.h"
#include "passing_element.h"
#include "properties.h"

namespace fovea::test {

/* foveapublish itself adds no metadata: what is told comes from the element before it. */
INSTANTIATE_TEST_SUITE_P(
    FoveaPublish, PassingElement,
    testing::Values("foveagrid ! foveapublish uri=/dev/null",
                    "foveagrid ! foveapublish uri=file:///dev/null frames=true append=true"));

namespace {

TEST_F(FoveaPublish, ALineTellsAllOfAnActivity)
{
    VideoHarness harness(launch("source=walk.mp4"));
    FoveaActivity *activity = fovea_activity_new(2, 1, 1);
    activity->model = g_strdup("watch");
    activity->label = {g_strdup("fall"), 2, 0.875F};
    activity->start = GST_SECOND / 2;
    activity->end = 2 * GST_SECOND;
    activity->scores[0] = {g_strdup("fall"), 2, 0.875F};
    activity->scores[1] = {g_strdup("normal"), 0, 0.125F};
    activity->region[0] = {FOVEA_REGION_ACTOR, {0.25F, 0.5F, 0.5F, 0.25F}};
    activity->region_weight[0] = 1;
    activity->salience[0] = {GST_SECOND, 2 * GST_SECOND, 0.5F};
    GstBuffer *in = with_persons(harness.frame(15), {made_person({0.25F, 0.5F, 0.125F, 0.25F}, 7)});
    ASSERT_EQ(push(harness, with_activity(in, activity)), GST_FLOW_OK);

    // in whatever order: nlohmann::json sorts the members
    const auto expected = nlohmann::json::parse(R"({
        "schema": 1, "timestamp": 500000000, "resolution": {"width": 64, "height": 48},
        "source": "walk.mp4", "model": "watch",
        "objects": [{"x": 16, "y": 24, "w": 8, "h": 12, "id": 7, "roi_type": "person",
            "detected": true, "detection": {"confidence": 0.75, "label": "person", "label_id": 0,
            "bounding_box": {"x_min": 0.25, "y_min": 0.5, "x_max": 0.375, "y_max": 0.75}}}],
        "activity": {"scope": "window", "label": "fall", "label_id": 2, "confidence": 0.875,
            "start": 0.5, "end": 2.0,
            "top_k": [{"label": "fall", "label_id": 2, "confidence": 0.875},
                      {"label": "normal", "label_id": 0, "confidence": 0.125}],
            "regions": [{"kind": "actor", "weight": 1.0, "bounding_box":
                {"x_min": 0.25, "y_min": 0.5, "x_max": 0.75, "y_max": 0.75}}],
            "salience": [{"start": 1.0, "end": 2.0, "weight": 0.5}]}})");
    const auto written = texts(); // before the end: the line was out when the frame went on
    ASSERT_EQ(written.size(), 1U);
    auto line = nlohmann::json::parse(written[0]);
    EXPECT_EQ(line["run"].get<std::string>().size(), 16U);
    EXPECT_EQ(line["id"], line["run"].get<std::string>() + "-1");
    for (const char *of_the_day : {"run", "id", "utc"})
        line.erase(of_the_day);
    EXPECT_EQ(line, expected);
}

/* A harness counts as a live source; its clock stands at 0, as the base time does. */
TEST_F(FoveaPublish, ALineOfALiveStreamHasTheTimeOnTheWall)
{
    VideoHarness harness(launch());
    const std::string before = to_utc_text(g_get_real_time() * 1000);
    push(harness, with_activity(harness.frame(0), made_activity("fight", 1, 0.75F, 0, 500)));
    const std::string after = to_utc_text(g_get_real_time() * 1000);
    const std::string utc = lines().at(0)["utc"];
    EXPECT_GE(utc, before);
    EXPECT_LE(utc, after);
}

/* An appsrc counts in bytes where nobody says otherwise. */
TEST_F(FoveaPublish, ALineOfALiveStreamThatDoesNotCountInTimeHasNone)
{
    VideoHarness harness(launch());
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_BYTES);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_segment(&segment)));
    push(harness, with_activity(harness.frame(3), made_activity("fight", 1, 0.75F, 0, 500)));
    EXPECT_FALSE(lines().at(0).contains("utc"));
    EXPECT_EQ(lines().at(0)["timestamp"], 100'000'000);
}

TEST_F(FoveaPublish, ALineOfAFileHasTheTimeThatItsTagsSay)
{
    VideoHarness harness(launch());
    gst_harness_set_live(harness.get(), FALSE);
    const auto told_at = [&](int frame) {
        push(harness, with_activity(harness.frame(frame), made_activity("fight", 1, 1, 0, 500)));
        return lines().back();
    };
    const auto tag = [&](const char *text) {
        GstDateTime *date = gst_date_time_new_from_iso8601_string(text);
        gst_harness_push_event(
            harness.get(), gst_event_new_tag(gst_tag_list_new(GST_TAG_DATE_TIME, date, nullptr)));
        gst_date_time_unref(date);
    };
    EXPECT_FALSE(told_at(0).contains("utc")) << "not known";
    tag("9999-12-31T23:59:59Z"); // as a damaged file says it: nanoseconds end in 2262
    EXPECT_FALSE(told_at(1).contains("utc")) << "not known";
    tag("2024-02-29T23:59:59Z");
    EXPECT_EQ(told_at(45)["utc"], "2024-03-01T00:00:00.500Z"); // 1.5 s in
}

/* Upstream says it where it is asked. \param uri outlives the harness */
void come_from(std::string *uri, VideoHarness &harness)
{
    gst_pad_add_probe(
        harness.get()->srcpad, GST_PAD_PROBE_TYPE_QUERY_UPSTREAM,
        [](GstPad *, GstPadProbeInfo *info, gpointer text) {
            GstQuery *query = gst_pad_probe_info_get_query(info);
            if (GST_QUERY_TYPE(query) != GST_QUERY_URI)
                return GST_PAD_PROBE_OK;
            gst_query_set_uri(query, static_cast<std::string *>(text)->c_str());
            return GST_PAD_PROBE_HANDLED;
        },
        uri, nullptr);
}

/* A playlist: what is said of the second video is not said of the first. */
TEST_F(FoveaPublish, AnotherStreamHasASourceOfItsOwn)
{
    VideoHarness harness(launch());
    gst_harness_set_live(harness.get(), FALSE);
    std::string uri = "file:///first.mp4";
    come_from(&uri, harness);
    const auto told_at = [&](int frame) {
        push(harness, with_activity(harness.frame(frame), made_activity("fight", 1, 1, 0, 500)));
        return lines().back()["source"];
    };
    EXPECT_EQ(told_at(0), "file:///first.mp4");
    uri = "file:///second.mp4";
    EXPECT_EQ(told_at(1), "file:///first.mp4") << "asked once a stream";
    gst_harness_push_event(harness.get(), gst_event_new_stream_start("second"));
    harness.set_size(64, 48);
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    EXPECT_EQ(told_at(0), "file:///second.mp4");
}

/* GStreamer's own reading of it ends the process */
TEST_F(FoveaPublish, AUriThatGStreamerDoesNotReadIsNoSource)
{
    std::string uri = "https://door.example/a.mp4?%x=1";
    VideoHarness harness(launch());
    come_from(&uri, harness);
    push(harness, with_activity(harness.frame(0), made_activity("fight", 1, 1, 0, 500)));
    EXPECT_FALSE(lines().back().contains("source"));
}

TEST_F(FoveaPublish, EachStartIsARunOfItsOwn)
{
    std::set<std::string> runs;
    for (int start = 0; start < 2; ++start) {
        VideoHarness harness(launch("append=true"));
        for (int i = 0; i < 2; ++i)
            push(harness,
                 with_activity(harness.frame(i), made_activity("fight", 1, 0.75F, 0, 500)));
    }
    for (const Json &line : lines())
        runs.insert(line["run"].get<std::string>());
    EXPECT_EQ(lines().size(), 4U);
    EXPECT_EQ(runs.size(), 2U);
}

TEST_F(FoveaPublish, AnAlarmIsALineOnce)
{
    VideoHarness harness(launch("events-only=true"));
    FoveaAlarm *alarm = fovea_alarm_new(1);
    alarm->event = FOVEA_ALARM_UPDATE;
    alarm->id = 3;
    alarm->model = g_strdup("watch");
    alarm->label = {g_strdup("fight"), 1, 0.875F};
    alarm->start = GST_SECOND / 2;
    alarm->end = 2 * GST_SECOND;
    alarm->best = GST_SECOND;
    alarm->box = {0.25F, 0.5F, 0.5F, 0.25F};
    alarm->persons[0] = 7;
    for (int i = 0; i < 2; ++i) { // the second is a duplicate, as of videorate
        GstBuffer *in = harness.frame(i);
        g_ptr_array_add(fovea_meta_ensure(in)->alarms, fovea_alarm_ref(alarm));
        push(harness, in);
    }
    fovea_alarm_unref(alarm);
    ASSERT_EQ(lines().size(), 1U);
    EXPECT_EQ(lines()[0]["model"], "watch");
    EXPECT_FALSE(lines()[0].contains("activity"));
    EXPECT_EQ(nlohmann::json::parse(lines()[0]["alarm"].dump()),
              nlohmann::json::parse(R"({"event": "update", "id": 3, "label": "fight", "label_id": 1,
                  "confidence": 0.875, "start": 0.5, "end": 2.0, "best": 1.0, "persons": [7],
                  "bounding_box": {"x_min": 0.25, "y_min": 0.5, "x_max": 0.75, "y_max": 0.75}})"));
}

TEST_F(FoveaPublish, EventsOnlyLeavesOutNormalWindows)
{
    VideoHarness harness(launch("events-only=true"));
    int frame = 0;
    for (const char *label : {"normal", "fight", "normal"})
        push(harness,
             with_activity(harness.frame(frame++), made_activity(label, 1, 0.75F, 0, 500)));
    FoveaActivity *video = made_activity("normal", 0, 0.75F, 0, 500);
    video->scope = FOVEA_SCOPE_VIDEO;
    push(harness, with_activity(harness.frame(frame), video));
    ASSERT_EQ(lines().size(), 2U);
    EXPECT_EQ(lines()[0]["activity"]["label"], "fight");
    EXPECT_EQ(lines()[1]["activity"]["scope"], "video");
}

/* fovea_activity_new() sets none: a program of one's own may leave it so. */
TEST_F(FoveaPublish, EventsOnlyTakesAWindowWithoutALabel)
{
    VideoHarness harness(launch("events-only=true"));
    push(harness, with_activity(harness.frame(0), fovea_activity_new(0, 0, 0)));
    ASSERT_EQ(lines().size(), 1U);
    EXPECT_EQ(lines()[0]["activity"]["label"], "");
}

TEST_F(FoveaPublish, AnActivityThatComesAgainIsOneLine)
{
    VideoHarness harness(launch());
    FoveaActivity *activity = made_activity("fight", 1, 0.75F, 0, 500);
    FoveaActivity *equal = made_activity("fight", 1, 0.75F, 0, 500);
    for (int i = 0; i < 3; ++i)
        push(harness, with_activity(harness.frame(i), fovea_activity_ref(activity)));
    EXPECT_EQ(lines().size(), 1U);
    push(harness, with_activity(harness.frame(3), equal)); // another one that looks the same
    EXPECT_EQ(lines().size(), 2U);
    fovea_activity_unref(activity);
}

TEST_F(FoveaPublish, TwoActivitiesOnOneFrameAreTwoLines)
{
    VideoHarness harness(launch("frames=true"));
    GstBuffer *in = with_persons(harness.frame(0), {made_person({0, 0, 0.5F, 0.5F}, 1)});
    in = with_activity(in, made_activity("fight", 1, 0.75F, 0, 500));
    push(harness, with_activity(in, made_activity("fall", 2, 0.5F, 0, 900)));
    const auto written = lines();
    ASSERT_EQ(written.size(), 2U); // and none for the frame alone
    EXPECT_EQ(written[0]["activity"]["label"], "fight");
    EXPECT_EQ(written[1]["activity"]["label"], "fall");
}

TEST_F(FoveaPublish, TheLateEventsActivitiesAreWrittenBeforeTheEnd)
{
    VideoHarness harness(launch());
    harness.push_range(0, 4);
    GstBuffer *carrier = with_activity(
        gst_buffer_new(), made_activity("normal", 0, 0.75F, 0, 133, FOVEA_SCOPE_VIDEO));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), fovea_late_event_new(carrier)));
    const auto written = lines();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_EQ(written[0]["activity"]["scope"], "video");
    EXPECT_EQ(written[0]["timestamp"], 100000000) << "the last frame's";
    EXPECT_EQ(written[0]["resolution"]["width"], 64);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_eos()));
    EXPECT_EQ(lines().size(), 1U);
    EXPECT_EQ(harness.error(), "");
}

TEST_F(FoveaPublish, FramesAddsTheFramesOnWhichPersonsWereDetected)
{
    const auto feed = [](VideoHarness &harness) {
        FoveaPerson carried = made_person({0, 0, 0.5F, 0.5F}, 1);
        carried.detected = FALSE;
        push(harness, harness.frame(0));
        push(harness, with_persons(harness.frame(3), {made_person({0, 0, 0.5F, 0.5F}, 1)}));
        push(harness, with_persons(harness.frame(4), {carried}));
        push(harness, with_persons(harness.frame(5), {}));
    };
    {
        VideoHarness harness(launch());
        feed(harness);
        EXPECT_TRUE(lines().empty());
    }
    VideoHarness harness(launch("frames=true"));
    feed(harness);
    const auto written = lines();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_EQ(written[0]["timestamp"], 100000000);
    EXPECT_EQ(written[0]["objects"].size(), 1U);
    EXPECT_FALSE(written[0].contains("activity"));
    EXPECT_FALSE(written[0].contains("source"));
}

TEST_F(FoveaPublish, WhatIsToldMayChangeWhileItPlays)
{
    VideoHarness harness(launch());
    GstElement *publish = gst_harness_find_element(harness.get(), "foveapublish");
    int frame = 0;
    const auto feed = [&] {
        push(harness,
             with_activity(harness.frame(frame++), made_activity("normal", 0, 0.75F, 0, 500)));
        push(harness, with_persons(harness.frame(frame++), {made_person({0, 0, 0.5F, 0.5F}, 1)}));
    };
    feed();
    EXPECT_EQ(lines().size(), 1U);
    g_object_set(publish, "frames", TRUE, "events-only", TRUE, nullptr);
    feed();
    const auto written = lines();
    ASSERT_EQ(written.size(), 2U);
    EXPECT_FALSE(written[1].contains("activity"));
    EXPECT_EQ(harness.warning(), "");
    gst_object_unref(publish);
}

TEST_F(FoveaPublish, ALineTellsWhatItsFramesWereWorth)
{
    VideoHarness harness(launch());
    FoveaActivity *activity = made_activity("fall", 2, 0.5F, 0, 500);
    activity->frames = {16, 3, 2, 1};
    activity->unseen = 7;
    activity->too_far = TRUE;
    push(harness, with_activity(harness.frame(0), activity));
    push(harness, with_activity(harness.frame(1), made_activity("fall", 2, 0.5F, 0, 500)));
    const auto written = lines();
    ASSERT_EQ(written.size(), 2U);
    EXPECT_EQ(written[0]["activity"]["frames"],
              Json::parse(R"({"seen": 16, "repeated": 3, "frozen": 2, "corrupt": 1})"));
    EXPECT_EQ(written[0]["activity"]["unseen_timesteps"], 7);
    EXPECT_EQ(written[0]["activity"]["too_far"], true);
    EXPECT_FALSE(written[1]["activity"].contains("frames"));
    EXPECT_FALSE(written[1]["activity"].contains("unseen_timesteps"));
    EXPECT_FALSE(written[1]["activity"].contains("too_far"));
}

TEST_F(FoveaPublish, TagsAreMembersOfEachLine)
{
    VideoHarness harness(launch(R"(tags="{\"camera\": \"north\", \"floor\": [1, 2]}")"));
    for (int i = 0; i < 2; ++i)
        push(harness, with_activity(harness.frame(i), made_activity("fall", 2, 0.5F, 0, 500)));
    ASSERT_EQ(lines().size(), 2U);
    for (const Json &line : lines()) {
        EXPECT_EQ(line["camera"], "north");
        EXPECT_EQ(line["floor"], Json::parse("[1, 2]"));
        EXPECT_EQ(line["activity"]["label"], "fall");
    }
}

TEST_F(FoveaPublish, BadTagsAreRefusedAndLeaveTheFileAlone)
{
    std::ofstream(file_) << "kept\n";
    for (const char *tags :
         {"{", "[1]", "north", "3", R"({"timestamp": 3})", R"({"objects": []})", R"({"a": 1} x)"}) {
        SCOPED_TRACE(tags);
        const StartError error =
            start_error("foveapublish", {{"uri", file_.c_str()}, {"tags", tags}});
        EXPECT_EQ(error.domain, GST_RESOURCE_ERROR);
        EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
        EXPECT_NE(error.text.find("tags"), std::string::npos) << error.text;
    }
    EXPECT_EQ(texts(), std::vector<std::string>{"kept"});
}

TEST_F(FoveaPublish, ALabelThatIsNoUtf8IsStillALineOfJson)
{
    VideoHarness harness(launch());
    push(harness, with_activity(harness.frame(0), made_activity("f\xff\nll", 2, 0.5F, 0, 500)));
    EXPECT_EQ(harness.error(), "");
    ASSERT_EQ(texts().size(), 1U);
    EXPECT_EQ(lines()[0]["activity"]["label"], "f\xef\xbf\xbd\nll");
}

} // namespace

} // namespace fovea::test
