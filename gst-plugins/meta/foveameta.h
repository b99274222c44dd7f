// SPDX-License-Identifier: MIT
/**
 * SECTION:foveameta
 * @short_description: what the Fovea elements learned about a frame
 *
 * #FoveaMeta rides on video buffers. It is plain C and needs GStreamer only; link with
 * `pkg-config fovea-1.0`. All boxes are normalised to the frame, [0, 1]; times are stream times in
 * nanoseconds.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* NOLINTBEGIN(modernize-use-using): this is C */

#ifndef FOVEA_API
#define FOVEA_API __attribute__((visibility("default")))
#endif

/** FoveaBox: an upright rectangle normalised to the frame */
typedef struct {
    gfloat x, y, width, height;
} FoveaBox;

/** FOVEA_KEYPOINTS: COCO's, in its order: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles, left first */
#define FOVEA_KEYPOINTS 17

/** FoveaKeypoint: a place of a body */
typedef struct {
    gfloat x, y;       /* normalised to the frame; a little beyond [0, 1] where it lies outside */
    gfloat confidence; /* [0, 1] */
} FoveaKeypoint;

/** FoveaPerson: a person in this frame */
typedef struct {
    FoveaBox box;
    gfloat confidence; /* [0, 1] */
    gint id;           /* track id, -1 when not tracked */
    gboolean detected; /* FALSE: carried over from the last frame the detector saw */
    gboolean has_pose; /* FALSE: nobody looked for the keypoints */
    FoveaKeypoint pose[FOVEA_KEYPOINTS];
} FoveaPerson;

typedef enum {
    FOVEA_REGION_FULL,
    FOVEA_REGION_GRID,
    FOVEA_REGION_ACTOR,
    FOVEA_REGION_SALIENT,
    FOVEA_REGION_PERSON /* one who is followed; of activities alone */
} FoveaRegionKind;

/** FoveaRegion: a part of the frame that the network looks at */
typedef struct {
    FoveaRegionKind kind;
    FoveaBox box;
} FoveaRegion;

/** FoveaHeat: where the network looked: a coarse map over a part of the frame */
typedef struct {
    FoveaBox box; /* what the map covers */
    guint columns, rows;
    guint8 *values; /* [rows][columns], relative to the strongest cell: 255; NULL: no map */
} FoveaHeat;

/** FoveaFrameCounts: what the frames that were looked at were worth */
typedef struct {
    guint seen;     /* those that stand twice counted twice */
    guint repeated; /* of them: stood in for one that did not come */
    guint frozen;   /* of them: the very picture of the frame before */
    guint corrupt;  /* of them: flagged damaged, by the decoder or by foveacamera */
} FoveaFrameCounts;

/** FoveaPersonsSeen: what is seen of the persons who are followed through a clip */
typedef struct {
    guint followed;     /* tracks; 0: nobody is, or nobody looked */
    gboolean two_touch; /* two nearly do in a frame */
    gboolean goes_down; /* somebody sinks, gets lower or wider */
    gfloat largest;     /* share of the frame: of all the greatest width or height */
} FoveaPersonsSeen;

/** FoveaRow: the features of one timestep, all regions */
typedef struct {
    guint64 index;           /* of the row in the stream, from 0 */
    GstClockTime start, end; /* stream times of its first and last frame, the last's end */
    guint regions, channels;
    guint attended;      /* of the channels, the last ones: of a second network; 0: none */
    FoveaRegion *region; /* [regions] */
    gfloat *features;    /* [regions][channels] */
    FoveaHeat heat;      /* owned; of the clip that the row is from */
    gboolean after_jump; /* the stream jumped between the row before and this one */
    FoveaFrameCounts frames;
    guint64 unseen;           /* timesteps that passed without a look since the row before */
    FoveaPersonsSeen persons; /* of the clip that the row is from */
} FoveaRow;

/** FoveaScore: a label and its score */
typedef struct {
    gchar *label;
    gint label_id;
    gfloat confidence; /* [0, 1] */
} FoveaScore;

typedef enum { FOVEA_SCOPE_WINDOW, FOVEA_SCOPE_VIDEO, FOVEA_SCOPE_SEGMENT } FoveaScope;

/** FoveaSalience: how much a moment matters for the label */
typedef struct {
    GstClockTime start, end;
    gfloat weight; /* relative to the strongest moment, [0, 1] */
} FoveaSalience;

/** FoveaActivity: what was recognised in a stretch of time */
typedef struct {
    FoveaScope scope;
    gchar *model; /* name of the bundle */
    FoveaScore label;
    GstClockTime start, end;
    guint n_scores;     /* the best, best first */
    FoveaScore *scores; /* [n_scores] */
    guint n_regions;
    FoveaRegion *region;   /* [n_regions] */
    gfloat *region_weight; /* [n_regions], sum 1 */
    guint n_moments;
    FoveaSalience *salience; /* [n_moments] */
    FoveaHeat heat;          /* owned; of the weightiest moment */
    FoveaFrameCounts frames;
    guint64 unseen;   /* timesteps that passed without a look since the activity before */
    gboolean too_far; /* all who are followed are smaller than the model can judge */
} FoveaActivity;

typedef enum { FOVEA_ALARM_BEGIN, FOVEA_ALARM_UPDATE, FOVEA_ALARM_END } FoveaAlarmEvent;

/** FoveaAlarm: an alarm begins, gets stronger or ends */
typedef struct {
    FoveaAlarmEvent event;
    guint64 id;              /* of the alarm in its stream, from 1 */
    gchar *model;            /* name of the bundle */
    FoveaScore label;        /* with the highest score so far */
    GstClockTime start, end; /* from its first window to the end of the last one so far */
    GstClockTime best;       /* of the frame that shows it best */
    FoveaBox box;            /* where the evidence of its strongest window lies */
    guint n_persons;
    gint *persons; /* [n_persons], track ids of those in it */
} FoveaAlarm;

/**
 * FoveaMeta:
 * @persons: (element-type FoveaPerson): array of FoveaPerson
 * @has_actor: whether @actor is set
 * @actor: the square around the acting person
 * @regions: (element-type FoveaRegion): array of FoveaRegion, for this frame
 * @rows: (element-type FoveaRow): feature rows finished since the last buffer; reference counted
 * @activities: (element-type FoveaActivity): results made since the last buffer; reference counted
 * @alarms: (element-type FoveaAlarm): events of alarms since the last buffer; reference counted
 *
 * Everything is owned by the meta. Copies of a buffer share rows, activities and alarms, which are
 * never changed once added.
 */
typedef struct {
    GstMeta meta;
    GArray *persons;
    gboolean has_actor;
    FoveaBox actor;
    GArray *regions;
    GPtrArray *rows;
    GPtrArray *activities;
    GPtrArray *alarms;
} FoveaMeta;

FOVEA_API GType fovea_meta_api_get_type(void);
FOVEA_API const GstMetaInfo *fovea_meta_get_info(void);

/** fovea_meta_get: the buffer's meta, or NULL */
FOVEA_API FoveaMeta *fovea_meta_get(GstBuffer *buffer);

/** fovea_meta_ensure: the buffer's meta, added when missing; @buffer must be writable */
FOVEA_API FoveaMeta *fovea_meta_ensure(GstBuffer *buffer);

/** fovea_row_new: (transfer full): a row with room for its arrays, zero-filled */
FOVEA_API FoveaRow *fovea_row_new(guint regions, guint channels);
FOVEA_API FoveaRow *fovea_row_ref(FoveaRow *row);
FOVEA_API void fovea_row_unref(FoveaRow *row);

/** fovea_activity_new: (transfer full): an activity with room for its arrays, zero-filled */
FOVEA_API FoveaActivity *fovea_activity_new(guint n_scores, guint n_regions, guint n_moments);
FOVEA_API FoveaActivity *fovea_activity_ref(FoveaActivity *activity);
FOVEA_API void fovea_activity_unref(FoveaActivity *activity);

/** fovea_alarm_new: (transfer full): an event with room for its persons, zero-filled */
FOVEA_API FoveaAlarm *fovea_alarm_new(guint n_persons);
FOVEA_API FoveaAlarm *fovea_alarm_ref(FoveaAlarm *alarm);
FOVEA_API void fovea_alarm_unref(FoveaAlarm *alarm);

/**
 * fovea_late_event_new:
 * @carrier: (transfer full): an empty buffer with a #FoveaMeta
 *
 * Rows, activities and alarms that are finished after the last frame travel in this serialised event, just
 * before EOS.
 */
FOVEA_API GstEvent *fovea_late_event_new(GstBuffer *carrier);

/** fovea_late_event_parse: (transfer none): the meta of a late event; NULL for other events */
FOVEA_API FoveaMeta *fovea_late_event_parse(GstEvent *event);

/* NOLINTEND(modernize-use-using) */

G_END_DECLS
