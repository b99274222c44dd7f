// SPDX-License-Identifier: MIT
#include "meta/foveameta.h"

namespace {

constexpr const char *late_event_name = "fovea-late";

gboolean meta_init(GstMeta *base, gpointer, GstBuffer *)
{
    auto *meta = reinterpret_cast<FoveaMeta *>(base);

    meta->persons = g_array_new(FALSE, FALSE, sizeof(FoveaPerson));
    meta->has_actor = FALSE;
    meta->actor = {};
    meta->regions = g_array_new(FALSE, FALSE, sizeof(FoveaRegion));
    meta->rows = g_ptr_array_new_with_free_func(
        [](gpointer row) { fovea_row_unref(static_cast<FoveaRow *>(row)); });
    meta->activities = g_ptr_array_new_with_free_func(
        [](gpointer activity) { fovea_activity_unref(static_cast<FoveaActivity *>(activity)); });
    meta->alarms = g_ptr_array_new_with_free_func(
        [](gpointer alarm) { fovea_alarm_unref(static_cast<FoveaAlarm *>(alarm)); });
    return TRUE;
}

void meta_free(GstMeta *base, GstBuffer *)
{
    auto *meta = reinterpret_cast<FoveaMeta *>(base);

    g_array_unref(meta->persons);
    g_array_unref(meta->regions);
    g_ptr_array_unref(meta->rows);
    g_ptr_array_unref(meta->activities);
    g_ptr_array_unref(meta->alarms);
}

/* Boxes are normalised, so that scaling and colour conversion leave them true: any transform is a
 * copy. An element that crops moves the frame under them; foveaactor does so knowingly. */
gboolean meta_transform(GstBuffer *to, GstMeta *base, GstBuffer *, GQuark, gpointer)
{
    const auto *from = reinterpret_cast<const FoveaMeta *>(base);
    FoveaMeta *meta = fovea_meta_ensure(to);

    g_array_set_size(meta->persons, 0);
    g_array_append_vals(meta->persons, from->persons->data, from->persons->len);
    meta->has_actor = from->has_actor;
    meta->actor = from->actor;
    g_array_set_size(meta->regions, 0);
    g_array_append_vals(meta->regions, from->regions->data, from->regions->len);
    for (guint i = 0; i < from->rows->len; ++i)
        g_ptr_array_add(meta->rows,
                        fovea_row_ref(static_cast<FoveaRow *>(g_ptr_array_index(from->rows, i))));
    for (guint i = 0; i < from->activities->len; ++i)
        g_ptr_array_add(meta->activities, fovea_activity_ref(static_cast<FoveaActivity *>(
                                              g_ptr_array_index(from->activities, i))));
    for (guint i = 0; i < from->alarms->len; ++i)
        g_ptr_array_add(meta->alarms, fovea_alarm_ref(static_cast<FoveaAlarm *>(
                                          g_ptr_array_index(from->alarms, i))));
    return TRUE;
}

} // namespace

GType fovea_meta_api_get_type(void)
{
    static const GType type = [] {
        const gchar *no_tags[] = {nullptr}; /* untagged metas pass every converter */
        return gst_meta_api_type_register("FoveaMetaAPI", no_tags);
    }();
    return type;
}

const GstMetaInfo *fovea_meta_get_info(void)
{
    static const GstMetaInfo *info =
        gst_meta_register(fovea_meta_api_get_type(), "FoveaMeta", sizeof(FoveaMeta), meta_init,
                          meta_free, meta_transform);
    return info;
}

FoveaMeta *fovea_meta_get(GstBuffer *buffer)
{
    return reinterpret_cast<FoveaMeta *>(gst_buffer_get_meta(buffer, fovea_meta_api_get_type()));
}

FoveaMeta *fovea_meta_ensure(GstBuffer *buffer)
{
    FoveaMeta *meta = fovea_meta_get(buffer);
    if (meta == nullptr)
        meta = reinterpret_cast<FoveaMeta *>(
            gst_buffer_add_meta(buffer, fovea_meta_get_info(), nullptr));
    return meta;
}

FoveaRow *fovea_row_new(guint regions, guint channels)
{
    auto *row = static_cast<FoveaRow *>(g_atomic_rc_box_alloc0(sizeof(FoveaRow)));
    row->regions = regions;
    row->channels = channels;
    row->region = g_new0(FoveaRegion, regions);
    row->features = g_new0(gfloat, static_cast<gsize>(regions) * channels);
    return row;
}

FoveaRow *fovea_row_ref(FoveaRow *row)
{
    return static_cast<FoveaRow *>(g_atomic_rc_box_acquire(row));
}

void fovea_row_unref(FoveaRow *row)
{
    g_atomic_rc_box_release_full(row, [](gpointer data) {
        auto *last = static_cast<FoveaRow *>(data);
        g_free(last->region);
        g_free(last->features);
        g_free(last->heat.values);
    });
}

FoveaActivity *fovea_activity_new(guint n_scores, guint n_regions, guint n_moments)
{
    auto *activity = static_cast<FoveaActivity *>(g_atomic_rc_box_alloc0(sizeof(FoveaActivity)));
    activity->n_scores = n_scores;
    activity->scores = g_new0(FoveaScore, n_scores);
    activity->n_regions = n_regions;
    activity->region = g_new0(FoveaRegion, n_regions);
    activity->region_weight = g_new0(gfloat, n_regions);
    activity->n_moments = n_moments;
    activity->salience = g_new0(FoveaSalience, n_moments);
    return activity;
}

FoveaActivity *fovea_activity_ref(FoveaActivity *activity)
{
    return static_cast<FoveaActivity *>(g_atomic_rc_box_acquire(activity));
}

void fovea_activity_unref(FoveaActivity *activity)
{
    g_atomic_rc_box_release_full(activity, [](gpointer data) {
        auto *last = static_cast<FoveaActivity *>(data);
        for (guint i = 0; i < last->n_scores; ++i)
            g_free(last->scores[i].label);
        g_free(last->model);
        g_free(last->label.label);
        g_free(last->scores);
        g_free(last->region);
        g_free(last->region_weight);
        g_free(last->salience);
        g_free(last->heat.values);
    });
}

FoveaAlarm *fovea_alarm_new(guint n_persons)
{
    auto *alarm = static_cast<FoveaAlarm *>(g_atomic_rc_box_alloc0(sizeof(FoveaAlarm)));
    alarm->n_persons = n_persons;
    alarm->persons = g_new0(gint, n_persons);
    return alarm;
}

FoveaAlarm *fovea_alarm_ref(FoveaAlarm *alarm)
{
    return static_cast<FoveaAlarm *>(g_atomic_rc_box_acquire(alarm));
}

void fovea_alarm_unref(FoveaAlarm *alarm)
{
    g_atomic_rc_box_release_full(alarm, [](gpointer data) {
        auto *last = static_cast<FoveaAlarm *>(data);
        g_free(last->model);
        g_free(last->label.label);
        g_free(last->persons);
    });
}

GstEvent *fovea_late_event_new(GstBuffer *carrier)
{
    GstStructure *structure =
        gst_structure_new(late_event_name, "carrier", GST_TYPE_BUFFER, carrier, nullptr);
    gst_buffer_unref(carrier); /* the structure holds its own reference */
    return gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, structure);
}

FoveaMeta *fovea_late_event_parse(GstEvent *event)
{
    if (GST_EVENT_TYPE(event) != GST_EVENT_CUSTOM_DOWNSTREAM ||
        !gst_event_has_name(event, late_event_name))
        return nullptr;

    const GValue *carrier = gst_structure_get_value(gst_event_get_structure(event), "carrier");
    return fovea_meta_get(gst_value_get_buffer(carrier));
}
