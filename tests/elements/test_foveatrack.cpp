// SPDX-License-Identifier: MIT
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "passing_element.h"
#include "properties.h"

namespace fovea::test {

INSTANTIATE_TEST_SUITE_P(FoveaTrack, PassingElement, testing::Values("foveatrack"));

namespace {

/* On 64 x 48 pixels, 30 frames a second */
struct Roi {
    guint x, y, width, height;
    std::optional<double> confidence = {};
    const char *type = "person";
};

constexpr Roi standing = {16, 12, 16, 24, 0.75};
constexpr FoveaBox standing_box = {0.25F, 0.25F, 0.25F, 0.5F};

/** \brief (transfer full) \a buffer, with regions as DL Streamer's detector writes them */
GstBuffer *with_rois(GstBuffer *buffer, const std::vector<Roi> &rois)
{
    for (const Roi &roi : rois) {
        GstVideoRegionOfInterestMeta *meta = gst_buffer_add_video_region_of_interest_meta(
            buffer, roi.type, roi.x, roi.y, roi.width, roi.height);
        if (roi.confidence)
            gst_video_region_of_interest_meta_add_param(
                meta, gst_structure_new("detection", "confidence", G_TYPE_DOUBLE, *roi.confidence,
                                        "label_id", G_TYPE_INT, 1, nullptr));
    }
    return buffer;
}

class FoveaTrack : public testing::Test
{
protected:
    /** \brief The persons on the frame numbered \a index, behind \a harness */
    static std::vector<FoveaPerson> pass(VideoHarness &harness, int index,
                                         const std::vector<Roi> &rois)
    {
        EXPECT_EQ(gst_harness_push(harness.get(), with_rois(harness.frame(index), rois)),
                  GST_FLOW_OK);
        const auto out = harness.pull();
        const FoveaMeta *meta = out == nullptr ? nullptr : fovea_meta_get(out.get());
        if (meta == nullptr) {
            ADD_FAILURE() << "frame " << index << " has no metadata; " << harness.error();
            return {};
        }
        const auto *first = reinterpret_cast<const FoveaPerson *>(meta->persons->data);
        return {first, first + meta->persons->len};
    }

    static void end(VideoHarness &harness)
    {
        gst_harness_push_event(harness.get(), gst_event_new_eos());
    }
};

TEST_F(FoveaTrack, RegionsOfPersonsArePersonsWithATrackId)
{
    VideoHarness harness("foveatrack");
    pass(harness, 0, {standing, {0, 0, 8, 8, 0.9, "car"}});
    const auto persons = pass(harness, 1, {standing, {0, 0, 8, 8, 0.9, "car"}});
    ASSERT_EQ(persons.size(), 1U);
    expect_box(persons[0].box, standing_box);
    EXPECT_EQ(persons[0].confidence, 0.75F);
    EXPECT_EQ(persons[0].id, 0) << "from the second sighting on, as foveadetect's";
    EXPECT_TRUE(persons[0].detected);
    EXPECT_EQ(pass(harness, 2, {standing})[0].id, 0);
    EXPECT_EQ(harness.warning(), "");
}

TEST_F(FoveaTrack, LeavesWhatTheOtherElementWrote)
{
    VideoHarness harness("foveatrack");
    gst_harness_push(harness.get(), with_rois(harness.frame(0), {standing}));
    const auto out = harness.pull();
    EXPECT_EQ(count_rois(out.get()), 1U);
    auto *roi = const_cast<GstVideoRegionOfInterestMeta *>(find_roi(out.get(), "person"));
    ASSERT_NE(roi, nullptr);
    gint label_id = 0;
    const GstStructure *detection = gst_video_region_of_interest_meta_get_param(roi, "detection");
    ASSERT_NE(detection, nullptr);
    EXPECT_TRUE(gst_structure_get_int(detection, "label_id", &label_id));
    EXPECT_EQ(label_id, 1);
}

/* A pixel a frame, 30 / 64 of the width a second; looked at every third frame */
TEST_F(FoveaTrack, FramesWithoutALookCarryPersonsWhereTheyMove)
{
    VideoHarness harness("foveatrack");
    std::vector<FoveaPerson> persons;
    for (guint i = 0; i <= 12; i += 3) {
        for (guint k = 0; k < 3; ++k) {
            persons = pass(harness, static_cast<int>(i + k),
                           k == 0 ? std::vector<Roi>{{16 + i, 12, 16, 24}} : std::vector<Roi>{});
            ASSERT_EQ(persons.size(), 1U) << "frame " << i + k;
            EXPECT_EQ(persons[0].detected, k == 0);
        }
    }
    EXPECT_EQ(persons[0].id, 0);
    EXPECT_NEAR(persons[0].box.x, (16 + 14) / 64.0, 0.02) << "two frames behind the last look";
}

TEST_F(FoveaTrack, NobodyIsThereBehindTheHoldTime)
{
    VideoHarness harness("foveatrack"); // half a second
    pass(harness, 0, {standing});
    EXPECT_EQ(pass(harness, 15, {}).size(), 1U);
    EXPECT_EQ(pass(harness, 16, {}).size(), 0U);

    VideoHarness every("foveatrack hold-time=0");
    pass(every, 0, {standing});
    EXPECT_EQ(pass(every, 1, {}).size(), 0U);
}

TEST_F(FoveaTrack, ScoresAreThoseOfTheDetection)
{
    VideoHarness harness("foveatrack threshold=0.5");
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(pass(harness, 0, {{16, 12, 16, 24, 0.25}}).size(), 0U);
    for (const std::optional<double> odd : {std::optional<double>(), {none}, {98.5}, {-1.0}}) {
        const auto persons = pass(harness, 1, {{16, 12, 16, 24, odd}});
        ASSERT_EQ(persons.size(), 1U);
        EXPECT_EQ(persons[0].confidence, 1.0F) << "none that says anything";
    }
}

TEST_F(FoveaTrack, RegionsAreCutAtTheFrame)
{
    VideoHarness harness("foveatrack");
    const auto persons = pass(harness, 0, {{48, 24, 1000, G_MAXUINT}, {64, 0, 8, 8}, {8, 8, 0, 0}});
    ASSERT_EQ(persons.size(), 1U);
    expect_box(persons[0].box, {0.75F, 0.5F, 0.25F, 0.5F});
}

TEST_F(FoveaTrack, TakesTheTypesThatAreNamed)
{
    VideoHarness harness("foveatrack labels=\"pedestrian, Person\"");
    EXPECT_EQ(pass(harness, 0,
                   {{0, 0, 8, 8, 1.0, "pedestrian"},
                    {16, 0, 8, 8, 1.0, "Person"},
                    {32, 0, 8, 8, 1.0, "person"}})
                  .size(),
              2U);
}

TEST_F(FoveaTrack, RegionsOfOtherTypesAloneAreTold)
{
    VideoHarness harness("foveatrack");
    for (int i = 0; i < 3; ++i)
        pass(harness, i,
             {{0, 0, 8, 8, 1.0, "Person"}, {0, 0, 8, 8, 1.0, "car\n"}, {0, 0, 8, 8, 1.0, ""}});
    EXPECT_EQ(harness.warning(), "");
    end(harness);
    EXPECT_EQ(harness.warning(),
              "no region of type person has come, but of Person, car\uFFFD, ''; set labels");
    EXPECT_EQ(harness.warning(), "") << "told once";

    VideoHarness endless("foveatrack");
    for (const int second : {0, 59})
        pass(endless, second * 30, {{0, 0, 8, 8, 1.0, "car"}});
    EXPECT_EQ(endless.warning(), "");
    pass(endless, 60 * 30, {{0, 0, 8, 8, 1.0, "car"}});
    EXPECT_NE(endless.warning().find("but of car"), std::string::npos);
    end(endless);
    EXPECT_EQ(endless.warning(), "");

    VideoHarness seen("foveatrack threshold=0.9");
    pass(seen, 0, {standing, {0, 0, 8, 8, 1.0, "car"}});
    end(seen);
    EXPECT_EQ(seen.warning(), "") << "they have come, if none that counts";
}

TEST_F(FoveaTrack, TracksEndWhereTheStampsJump)
{
    VideoHarness harness("foveatrack");
    pass(harness, 0, {standing});
    EXPECT_EQ(pass(harness, 1, {standing})[0].id, 0);
    pass(harness, 300, {standing});
    EXPECT_EQ(pass(harness, 301, {standing})[0].id, 1) << "another recording";
    EXPECT_EQ(pass(harness, 600, {}).size(), 0U) << "nor is anyone carried over";
}

TEST_F(FoveaTrack, LabelsMustNameOne)
{
    VideoHarness harness("foveatrack");
    pass(harness, 0, {standing});
    GstElement *track = gst_harness_find_element(harness.get(), "foveatrack");
    g_object_set(track, "labels", " , ", nullptr);
    gst_object_unref(track);
    EXPECT_EQ(pass(harness, 1, {standing}).size(), 1U) << "the types before hold";
    EXPECT_EQ(harness.warning(), "property labels: expected types of regions such as "
                                 "person,pedestrian, got ' , '; the values of before hold");
}

TEST_F(FoveaTrack, StandsInForFoveadetect)
{
    VideoHarness harness("foveatrack ! foveaactor margin=1");
    gst_harness_push(harness.get(), with_rois(harness.frame(0), {standing}));
    const auto out = harness.pull();
    const FoveaMeta *meta = fovea_meta_get(out.get());
    ASSERT_TRUE(meta->has_actor);
    expect_box(meta->actor, {12.0F / 64, 12.0F / 48, 24.0F / 64, 24.0F / 48});

    VideoHarness nobody("foveatrack ! foveaactor");
    nobody.push_range(0, 3);
    end(nobody);
    EXPECT_EQ(nobody.warning(), "") << "a street may be empty";
}

} // namespace

} // namespace fovea::test
