// SPDX-License-Identifier: MIT
/**
 * SECTION:foveameta_lists
 * @short_description: FoveaMeta for languages other than C
 *
 * What #FoveaMeta holds, as lists and boxed types that GObject introspection knows. Lists are
 * copies, or references, of their own: they may be kept after the buffer is gone. C reads the
 * arrays of #FoveaMeta themselves.
 */
#pragma once

#include "meta/foveameta.h"

G_BEGIN_DECLS

FOVEA_API GType fovea_box_get_type(void);
FOVEA_API GType fovea_keypoint_get_type(void);
FOVEA_API GType fovea_person_get_type(void);
FOVEA_API GType fovea_region_get_type(void);
FOVEA_API GType fovea_row_get_type(void);
FOVEA_API GType fovea_score_get_type(void);
FOVEA_API GType fovea_salience_get_type(void);
FOVEA_API GType fovea_activity_get_type(void);
FOVEA_API GType fovea_alarm_get_type(void);

/**
 * fovea_meta_get_persons:
 *
 * Returns: (transfer full) (element-type FoveaPerson): the persons of the frame
 */
FOVEA_API GList *fovea_meta_get_persons(const FoveaMeta *meta);

/**
 * fovea_meta_get_actor:
 *
 * Returns: (transfer full) (nullable): the square around the acting person, %NULL: there is none
 */
FOVEA_API FoveaBox *fovea_meta_get_actor(const FoveaMeta *meta);

/**
 * fovea_meta_get_regions:
 *
 * Returns: (transfer full) (element-type FoveaRegion): the regions of the frame
 */
FOVEA_API GList *fovea_meta_get_regions(const FoveaMeta *meta);

/**
 * fovea_meta_get_rows:
 *
 * Returns: (transfer full) (element-type FoveaRow): feature rows finished since the last buffer
 */
FOVEA_API GList *fovea_meta_get_rows(const FoveaMeta *meta);

/**
 * fovea_meta_get_activities:
 *
 * Returns: (transfer full) (element-type FoveaActivity): results made since the last buffer
 */
FOVEA_API GList *fovea_meta_get_activities(const FoveaMeta *meta);

/**
 * fovea_meta_get_alarms:
 *
 * Returns: (transfer full) (element-type FoveaAlarm): events of alarms since the last buffer
 */
FOVEA_API GList *fovea_meta_get_alarms(const FoveaMeta *meta);

/**
 * fovea_person_get_pose:
 *
 * Returns: (transfer full) (element-type FoveaKeypoint): %FOVEA_KEYPOINTS of them; empty: nobody looked
 */
FOVEA_API GList *fovea_person_get_pose(const FoveaPerson *person);

/**
 * fovea_row_get_regions:
 *
 * Returns: (transfer full) (element-type FoveaRegion): what the network looked at
 */
FOVEA_API GList *fovea_row_get_regions(const FoveaRow *row);

/**
 * fovea_row_get_features:
 *
 * Returns: (transfer none) (array length=n): float32 [regions * channels], region by region
 */
FOVEA_API const gfloat *fovea_row_get_features(const FoveaRow *row, gsize *n);

/**
 * fovea_activity_get_scores:
 *
 * Returns: (transfer full) (element-type FoveaScore): the best, best first
 */
FOVEA_API GList *fovea_activity_get_scores(const FoveaActivity *activity);

/**
 * fovea_activity_get_regions:
 *
 * Returns: (transfer full) (element-type FoveaRegion): what the label rests on
 */
FOVEA_API GList *fovea_activity_get_regions(const FoveaActivity *activity);

/**
 * fovea_activity_get_region_weights:
 *
 * Returns: (transfer none) (array length=n): float32, one a region, sum 1
 */
FOVEA_API const gfloat *fovea_activity_get_region_weights(const FoveaActivity *activity, gsize *n);

/**
 * fovea_activity_get_salience:
 *
 * Returns: (transfer full) (element-type FoveaSalience): its moments
 */
FOVEA_API GList *fovea_activity_get_salience(const FoveaActivity *activity);

/**
 * fovea_alarm_get_persons:
 *
 * Returns: (transfer none) (array length=n): track ids of those in it
 */
FOVEA_API const gint *fovea_alarm_get_persons(const FoveaAlarm *alarm, gsize *n);

/**
 * fovea_heat_get_values:
 *
 * Returns: (transfer none) (array length=n): [rows * columns], row by row, 255 the strongest; empty: no map
 */
FOVEA_API const guint8 *fovea_heat_get_values(const FoveaHeat *heat, gsize *n);

G_END_DECLS
