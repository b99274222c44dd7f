// SPDX-License-Identifier: MIT
#include "attention/activity_message.h"

#include <vector>

#include "meta/activity.h"

namespace fovea {

namespace {

GValue structures_to_value(const std::vector<GstStructure *> &structures)
{
    GValue list = G_VALUE_INIT;
    gst_value_list_init(&list, static_cast<guint>(structures.size()));
    for (GstStructure *structure : structures) {
        GValue entry = G_VALUE_INIT;
        g_value_init(&entry, GST_TYPE_STRUCTURE);
        g_value_take_boxed(&entry, structure);
        gst_value_list_append_and_take_value(&list, &entry);
    }
    return list;
}

GValue top_k_value(const FoveaActivity &activity)
{
    std::vector<GstStructure *> scores;
    for (guint i = 0; i < activity.n_scores; ++i) {
        const FoveaScore &score = activity.scores[i];
        scores.push_back(gst_structure_new("score", "label", G_TYPE_STRING, score.label, "label-id",
                                           G_TYPE_INT, score.label_id, "confidence", G_TYPE_DOUBLE,
                                           static_cast<gdouble>(score.confidence), nullptr));
    }
    return structures_to_value(scores);
}

GValue regions_value(const FoveaActivity &activity)
{
    std::vector<GstStructure *> regions;
    for (guint i = 0; i < activity.n_regions; ++i) {
        const FoveaBox &box = activity.region[i].box;
        regions.push_back(gst_structure_new(
            "region", "x", G_TYPE_DOUBLE, static_cast<gdouble>(box.x), "y", G_TYPE_DOUBLE,
            static_cast<gdouble>(box.y), "width", G_TYPE_DOUBLE, static_cast<gdouble>(box.width),
            "height", G_TYPE_DOUBLE, static_cast<gdouble>(box.height), "weight", G_TYPE_DOUBLE,
            static_cast<gdouble>(activity.region_weight[i]), nullptr));
    }
    return structures_to_value(regions);
}

void add_rows(GstStructure *message, const Array &rows)
{
    GBytes *features = g_bytes_new(rows.values.data(), rows.values.size() * sizeof(float));
    gst_structure_set(message, "row-regions", G_TYPE_INT64, rows.shape[0], "row-timesteps",
                      G_TYPE_INT64, rows.shape[1], "row-channels", G_TYPE_INT64, rows.shape[2],
                      "features", G_TYPE_BYTES, features, nullptr);
    g_bytes_unref(features);
}

} // namespace

GstMessage *activity_message(GstElement *element, const FoveaActivity &activity, const Array *rows)
{
    GstStructure *message = gst_structure_new(
        "fovea-activity", "scope", G_TYPE_STRING,
        name_of(activity_scopes, scope_from(activity.scope)), "model", G_TYPE_STRING,
        activity.model, "label", G_TYPE_STRING, activity.label.label, "label-id", G_TYPE_INT,
        activity.label.label_id, "confidence", G_TYPE_DOUBLE,
        static_cast<gdouble>(activity.label.confidence), "start", G_TYPE_UINT64, activity.start,
        "end", G_TYPE_UINT64, activity.end, "frames", G_TYPE_UINT, activity.frames.seen, "repeated",
        G_TYPE_UINT, activity.frames.repeated, "frozen", G_TYPE_UINT, activity.frames.frozen,
        "corrupt", G_TYPE_UINT, activity.frames.corrupt, "unseen", G_TYPE_UINT64, activity.unseen,
        "too-far", G_TYPE_BOOLEAN, activity.too_far, nullptr);
    GValue scores = top_k_value(activity);
    gst_structure_take_value(message, "top-k", &scores);
    GValue regions = regions_value(activity);
    gst_structure_take_value(message, "regions", &regions);
    if (rows != nullptr)
        add_rows(message, *rows);
    return gst_message_new_element(GST_OBJECT(element), message);
}

} // namespace fovea
