// SPDX-License-Identifier: MIT
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include <gst/analytics/gstanalyticsclassificationmtd.h>
#include <gst/analytics/gstanalyticsobjectdetectionmtd.h>
#include <gst/analytics/gstanalyticsobjecttrackingmtd.h>

#include "made_meta.h"
#include "video_harness.h"

namespace fovea::test {

namespace {

namespace fs = std::filesystem;

using Box4 = std::tuple<int, int, int, int, gint64>; ///< x, y, width, height, track id or -1

std::vector<Box4> boxes_of_rois(GstBuffer *buffer)
{
    std::vector<Box4> boxes;
    gpointer state = nullptr;
    while (GstMeta *meta = gst_buffer_iterate_meta_filtered(
               buffer, &state, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE)) {
        const auto *roi = reinterpret_cast<GstVideoRegionOfInterestMeta *>(meta);
        if (roi->roi_type == g_quark_from_static_string("person"))
            boxes.emplace_back(roi->x, roi->y, roi->w, roi->h, roi->id);
    }
    return boxes;
}

std::vector<Box4> boxes_of_analytics(GstBuffer *buffer)
{
    std::vector<Box4> boxes;
    GstAnalyticsRelationMeta *meta = gst_buffer_get_analytics_relation_meta(buffer);
    gpointer state = nullptr;
    GstAnalyticsMtd mtd = {};
    while (meta != nullptr && gst_analytics_relation_meta_iterate(
                                  meta, &state, gst_analytics_od_mtd_get_mtd_type(), &mtd)) {
        int x = 0, y = 0, w = 0, h = 0;
        gst_analytics_od_mtd_get_location(&mtd, &x, &y, &w, &h, nullptr);
        gint64 id = -1;
        gpointer related = nullptr;
        GstAnalyticsMtd track = {};
        if (gst_analytics_relation_meta_get_direct_related(
                meta, mtd.id, GST_ANALYTICS_REL_TYPE_RELATE_TO,
                gst_analytics_tracking_mtd_get_mtd_type(), &related, &track)) {
            guint64 number = 0;
            GstClockTime first = 0, last = 0;
            gboolean is_lost = FALSE;
            gst_analytics_tracking_mtd_get_info(&track, &number, &first, &last, &is_lost);
            EXPECT_LE(first, last);
            EXPECT_LE(last, GST_BUFFER_PTS(buffer));
            id = static_cast<gint64>(number);
        }
        boxes.emplace_back(x, y, w, h, id);
    }
    return boxes;
}

/** \brief Every frame that comes out of \a rest behind the first frames of a clip with persons */
void play_persons(const std::string &rest, std::vector<GstSample *> *frames)
{
    const char *shared = g_getenv("FOVEA_SHARED");
    const fs::path clip =
        fs::path(shared != nullptr ? shared : "") / "data/clips/pets-pedestrians.mp4";
    if (!fs::exists(clip))
        GTEST_SKIP() << "no real clips: FOVEA_SHARED is not set to their folder";
    const std::string launch = "filesrc location=" + clip.string() +
                               " ! decodebin ! videoconvert ! identity eos-after=13 ! "
                               "foveadetect model=hog leaky=never inference-interval=4 ! " +
                               rest + " ! appsink name=sink sync=false";
    GstElement *pipeline = gst_parse_launch(launch.c_str(), nullptr);
    ASSERT_NE(pipeline, nullptr);
    GstElement *sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    while (true) {
        GstSample *sample = nullptr;
        g_signal_emit_by_name(sink, "pull-sample", &sample);
        if (sample == nullptr)
            break;
        frames->push_back(sample);
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(sink);
    gst_object_unref(pipeline);
}

class AnalyticsOfElements : public testing::Test
{
protected:
    void TearDown() override
    {
        for (GstSample *frame : frames_)
            gst_sample_unref(frame);
    }

    std::vector<GstSample *> frames_;
};

TEST_F(AnalyticsOfElements, DetectionsAreTheRoisWithTheirTracks)
{
    ASSERT_NO_FATAL_FAILURE(play_persons("identity", &frames_));
    if (IsSkipped())
        return;
    std::size_t persons = 0, tracks = 0;
    for (GstSample *frame : frames_) {
        GstBuffer *buffer = gst_sample_get_buffer(frame);
        const auto boxes = boxes_of_analytics(buffer);
        EXPECT_EQ(boxes, boxes_of_rois(buffer));
        persons += boxes.size();
        for (const Box4 &box : boxes)
            tracks += std::get<4>(box) >= 0 ? 1 : 0;
    }
    EXPECT_GE(persons, 13U);
    EXPECT_GT(tracks, 0U);
}

TEST_F(AnalyticsOfElements, GStreamersConverterMovesThemWithThePicture)
{
    ASSERT_NO_FATAL_FAILURE(
        play_persons("videoscale ! video/x-raw,width=192,height=144", &frames_));
    if (IsSkipped())
        return;
    std::size_t persons = 0;
    for (GstSample *frame : frames_) {
        GstBuffer *buffer = gst_sample_get_buffer(frame);
        const FoveaMeta *meta = fovea_meta_get(buffer);
        const auto boxes = boxes_of_analytics(buffer);
        ASSERT_EQ(boxes.size(), meta->persons->len);
        for (guint i = 0; i < meta->persons->len; ++i) {
            const FoveaBox box = g_array_index(meta->persons, FoveaPerson, i).box;
            EXPECT_NEAR(std::get<0>(boxes[i]), box.x * 192, 2);
            EXPECT_NEAR(std::get<3>(boxes[i]), box.height * 144, 2);
            ++persons;
        }
    }
    EXPECT_GE(persons, 13U);
}

TEST_F(AnalyticsOfElements, ACropMovesThemToo)
{
    ASSERT_NO_FATAL_FAILURE(
        play_persons("foveaactor crop=true crop-size=96 box=0.25,0,0.5,1", &frames_));
    if (IsSkipped())
        return;
    std::size_t persons = 0;
    for (GstSample *frame : frames_) {
        GstBuffer *buffer = gst_sample_get_buffer(frame);
        const auto boxes = boxes_of_analytics(buffer);
        EXPECT_EQ(boxes, boxes_of_rois(buffer));
        persons += boxes.size();
    }
    EXPECT_GT(persons, 0U);
}

TEST_F(AnalyticsOfElements, GStreamersOwnElementDrawsThem)
{
    GstElementFactory *factory = gst_element_factory_find("objectdetectionoverlay");
    if (factory == nullptr)
        GTEST_SKIP() << "objectdetectionoverlay is not installed (gstreamer1.0-plugins-bad)";
    gst_object_unref(factory);
    std::vector<GstSample *> plain;
    ASSERT_NO_FATAL_FAILURE(play_persons("videoconvert ! video/x-raw,format=RGBA", &plain));
    if (IsSkipped())
        return;
    ASSERT_NO_FATAL_FAILURE(
        play_persons("videoconvert ! video/x-raw,format=RGBA ! objectdetectionoverlay "
                     "object-detection-outline-color=4278255360",
                     &frames_));
    ASSERT_EQ(frames_.size(), plain.size());
    std::size_t drawn = 0;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        GstBuffer *before = gst_sample_get_buffer(plain[i]);
        GstBuffer *after = gst_sample_get_buffer(frames_[i]);
        GstVideoInfo info;
        gst_video_info_from_caps(&info, gst_sample_get_caps(plain[i]));
        GstVideoFrame a, b;
        ASSERT_TRUE(gst_video_frame_map(&a, &info, before, GST_MAP_READ));
        ASSERT_TRUE(gst_video_frame_map(&b, &info, after, GST_MAP_READ));
        for (const auto &[x, y, w, h, id] : boxes_of_analytics(before)) {
            const int row = y + h / 2; // the left edge, half way down
            const auto *from = static_cast<const guint8 *>(GST_VIDEO_FRAME_PLANE_DATA(&a, 0));
            const auto *to = static_cast<const guint8 *>(GST_VIDEO_FRAME_PLANE_DATA(&b, 0));
            const int at = row * GST_VIDEO_FRAME_PLANE_STRIDE(&a, 0) + 4 * x;
            drawn += std::equal(from + at - 4, from + at + 8, to + at - 4) ? 0 : 1;
        }
        gst_video_frame_unmap(&a);
        gst_video_frame_unmap(&b);
    }
    EXPECT_GE(drawn, 13U);
    for (GstSample *frame : plain)
        gst_sample_unref(frame);
}

TEST_F(AnalyticsOfElements, EachActivityIsAClassification)
{
    VideoHarness harness("foveagrid actor=false ! foveafeatures leaky=never ! foveaattention");
    std::size_t activities = 0;
    for (int i = 0; i < 90; ++i) {
        ASSERT_EQ(harness.push(i), GST_FLOW_OK);
        const auto out = harness.pull();
        ASSERT_NE(out, nullptr);
        const FoveaMeta *meta = fovea_meta_get(out.get());
        GstAnalyticsRelationMeta *relations = gst_buffer_get_analytics_relation_meta(out.get());
        gpointer state = nullptr;
        GstAnalyticsMtd mtd = {};
        for (guint n = 0; n < meta->activities->len; ++n) {
            const auto *activity =
                static_cast<FoveaActivity *>(g_ptr_array_index(meta->activities, n));
            ASSERT_NE(relations, nullptr);
            ASSERT_TRUE(gst_analytics_relation_meta_iterate(
                relations, &state, gst_analytics_cls_mtd_get_mtd_type(), &mtd));
            EXPECT_STREQ(g_quark_to_string(gst_analytics_cls_mtd_get_quark(&mtd, 0)),
                         activity->label.label);
            EXPECT_EQ(gst_analytics_cls_mtd_get_level(&mtd, 0), activity->label.confidence);
            EXPECT_EQ(gst_analytics_cls_mtd_get_length(&mtd), activity->n_scores);
            ++activities;
        }
    }
    EXPECT_GT(activities, 0U);
}

/* Detectors of GStreamer's own, such as objectdetector behind onnxinference */
TEST(AnalyticsOfOthers, DetectionsOfOthersAreFollowed)
{
    VideoHarness harness("foveatrack");
    for (int index = 0; index < 2; ++index) {
        GstBuffer *frame = harness.frame(index);
        GstAnalyticsRelationMeta *meta = gst_buffer_add_analytics_relation_meta(frame);
        GstAnalyticsODMtd detection = {};
        gst_analytics_relation_meta_add_od_mtd(meta, g_quark_from_static_string("person"), 16, 12,
                                               16, 24, 0.75F, &detection);
        gst_analytics_relation_meta_add_od_mtd(meta, g_quark_from_static_string("car"), 0, 0, 8, 8,
                                               0.9F, &detection);
        ASSERT_EQ(gst_harness_push(harness.get(), frame), GST_FLOW_OK);
        const auto out = harness.pull();
        const FoveaMeta *found = fovea_meta_get(out.get());
        ASSERT_NE(found, nullptr);
        ASSERT_EQ(found->persons->len, 1U);
        const auto &person = g_array_index(found->persons, FoveaPerson, 0);
        expect_box(person.box, {0.25F, 0.25F, 0.25F, 0.5F});
        EXPECT_EQ(person.confidence, 0.75F);
        EXPECT_EQ(person.id, index - 1) << "from the second sighting on";
    }
}

} // namespace

} // namespace fovea::test
