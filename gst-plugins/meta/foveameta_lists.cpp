// SPDX-License-Identifier: MIT
#include "meta/foveameta_lists.h"

namespace {

/* Structures without pointers are copied by their bytes */
template <typename T>
T *copied(const T *one)
{
    return static_cast<T *>(g_memdup2(one, sizeof(T)));
}

FoveaScore *score_copied(const FoveaScore *score)
{
    FoveaScore *copy = copied(score);
    copy->label = g_strdup(score->label);
    return copy;
}

void score_free(FoveaScore *score)
{
    g_free(score->label);
    g_free(score);
}

/** \return (transfer full) what \a copy makes of each of \a n in a row */
template <typename T>
GList *listed(const T *first, gsize n, T *(*copy)(const T *) = copied<T>)
{
    GList *list = nullptr;
    for (gsize i = n; i > 0; --i)
        list = g_list_prepend(list, copy(first + i - 1));
    return list;
}

template <typename T>
GList *listed(const GArray *array)
{
    return listed(reinterpret_cast<const T *>(array->data), array->len);
}

template <typename T>
GList *listed(const GPtrArray *array, T *(*ref)(T *))
{
    GList *list = nullptr;
    for (guint i = array->len; i > 0; --i)
        list = g_list_prepend(list, ref(static_cast<T *>(g_ptr_array_index(array, i - 1))));
    return list;
}

template <typename T>
GType boxed(const char *name, T *(*copy)(const T *) = copied<T>, void (*release)(T *) = nullptr)
{
    return g_boxed_type_register_static(
        name, reinterpret_cast<GBoxedCopyFunc>(copy),
        release != nullptr ? reinterpret_cast<GBoxedFreeFunc>(release) : g_free);
}

template <typename T>
GType counted(const char *name, T *(*ref)(T *), void (*unref)(T *))
{
    return g_boxed_type_register_static(name, reinterpret_cast<GBoxedCopyFunc>(ref),
                                        reinterpret_cast<GBoxedFreeFunc>(unref));
}

} // namespace

GType fovea_box_get_type(void)
{
    static const GType type = boxed<FoveaBox>("FoveaBox");
    return type;
}

GType fovea_keypoint_get_type(void)
{
    static const GType type = boxed<FoveaKeypoint>("FoveaKeypoint");
    return type;
}

GType fovea_person_get_type(void)
{
    static const GType type = boxed<FoveaPerson>("FoveaPerson");
    return type;
}

GType fovea_region_get_type(void)
{
    static const GType type = boxed<FoveaRegion>("FoveaRegion");
    return type;
}

GType fovea_row_get_type(void)
{
    static const GType type = counted("FoveaRow", fovea_row_ref, fovea_row_unref);
    return type;
}

GType fovea_score_get_type(void)
{
    static const GType type = boxed<FoveaScore>("FoveaScore", score_copied, score_free);
    return type;
}

GType fovea_salience_get_type(void)
{
    static const GType type = boxed<FoveaSalience>("FoveaSalience");
    return type;
}

GType fovea_activity_get_type(void)
{
    static const GType type = counted("FoveaActivity", fovea_activity_ref, fovea_activity_unref);
    return type;
}

GType fovea_alarm_get_type(void)
{
    static const GType type = counted("FoveaAlarm", fovea_alarm_ref, fovea_alarm_unref);
    return type;
}

GList *fovea_meta_get_persons(const FoveaMeta *meta)
{
    return listed<FoveaPerson>(meta->persons);
}

FoveaBox *fovea_meta_get_actor(const FoveaMeta *meta)
{
    return meta->has_actor ? copied(&meta->actor) : nullptr;
}

GList *fovea_meta_get_regions(const FoveaMeta *meta)
{
    return listed<FoveaRegion>(meta->regions);
}

GList *fovea_meta_get_rows(const FoveaMeta *meta)
{
    return listed(meta->rows, fovea_row_ref);
}

GList *fovea_meta_get_activities(const FoveaMeta *meta)
{
    return listed(meta->activities, fovea_activity_ref);
}

GList *fovea_meta_get_alarms(const FoveaMeta *meta)
{
    return listed(meta->alarms, fovea_alarm_ref);
}

GList *fovea_person_get_pose(const FoveaPerson *person)
{
    return listed(person->pose, person->has_pose ? FOVEA_KEYPOINTS : 0);
}

GList *fovea_row_get_regions(const FoveaRow *row)
{
    return listed(row->region, row->regions);
}

const gfloat *fovea_row_get_features(const FoveaRow *row, gsize *n)
{
    *n = static_cast<gsize>(row->regions) * row->channels;
    return row->features;
}

GList *fovea_activity_get_scores(const FoveaActivity *activity)
{
    return listed(activity->scores, activity->n_scores, score_copied);
}

GList *fovea_activity_get_regions(const FoveaActivity *activity)
{
    return listed(activity->region, activity->n_regions);
}

const gfloat *fovea_activity_get_region_weights(const FoveaActivity *activity, gsize *n)
{
    *n = activity->n_regions;
    return activity->region_weight;
}

GList *fovea_activity_get_salience(const FoveaActivity *activity)
{
    return listed(activity->salience, activity->n_moments);
}

const gint *fovea_alarm_get_persons(const FoveaAlarm *alarm, gsize *n)
{
    *n = alarm->n_persons;
    return alarm->persons;
}

const guint8 *fovea_heat_get_values(const FoveaHeat *heat, gsize *n)
{
    *n = heat->values == nullptr ? 0 : static_cast<gsize>(heat->rows) * heat->columns;
    return heat->values;
}
