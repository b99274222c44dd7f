// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstring>
#include <vector>

#include "made_meta.h"
#include "video_harness.h"

namespace fovea::test {

inline constexpr const char *nothing_shown =
    "foveaoverlay show-label=false show-persons=false show-actor=false show-regions=false "
    "show-saliency=false show-timeline=false show-highlight=false show-alarms=false "
    "show-poses=false";
constexpr int width = 320;
constexpr int height = 240;

using Bytes = std::vector<guint8>;

inline Bytes bytes_of(GstBuffer *buffer)
{
    Bytes bytes(gst_buffer_get_size(buffer));
    gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
    return bytes;
}

/* The left shoulder at (80, 60) of 320 x 240 pixels, the left hip at (80, 180), all else unsure */
inline FoveaPerson with_pose(FoveaPerson person)
{
    person.has_pose = TRUE;
    person.pose[5] = {0.25F, 0.25F, 0.9F};
    person.pose[11] = {0.25F, 0.75F, 0.9F};
    person.pose[16] = {0.75F, 0.75F, 0.1F};
    return person;
}

/* A frame that shows something of every part */
inline GstBuffer *with_everything(GstBuffer *buffer)
{
    FoveaActivity *activity = fovea_activity_new(1, 3, 0);
    activity->model = g_strdup("watch");
    activity->label = {g_strdup("fight"), 1, 0.875F};
    activity->scores[0] = {g_strdup("fight"), 1, 0.875F};
    activity->end = GST_SECOND;
    activity->region[0] = {FOVEA_REGION_GRID, {0, 0, 0.5F, 1}};
    activity->region[1] = {FOVEA_REGION_GRID, {0.5F, 0, 0.5F, 1}};
    activity->region[2] = {FOVEA_REGION_ACTOR, {0.25F, 0.25F, 0.5F, 0.5F}};
    activity->region_weight[0] = 0.125F;
    activity->region_weight[1] = 0.625F;
    activity->region_weight[2] = 0.25F;
    buffer = with_persons(buffer, {made_person({0.25F, 0.25F, 0.25F, 0.5F}, 3),
                                   made_person({0.75F, 0.5F, 0.5F, 0.75F}, -1)}); // leaves it
    buffer = with_persons(buffer, {with_pose(made_person({0.25F, 0.25F, 0.25F, 0.5F}, 4))});
    buffer = with_alarm(buffer, FOVEA_ALARM_BEGIN, 1, "fight", 1, 0.875F);
    return with_activity(with_actor(buffer, {0.25F, 0.25F, 0.5F, 0.5F}), activity);
}

/* What `buffer` looks like behind the overlay; empty after an error */
inline Bytes drawn(VideoHarness &harness, GstBuffer *buffer)
{
    EXPECT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    EXPECT_EQ(harness.error(), "");
    const auto out = harness.pull();
    return out == nullptr ? Bytes() : bytes_of(out.get());
}

/* Pixels of a plane with one byte a sample that differ inside x, y, w, h */
inline int changed(const GstVideoInfo &info, const Bytes &a, const Bytes &b,
                   const std::array<int, 4> &box)
{
    const int stride = GST_VIDEO_INFO_PLANE_STRIDE(&info, 0);
    int count = 0;
    for (int y = box[1]; y < box[1] + box[3]; ++y)
        for (int x = box[0]; x < box[0] + box[2]; ++x) {
            const auto place = static_cast<std::size_t>(y * stride + x);
            count += a.at(place) != b.at(place) ? 1 : 0;
        }
    return count;
}

} // namespace fovea::test
