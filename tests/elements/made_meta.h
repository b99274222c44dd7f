// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>

#include <gst/video/video.h>

#include <gtest/gtest.h>

#include "meta/foveameta.h"

namespace fovea::test {

inline FoveaPerson made_person(FoveaBox box, int id, float confidence = 0.75F)
{
    return {box, confidence, id, TRUE, FALSE, {}};
}

/** \brief (transfer full) \a buffer, with persons in its metadata */
inline GstBuffer *with_persons(GstBuffer *buffer, std::initializer_list<FoveaPerson> persons)
{
    FoveaMeta *meta = fovea_meta_ensure(buffer);
    g_array_append_vals(meta->persons, persons.begin(), static_cast<guint>(persons.size()));
    return buffer;
}

/** \brief (transfer full) \a buffer, with an actor in its metadata */
inline GstBuffer *with_actor(GstBuffer *buffer, FoveaBox actor)
{
    FoveaMeta *meta = fovea_meta_ensure(buffer);
    meta->has_actor = TRUE;
    meta->actor = actor;
    return buffer;
}

/** \brief (transfer full) An activity with one score, its label's; times in ms */
inline FoveaActivity *made_activity(const char *label, int id, float confidence, guint64 start_ms,
                                    guint64 end_ms, FoveaScope scope = FOVEA_SCOPE_WINDOW)
{
    FoveaActivity *activity = fovea_activity_new(1, 0, 0);
    activity->scope = scope;
    activity->model = g_strdup("watch");
    activity->label = {g_strdup(label), id, confidence};
    activity->scores[0] = {g_strdup(label), id, confidence};
    activity->start = start_ms * GST_MSECOND;
    activity->end = end_ms * GST_MSECOND;
    return activity;
}

/** \brief (transfer full) \a buffer, with \a activity (transfer full) in its metadata */
inline GstBuffer *with_activity(GstBuffer *buffer, FoveaActivity *activity)
{
    g_ptr_array_add(fovea_meta_ensure(buffer)->activities, activity);
    return buffer;
}

/** \brief (transfer full) \a buffer, with an event of an alarm of watch in its metadata */
inline GstBuffer *with_alarm(GstBuffer *buffer, FoveaAlarmEvent event, guint64 id,
                             const char *label, int label_id, float confidence)
{
    FoveaAlarm *alarm = fovea_alarm_new(0);
    alarm->event = event;
    alarm->id = id;
    alarm->model = g_strdup("watch");
    alarm->label = {g_strdup(label), label_id, confidence};
    alarm->box = {0, 0, 1, 1};
    g_ptr_array_add(fovea_meta_ensure(buffer)->alarms, alarm);
    return buffer;
}

inline guint count_rois(GstBuffer *buffer)
{
    return gst_buffer_get_n_meta(buffer, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE);
}

/** \brief The first ROI meta of a type; null when there is none */
inline const GstVideoRegionOfInterestMeta *find_roi(GstBuffer *buffer, const char *type)
{
    gpointer state = nullptr;
    while (GstMeta *meta = gst_buffer_iterate_meta_filtered(
               buffer, &state, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE)) {
        auto *roi = reinterpret_cast<GstVideoRegionOfInterestMeta *>(meta);
        if (roi->roi_type == g_quark_from_string(type))
            return roi;
    }
    return nullptr;
}

inline void expect_box(const FoveaBox &box, FoveaBox expected)
{
    constexpr float tolerance = 1e-5F;
    EXPECT_NEAR(box.x, expected.x, tolerance);
    EXPECT_NEAR(box.y, expected.y, tolerance);
    EXPECT_NEAR(box.width, expected.width, tolerance);
    EXPECT_NEAR(box.height, expected.height, tolerance);
}

} // namespace fovea::test
