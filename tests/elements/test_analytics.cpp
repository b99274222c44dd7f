// SPDX-License-Identifier: MIT
#include <string>
#include <utility>
#include <vector>

#include <gst/analytics/gstanalyticsclassificationmtd.h>
#include <gst/analytics/gstanalyticsobjectdetectionmtd.h>
#include <gst/analytics/gstanalyticsobjecttrackingmtd.h>

#include <gtest/gtest.h>

#include "../lib/time_units.h"
#include "made_meta.h"
#include "meta/analytics.h"

namespace fovea::test {

namespace {

/** \brief A detection as GStreamer's reader gives it */
struct Detection {
    std::string type;
    int x = 0, y = 0, w = 0, h = 0;
    float confidence = 0;
    std::vector<guint64> tracks;
    GstClockTime first = 0, last = 0;
};

class AnalyticsMeta : public testing::Test
{
protected:
    void SetUp() override
    {
        gst_video_info_set_format(&info_, GST_VIDEO_FORMAT_I420, 200, 100);
        buffer_ = gst_buffer_new();
    }

    void TearDown() override { gst_buffer_unref(buffer_); }

    GstAnalyticsRelationMeta *meta() const
    {
        return gst_buffer_get_analytics_relation_meta(buffer_);
    }

    std::vector<Detection> detections() const
    {
        std::vector<Detection> all;
        gpointer state = nullptr;
        GstAnalyticsMtd mtd = {};
        while (meta() != nullptr &&
               gst_analytics_relation_meta_iterate(meta(), &state,
                                                   gst_analytics_od_mtd_get_mtd_type(), &mtd)) {
            Detection one;
            one.type = g_quark_to_string(gst_analytics_od_mtd_get_obj_type(&mtd));
            gst_analytics_od_mtd_get_location(&mtd, &one.x, &one.y, &one.w, &one.h,
                                              &one.confidence);
            gpointer related = nullptr;
            GstAnalyticsMtd track = {};
            while (gst_analytics_relation_meta_get_direct_related(
                meta(), mtd.id, GST_ANALYTICS_REL_TYPE_RELATE_TO,
                gst_analytics_tracking_mtd_get_mtd_type(), &related, &track)) {
                guint64 id = 0;
                gboolean is_lost = TRUE;
                gst_analytics_tracking_mtd_get_info(&track, &id, &one.first, &one.last, &is_lost);
                EXPECT_FALSE(is_lost);
                one.tracks.push_back(id);
            }
            all.push_back(one);
        }
        return all;
    }

    GstVideoInfo info_ = {};
    GstBuffer *buffer_ = nullptr;
    AnalyticsMirror mirror_;
};

Person person(int id, bool is_detected = true)
{
    return {{0.25F, 0.5F, 0.125F, 0.25F}, 0.75F, id, is_detected};
}

TEST_F(AnalyticsMeta, APersonIsADetectionInPixelsWithItsTrack)
{
    mirror_.mirror(buffer_, info_, {person(-1), person(7)}, 3 * second);
    const auto found = detections();
    ASSERT_EQ(found.size(), 2U);
    for (const Detection &one : found) {
        EXPECT_EQ(one.type, "person");
        EXPECT_EQ((std::vector<int>{one.x, one.y, one.w, one.h}),
                  (std::vector<int>{50, 50, 25, 25}));
        EXPECT_FLOAT_EQ(one.confidence, 0.75F);
    }
    EXPECT_TRUE(found[0].tracks.empty()) << "not followed";
    EXPECT_EQ(found[1].tracks, (std::vector<guint64>{7}));
}

TEST_F(AnalyticsMeta, ATrackKnowsWhenItWasSeenFirstAndLast)
{
    mirror_.mirror(buffer_, info_, {person(7)}, 1 * second);
    mirror_.mirror(buffer_, info_, {person(7), person(8)}, 2 * second);
    mirror_.mirror(buffer_, info_, {person(7, /*is_detected=*/false), person(8)}, 3 * second);
    const auto found = detections();
    ASSERT_EQ(found.size(), 2U) << "those of the frame, not of the frames before";
    EXPECT_EQ(found[0].first, 1 * GST_SECOND);
    EXPECT_EQ(found[0].last, 2 * GST_SECOND) << "carried over since";
    EXPECT_EQ(found[1].first, 2 * GST_SECOND);
    EXPECT_EQ(found[1].last, 3 * GST_SECOND);
    mirror_.mirror(buffer_, info_, {person(7)}, 500 * ms);
    EXPECT_EQ(detections().at(0).first, 500 * GST_MSECOND) << "the stream began anew";
}

TEST_F(AnalyticsMeta, NobodyLeavesNothingBehind)
{
    mirror_.mirror(buffer_, info_, {person(7)}, 0);
    mirror_.mirror(buffer_, info_, {}, 1);
    EXPECT_EQ(meta(), nullptr);
}

TEST_F(AnalyticsMeta, WhatAnotherElementFoundStays)
{
    GstAnalyticsODMtd car = {};
    gst_analytics_relation_meta_add_od_mtd(gst_buffer_add_analytics_relation_meta(buffer_),
                                           g_quark_from_static_string("car"), 1, 2, 3, 4, 0.5F,
                                           &car);
    mirror_.mirror(buffer_, info_, {person(7)}, 0);
    const auto found = detections();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].type, "car");
    EXPECT_EQ(found[1].type, "person");
}

TEST_F(AnalyticsMeta, AnActivityIsAClassificationItsLabelFirst)
{
    mirror_.mirror(buffer_, info_, {person(7)}, 0);
    FoveaActivity *activity = fovea_activity_new(3, 0, 0);
    activity->label = {g_strdup("normal"), 0, 0.875F};
    activity->scores[0] = {g_strdup("fight"), 1, 0.5F};
    activity->scores[1] = {g_strdup("normal"), 0, 0.25F};
    activity->scores[2] = {g_strdup("fall"), 2, 0.125F};
    mirror_activity(buffer_, *activity);
    fovea_activity_unref(activity);

    gpointer state = nullptr;
    GstAnalyticsMtd mtd = {};
    ASSERT_TRUE(gst_analytics_relation_meta_iterate(meta(), &state,
                                                    gst_analytics_cls_mtd_get_mtd_type(), &mtd));
    ASSERT_EQ(gst_analytics_cls_mtd_get_length(&mtd), 3U);
    const std::vector<std::pair<std::string, float>> expected = {
        {"normal", 0.875F}, {"fight", 0.5F}, {"fall", 0.125F}};
    for (gsize i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(g_quark_to_string(gst_analytics_cls_mtd_get_quark(&mtd, i)), expected[i].first);
        EXPECT_FLOAT_EQ(gst_analytics_cls_mtd_get_level(&mtd, i), expected[i].second);
    }
    EXPECT_FALSE(gst_analytics_relation_meta_iterate(meta(), &state,
                                                     gst_analytics_cls_mtd_get_mtd_type(), &mtd));
    EXPECT_EQ(detections().size(), 1U);
}

} // namespace

} // namespace fovea::test
