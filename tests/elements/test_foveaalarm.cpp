// SPDX-License-Identifier: MIT
#include <map>
#include <set>

#include "passing_element.h"
#include "properties.h"

namespace fovea::test {

/* foveaalarm itself adds no metadata: that of every frame comes from the element before it. */
INSTANTIATE_TEST_SUITE_P(FoveaAlarm, PassingElement, testing::Values("foveagrid ! foveaalarm"));

namespace {

struct Told {
    FoveaAlarmEvent event;
    guint64 id;
    std::string label;
    double confidence;
    guint64 start_ms, end_ms;
    std::vector<int> persons;

    bool operator==(const Told &other) const
    {
        return event == other.event && id == other.id && label == other.label &&
               confidence == other.confidence && start_ms == other.start_ms &&
               end_ms == other.end_ms && persons == other.persons;
    }
};

std::ostream &operator<<(std::ostream &stream, const Told &told)
{
    return stream << told.event << " of " << told.id << " " << told.label << " " << told.confidence
                  << " " << told.start_ms << "-" << told.end_ms << " with "
                  << testing::PrintToString(told.persons);
}

void append(const FoveaMeta *meta, std::vector<Told> *told)
{
    for (guint i = 0; meta != nullptr && i < meta->alarms->len; ++i) {
        const auto *alarm = static_cast<FoveaAlarm *>(g_ptr_array_index(meta->alarms, i));
        told->push_back({alarm->event,
                         alarm->id,
                         alarm->label.label,
                         alarm->label.confidence,
                         alarm->start / GST_MSECOND,
                         alarm->end / GST_MSECOND,
                         {alarm->persons, alarm->persons + alarm->n_persons}});
    }
}

/** Of the buffers that came out and the late events so far */
std::vector<Told> told(VideoHarness &harness)
{
    std::vector<Told> all;
    while (const auto buffer = harness.pull())
        append(fovea_meta_get(buffer.get()), &all);
    while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
        append(fovea_late_event_parse(event), &all);
        gst_event_unref(event);
    }
    return all;
}

void say(VideoHarness &harness, int frame, const char *label, int id, float confidence,
         guint64 start_ms, guint64 end_ms)
{
    ASSERT_EQ(gst_harness_push(harness.get(), with_activity(harness.frame(frame),
                                                            made_activity(label, id, confidence,
                                                                          start_ms, end_ms))),
              GST_FLOW_OK);
}

void end(VideoHarness &harness)
{
    gst_harness_push_event(harness.get(), gst_event_new_eos());
}

/* A receiver tells them apart by it alone */
TEST(FoveaAlarm, TwoOfAPipelineGiveNoIdTwice)
{
    VideoHarness harness("foveaalarm on=0.75 off=0.5 ! foveaalarm on=0.75 off=0.5 zones=\"include "
                         "0,0 1,0 1,1 0,1\"");
    say(harness, 0, "fight", 1, 0.75F, 0, 1000);
    say(harness, 30, "fight", 1, 0.25F, 1000, 2000);
    say(harness, 60, "fight", 1, 0.75F, 60'000, 61'000);
    end(harness);
    std::map<FoveaAlarmEvent, std::multiset<guint64>> ids;
    for (const Told &one : told(harness))
        ids[one.event].insert(one.id);
    EXPECT_EQ(ids[FOVEA_ALARM_BEGIN], (std::multiset<guint64>{1, 2, 3, 4}));
    EXPECT_EQ(ids[FOVEA_ALARM_END], ids[FOVEA_ALARM_BEGIN]);
}

TEST(FoveaAlarm, BeginsGetsStrongerAndEndsAtTheEndOfTheStream)
{
    VideoHarness harness("foveaalarm on=0.75 off=0.5");
    say(harness, 0, "fight", 1, 0.625F, 0, 1000);
    say(harness, 30, "fight", 1, 0.75F, 1000, 2000);
    say(harness, 60, "fight", 1, 0.875F, 2000, 3000);
    EXPECT_EQ(told(harness),
              (std::vector<Told>{{FOVEA_ALARM_BEGIN, 1, "fight", 0.75, 1000, 2000, {}},
                                 {FOVEA_ALARM_UPDATE, 1, "fight", 0.875, 1000, 3000, {}}}));
    end(harness);
    EXPECT_EQ(told(harness),
              (std::vector<Told>{{FOVEA_ALARM_END, 1, "fight", 0.875, 1000, 3000, {}}}));
}

TEST(FoveaAlarm, EachIsAMessageOnTheBus)
{
    VideoHarness harness("foveaalarm model=watch on=0.75");
    GstBuffer *frame = with_persons(harness.frame(0), {made_person({0.25F, 0.25F, 0.5F, 0.5F}, 7)});
    gst_harness_push(harness.get(),
                     with_activity(frame, made_activity("fall", 2, 0.875F, 0, 1000)));
    GstMessage *message = gst_bus_pop_filtered(harness.bus(), GST_MESSAGE_ELEMENT);
    ASSERT_NE(message, nullptr);
    const GstStructure *structure = gst_message_get_structure(message);
    EXPECT_TRUE(gst_structure_has_name(structure, "fovea-alarm"));
    EXPECT_STREQ(gst_structure_get_string(structure, "event"), "begin");
    EXPECT_STREQ(gst_structure_get_string(structure, "label"), "fall");
    EXPECT_STREQ(gst_structure_get_string(structure, "model"), "watch");
    guint64 id = 0;
    guint64 end_time = 0;
    gdouble confidence = 0;
    gdouble width = 0;
    EXPECT_TRUE(gst_structure_get(structure, "id", G_TYPE_UINT64, &id, "end", G_TYPE_UINT64,
                                  &end_time, "confidence", G_TYPE_DOUBLE, &confidence, "width",
                                  G_TYPE_DOUBLE, &width, nullptr));
    EXPECT_EQ(id, 1U);
    EXPECT_EQ(end_time, GST_SECOND);
    EXPECT_EQ(confidence, 0.875);
    EXPECT_EQ(width, 1) << "the whole frame, for no region says better";
    const GValue *persons = gst_structure_get_value(structure, "persons");
    ASSERT_EQ(gst_value_list_get_size(persons), 1U);
    EXPECT_EQ(g_value_get_int(gst_value_list_get_value(persons, 0)), 7);
    gst_message_unref(message);
}

TEST(FoveaAlarm, TheCardSaysWhichClassesAlarmAndWhen)
{
    VideoHarness harness("foveaalarm model=watch"); // a fight from 0.6 on, a fall from 0.7
    say(harness, 0, "fight", 1, 0.5625F, 0, 1000);
    say(harness, 30, "fall", 2, 0.6875F, 1000, 2000);
    EXPECT_TRUE(told(harness).empty());
    say(harness, 60, "fall", 2, 0.71875F, 2000, 3000);
    ASSERT_EQ(told(harness).size(), 1U);
}

TEST(FoveaAlarm, HoldsForTheLeastDurationAndIsQuietForTheCoolDown)
{
    VideoHarness harness("foveaalarm on=0.75 off=0.5 min-duration=2 cool-down=5");
    say(harness, 0, "fight", 1, 0.875F, 0, 1500);
    EXPECT_TRUE(told(harness).empty());
    say(harness, 30, "fight", 1, 0.875F, 1000, 2500);
    EXPECT_EQ(told(harness).size(), 1U);
    say(harness, 60, "fight", 1, 0.25F, 2000, 3500); // ends at 2.5 s
    EXPECT_EQ(told(harness).size(), 1U);
    for (guint64 start = 3000; start < 7500; start += 1000)
        say(harness, static_cast<int>(start * 30 / 1000), "fight", 1, 0.875F, start, start + 1500);
    EXPECT_TRUE(told(harness).empty());
    say(harness, 260, "fight", 1, 0.875F, 8000, 9500);
    say(harness, 290, "fight", 1, 0.875F, 9000, 10500);
    EXPECT_EQ(told(harness).size(), 1U);
}

TEST(FoveaAlarm, OnlyWhoStandsInTheZoneRaisesOne)
{
    VideoHarness harness("foveaalarm on=0.75 cool-down=0 zones=\"include 0,0.5 1,0.5 1,1 0,1\"");
    const auto say_with = [&](int frame, FoveaBox box, int id, guint64 start_ms) {
        gst_harness_push(
            harness.get(),
            with_activity(with_persons(harness.frame(frame), {made_person(box, id)}),
                          made_activity("fight", 1, 0.875F, start_ms, start_ms + 1000)));
    };
    say_with(0, {0.4F, 0.1F, 0.1F, 0.2F}, 1, 0);
    EXPECT_TRUE(told(harness).empty());
    say_with(30, {0.4F, 0.5F, 0.1F, 0.2F}, 2, 1000);
    EXPECT_EQ(told(harness),
              (std::vector<Told>{{FOVEA_ALARM_BEGIN, 1, "fight", 0.875, 1000, 2000, {2}}}));
}

TEST(FoveaAlarm, AJumpEndsOneAndTheNextBufferCarriesIt)
{
    VideoHarness harness("foveaalarm on=0.75");
    say(harness, 0, "fight", 1, 0.875F, 0, 1000);
    told(harness);
    GstBuffer *behind = harness.frame(300);
    GST_BUFFER_FLAG_SET(behind, GST_BUFFER_FLAG_DISCONT);
    gst_harness_push(harness.get(), behind);
    EXPECT_EQ(told(harness),
              (std::vector<Told>{{FOVEA_ALARM_END, 1, "fight", 0.875, 0, 1000, {}}}));
}

TEST(FoveaAlarm, ThresholdsDurationsAndZonesAreTakenWhileItPlays)
{
    VideoHarness harness("foveaalarm on=0.75 cool-down=0");
    GstElement *alarm = gst_harness_find_element(harness.get(), "foveaalarm");
    say(harness, 0, "fight", 1, 0.625F, 0, 1000);
    EXPECT_TRUE(told(harness).empty());
    g_object_set(alarm, "on", 0.5F, nullptr);
    say(harness, 30, "fight", 1, 0.625F, 1000, 2000);
    EXPECT_EQ(told(harness),
              (std::vector<Told>{{FOVEA_ALARM_BEGIN, 1, "fight", 0.625, 1000, 2000, {}}}));
    g_object_set(alarm, "on", 0.875F, "off", 0.75F, "min-duration", 2.0, nullptr);
    say(harness, 60, "fight", 1, 0.625F, 2000, 3000); // below off now
    EXPECT_EQ(told(harness),
              (std::vector<Told>{{FOVEA_ALARM_END, 1, "fight", 0.625, 1000, 2000, {}}}));
    say(harness, 90, "fight", 1, 0.875F, 3000, 4000);
    EXPECT_TRUE(told(harness).empty()) << "1 s of 2";
    say(harness, 120, "fight", 1, 0.875F, 4000, 5000);
    EXPECT_EQ(told(harness).size(), 1U);
    g_object_set(alarm, "zones", "include 0,0 0.5,0 0,0.5", nullptr);
    say(harness, 150, "fight", 1, 0.875F, 5000,
        6000); // of the whole frame, whose foot lies outside
    EXPECT_EQ(told(harness),
              (std::vector<Told>{{FOVEA_ALARM_END, 2, "fight", 0.875, 3000, 5000, {}}}));
    EXPECT_EQ(harness.warning(), "");
    gst_object_unref(alarm);
}

TEST(FoveaAlarm, LimitsAreOfSingleLabelsAndTakenWhileItPlays)
{
    VideoHarness harness(
        "foveaalarm model=watch cool-down=0"); // a fight from 0.6 on, a fall from 0.7
    GstElement *alarm = gst_harness_find_element(harness.get(), "foveaalarm");
    g_object_set(alarm, "limits", R"({"fight": {"on": 0.875, "off": 0.5, "cool_down": 0}})",
                 nullptr);
    say(harness, 0, "fight", 1, 0.75F, 0, 1000);
    EXPECT_TRUE(told(harness).empty());
    say(harness, 30, "fall", 2, 0.75F, 1000, 2000);
    EXPECT_EQ(told(harness).size(), 1U) << "not named: as the card says";
    say(harness, 60, "fight", 1, 0.875F, 2000, 3000);
    EXPECT_EQ(told(harness).size(), 2U) << "fall ends, fight begins";
    say(harness, 90, "fight", 1, 0.5F, 3000, 4000);
    EXPECT_TRUE(told(harness).empty()) << "not below off";
    g_object_set(alarm, "limits", "", nullptr);
    say(harness, 120, "fight", 1, 0.25F, 4000, 5000);
    say(harness, 150, "fight", 1, 0.625F, 5000, 6000);
    EXPECT_EQ(told(harness).size(), 2U) << "the card's again";
    EXPECT_EQ(harness.warning(), "");
    gst_object_unref(alarm);
}

TEST(FoveaAlarm, AnActivityThatComesAgainCountsOnce)
{
    VideoHarness harness("foveaalarm on=0.75 cool-down=0");
    FoveaActivity *activity = made_activity("fight", 1, 0.875F, 0, 1000);
    for (int i = 0; i < 3; ++i)
        gst_harness_push(harness.get(),
                         with_activity(harness.frame(i), fovea_activity_ref(activity)));
    fovea_activity_unref(activity);
    EXPECT_EQ(told(harness).size(), 1U);
}

TEST(FoveaAlarm, OfAModelOfWholeVideosTheVideoIsAWindow)
{
    VideoHarness harness("foveaalarm on=0.75");
    gst_harness_push(harness.get(),
                     with_activity(harness.frame(0),
                                   made_activity("fight", 1, 0.875F, 0, 9000, FOVEA_SCOPE_VIDEO)));
    EXPECT_EQ(told(harness).size(), 1U);
    VideoHarness with_windows("foveaalarm on=0.75 cool-down=0");
    say(with_windows, 0, "normal", 0, 0.75F, 0, 1000);
    gst_harness_push(with_windows.get(),
                     with_activity(with_windows.frame(30),
                                   made_activity("fight", 1, 0.875F, 0, 9000, FOVEA_SCOPE_VIDEO)));
    EXPECT_TRUE(told(with_windows).empty()) << "it says again what windows said";
}

TEST(FoveaAlarm, WhatCannotBeIsAnErrorThatNamesIt)
{
    const auto expect_error =
        [](const std::vector<std::pair<const char *, const char *>> &properties, const char *part) {
            const StartError error = start_error("foveaalarm", properties);
            EXPECT_NE(error.text.find(part), std::string::npos) << error.text;
        };
    expect_error({{"zones", "include 0,0 1"}}, "zone 'include 0,0 1'");
    expect_error({{"on", "0.5"}, {"off", "0.75"}}, "alarm of 'fight': off is 0.75");
    expect_error({{"limits", "fight=0.9"}},
                 R"(property limits: expected JSON as '{"fight": {"on": 0.9}}', got 'fight=0.9')");
    expect_error({{"on", "-0.5"}}, "property on is -0.5, expected 0 to 1, or -1: as the card says");
    expect_error({{"off", "-0.25"}}, "property off is -0.25, expected 0 to 1, or -1");
    expect_error({{"min-duration", "-0.5"}},
                 "property min-duration is -0.5, expected 0 to 86400, or");
    expect_error({{"cool-down", "-0.5"}}, "property cool-down is -0.5, expected 0 to 86400, or");
    expect_error({{"limits", R"({"fight": {"on": 2}})"}}, "property limits");
    expect_error(
        {{"limits", R"({"theft": {"on": 0.9}})"}},
        "limits of 'theft', which model 'watch-both' does not know; expected normal, fight");
    expect_error({{"model", "i3d-kinetics400"}}, "has no decision.alarms; set on");
    expect_error({{"model", "yolo-fastest-1.1"}}, "expected one that recognises activities");
}

TEST(FoveaAlarm, StartsAndStopsTwentyTimes)
{
    starts_and_stops_twenty_times("videotestsrc ! foveaalarm ! fakesink");
}

} // namespace

} // namespace fovea::test
