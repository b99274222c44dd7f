// SPDX-License-Identifier: MIT
#include "meta/roi.h"

#include <algorithm>
#include <cmath>

namespace fovea {

namespace {

constexpr const char *actor_type = "actor";

struct Pixels {
    gint start, length;
};

Pixels pixels(float start, float end, int size)
{
    const long limit = size;
    const long first = std::clamp(std::lround(start * static_cast<float>(size)), 0L, limit - 1);
    const long last = std::clamp(std::lround(end * static_cast<float>(size)), first + 1, limit);
    return {static_cast<gint>(first), static_cast<gint>(last - first)};
}

void remove_all(GstBuffer *buffer, const char *type)
{
    const GQuark quark = g_quark_from_static_string(type);
    gst_buffer_foreach_meta(
        buffer,
        [](GstBuffer *, GstMeta **meta, gpointer wanted) -> gboolean {
            if ((*meta)->info->api == GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE &&
                reinterpret_cast<GstVideoRegionOfInterestMeta *>(*meta)->roi_type ==
                    GPOINTER_TO_UINT(wanted))
                *meta = nullptr;
            return TRUE;
        },
        GUINT_TO_POINTER(quark));
}

/** \param detection (transfer full) completed with the box */
GstVideoRegionOfInterestMeta *add(GstBuffer *buffer, const GstVideoInfo &info, const char *type,
                                  const Box &box, GstStructure *detection)
{
    const GstVideoRectangle at = whole_pixels(box, info);
    GstVideoRegionOfInterestMeta *roi = gst_buffer_add_video_region_of_interest_meta(
        buffer, type, static_cast<guint>(at.x), static_cast<guint>(at.y), static_cast<guint>(at.w),
        static_cast<guint>(at.h));
    gst_structure_set(detection, "x_min", G_TYPE_DOUBLE, static_cast<gdouble>(box.x), "x_max",
                      G_TYPE_DOUBLE, static_cast<gdouble>(box.x_max()), "y_min", G_TYPE_DOUBLE,
                      static_cast<gdouble>(box.y), "y_max", G_TYPE_DOUBLE,
                      static_cast<gdouble>(box.y_max()), "label_id", G_TYPE_INT, 0, "label",
                      G_TYPE_STRING, type, nullptr);
    gst_video_region_of_interest_meta_add_param(roi, detection);
    return roi;
}

} // namespace

GstVideoRectangle whole_pixels(const Box &box, const GstVideoInfo &info)
{
    const Pixels x = pixels(box.x, box.x_max(), GST_VIDEO_INFO_WIDTH(&info));
    const Pixels y = pixels(box.y, box.y_max(), GST_VIDEO_INFO_HEIGHT(&info));
    return {x.start, y.start, x.length, y.length};
}

void mirror_persons(GstBuffer *buffer, const GstVideoInfo &info, const std::vector<Person> &persons)
{
    remove_all(buffer, person_type);
    for (const Person &person : persons) {
        GstStructure *detection =
            gst_structure_new("detection", "confidence", G_TYPE_DOUBLE,
                              static_cast<gdouble>(person.confidence), nullptr);
        add(buffer, info, person_type, person.box, detection)->id = person.id;
    }
}

void mirror_actor(GstBuffer *buffer, const GstVideoInfo &info, const std::optional<Box> &actor)
{
    remove_all(buffer, actor_type);
    if (actor)
        add(buffer, info, actor_type, *actor, gst_structure_new_empty("detection"));
}

} // namespace fovea
