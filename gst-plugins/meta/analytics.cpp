// SPDX-License-Identifier: MIT
#include "meta/analytics.h"

#ifdef FOVEA_ANALYTICS

#include <utility>

// Not analytics.h, whose tensors are not C++
#include <gst/analytics/gstanalyticsclassificationmtd.h>
#include <gst/analytics/gstanalyticsobjectdetectionmtd.h>
#include <gst/analytics/gstanalyticsobjecttrackingmtd.h>

namespace fovea {

namespace {

/** A track that is out of sight for longer is another one when it comes back */
constexpr Nanoseconds forgotten_after = 60'000'000'000;

GQuark person_quark()
{
    static const GQuark quark = g_quark_from_static_string(person_type);
    return quark;
}

bool is_ours(const GstAnalyticsMtd &mtd)
{
    const GstAnalyticsMtdType type = gst_analytics_mtd_get_mtd_type(&mtd);
    if (type == gst_analytics_od_mtd_get_mtd_type())
        return gst_analytics_od_mtd_get_obj_type(&mtd) == person_quark();
    return type == gst_analytics_tracking_mtd_get_mtd_type() ||
           type == gst_analytics_cls_mtd_get_mtd_type();
}

GstAnalyticsRelationMeta *relations(GstBuffer *buffer)
{
    GstAnalyticsRelationMeta *meta = gst_buffer_get_analytics_relation_meta(buffer);
    return meta != nullptr ? meta : gst_buffer_add_analytics_relation_meta(buffer);
}

/* Nothing can be taken out of a relation meta but all of it */
void remove_ours(GstBuffer *buffer)
{
    GstAnalyticsRelationMeta *meta = gst_buffer_get_analytics_relation_meta(buffer);
    if (meta == nullptr)
        return;
    gpointer state = nullptr;
    GstAnalyticsMtd mtd = {};
    while (gst_analytics_relation_meta_iterate(meta, &state, GST_ANALYTICS_MTD_TYPE_ANY, &mtd)) {
        if (!is_ours(mtd))
            return;
    }
    gst_buffer_remove_meta(buffer, reinterpret_cast<GstMeta *>(meta));
}

} // namespace

void AnalyticsMirror::mirror(GstBuffer *buffer, const GstVideoInfo &info,
                             const std::vector<Person> &persons, Nanoseconds time)
{
    see(persons, time);
    remove_ours(buffer);
    if (persons.empty())
        return;
    GstAnalyticsRelationMeta *meta = relations(buffer);
    for (const Person &person : persons) {
        const GstVideoRectangle box = whole_pixels(person.box, info);
        GstAnalyticsODMtd detection = {};
        gst_analytics_relation_meta_add_od_mtd(meta, person_quark(), box.x, box.y, box.w, box.h,
                                               person.confidence, &detection);
        if (person.id < 0)
            continue;
        const Sightings &seen = tracks_.at(person.id);
        GstAnalyticsTrackingMtd track = {};
        gst_analytics_relation_meta_add_tracking_mtd(meta, static_cast<guint64>(person.id),
                                                     static_cast<GstClockTime>(seen.first), &track);
        gst_analytics_tracking_mtd_update_last_seen(&track, static_cast<GstClockTime>(seen.last));
        gst_analytics_relation_meta_set_relation(meta, GST_ANALYTICS_REL_TYPE_RELATE_TO,
                                                 detection.id, track.id);
    }
}

void AnalyticsMirror::see(const std::vector<Person> &persons, Nanoseconds time)
{
    for (auto track = tracks_.begin(); track != tracks_.end();) {
        const Nanoseconds since = time - track->second.last;
        track = since < 0 || since > forgotten_after ? tracks_.erase(track) : std::next(track);
    }
    for (const Person &person : persons) {
        if (person.id < 0)
            continue;
        Sightings &seen = tracks_.try_emplace(person.id, Sightings{time, time}).first->second;
        if (person.detected)
            seen.last = time;
    }
}

std::vector<FoundRegion> analytics_detections(GstBuffer *buffer, const GstVideoInfo &info)
{
    std::vector<FoundRegion> found;
    GstAnalyticsRelationMeta *meta = gst_buffer_get_analytics_relation_meta(buffer);
    gpointer state = nullptr;
    GstAnalyticsMtd mtd = {};
    while (meta != nullptr && gst_analytics_relation_meta_iterate(
                                  meta, &state, gst_analytics_od_mtd_get_mtd_type(), &mtd)) {
        gint x = 0, y = 0, width = 0, height = 0;
        gfloat confidence = 1;
        gst_analytics_od_mtd_get_location(&mtd, &x, &y, &width, &height, &confidence);
        const Box pixels = {static_cast<float>(x), static_cast<float>(y), static_cast<float>(width),
                            static_cast<float>(height)};
        if (auto region =
                found_region(gst_analytics_od_mtd_get_obj_type(&mtd), pixels, confidence, info))
            found.push_back(std::move(*region));
    }
    return found;
}

void mirror_activity(GstBuffer *buffer, const FoveaActivity &activity)
{
    std::vector<gfloat> scores = {activity.label.confidence};
    std::vector<GQuark> labels = {g_quark_from_string(activity.label.label)};
    for (guint i = 0; i < activity.n_scores; ++i) {
        const FoveaScore &score = activity.scores[i];
        if (score.label_id == activity.label.label_id)
            continue;
        scores.push_back(score.confidence);
        labels.push_back(g_quark_from_string(score.label));
    }
    GstAnalyticsClsMtd classification = {};
    gst_analytics_relation_meta_add_cls_mtd(relations(buffer), scores.size(), scores.data(),
                                            labels.data(), &classification);
}

} // namespace fovea

#else

namespace fovea {

void AnalyticsMirror::mirror(GstBuffer *, const GstVideoInfo &, const std::vector<Person> &,
                             Nanoseconds)
{
}

std::vector<FoundRegion> analytics_detections(GstBuffer *, const GstVideoInfo &)
{
    return {};
}

void mirror_activity(GstBuffer *, const FoveaActivity &) {}

} // namespace fovea

#endif
