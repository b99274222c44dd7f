// SPDX-License-Identifier: MIT
#include "meta/roi.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fovea {

namespace {

constexpr const char *actor_type = "actor";

struct Pixels {
    gint start, length;
};

double confidence_of(const GstVideoRegionOfInterestMeta &roi)
{
    const GstStructure *detection = gst_video_region_of_interest_meta_get_param(
        const_cast<GstVideoRegionOfInterestMeta *>(&roi), "detection"); // only read
    gdouble confidence = 1;
    if (detection != nullptr)
        gst_structure_get_double(detection, "confidence", &confidence);
    return confidence;
}

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

std::optional<FoundRegion> found_region(GQuark type, const Box &pixels, double confidence,
                                        const GstVideoInfo &info)
{
    const auto columns = static_cast<float>(GST_VIDEO_INFO_WIDTH(&info));
    const auto rows = static_cast<float>(GST_VIDEO_INFO_HEIGHT(&info));
    const Box box = intersected(
        {pixels.x / columns, pixels.y / rows, pixels.width / columns, pixels.height / rows},
        whole_frame);
    if (box.area() <= 0)
        return std::nullopt;
    const gchar *text = g_quark_to_string(type);
    const bool is_told = confidence >= 0 && confidence <= 1; // not a number: neither
    return FoundRegion{text != nullptr ? text : "", box,
                       is_told ? static_cast<float>(confidence) : 1};
}

std::vector<FoundRegion> regions_of_interest(GstBuffer *buffer, const GstVideoInfo &info)
{
    std::vector<FoundRegion> regions;
    gpointer state = nullptr;
    while (GstMeta *meta = gst_buffer_iterate_meta_filtered(
               buffer, &state, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE)) {
        const auto &roi = *reinterpret_cast<GstVideoRegionOfInterestMeta *>(meta);
        const Box pixels = {static_cast<float>(roi.x), static_cast<float>(roi.y),
                            static_cast<float>(roi.w), static_cast<float>(roi.h)};
        if (auto region = found_region(roi.roi_type, pixels, confidence_of(roi), info))
            regions.push_back(std::move(*region));
    }
    return regions;
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
