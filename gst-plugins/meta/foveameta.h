// SPDX-License-Identifier: MIT
/**
 * SECTION:foveameta
 * @short_description: what the Fovea elements learned about a frame
 *
 * #FoveaMeta rides on video buffers. It is plain C and needs GStreamer only; link with
 * `pkg-config fovea-1.0`. All boxes are normalised to the frame, [0, 1]; times are stream times in
 * nanoseconds. Other languages read it by GObject introspection, see foveameta_lists.h.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* NOLINTBEGIN(modernize-use-using): this is C */

#ifndef FOVEA_API
#define FOVEA_API __attribute__((visibility("default")))
#endif

/**
 * FoveaBox:
 *
 * An upright rectangle normalised to the frame
 */
typedef struct {
    gfloat x, y, width, height;
} FoveaBox;

/**
 * FOVEA_KEYPOINTS:
 *
 * COCO's, in its order: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles, left first
 */
#define FOVEA_KEYPOINTS 17

/**
 * FoveaKeypoint:
 * @x: normalised to the frame; a little beyond [0, 1] where it lies outside
 * @y: as @x
 * @confidence: [0, 1]
 *
 * A place of a body
 */
typedef struct {
    gfloat x, y;
    gfloat confidence;
} FoveaKeypoint;

/**
 * FoveaPerson:
 * @confidence: [0, 1]
 * @id: track id, -1 when not tracked
 * @detected: FALSE: carried over from the last frame the detector saw
 * @has_pose: FALSE: nobody looked for the keypoints
 *
 * A person in this frame
 */
typedef struct {
    FoveaBox box;
    gfloat confidence;
    gint id;
    gboolean detected;
    gboolean has_pose;
    FoveaKeypoint pose[FOVEA_KEYPOINTS];
} FoveaPerson;

/**
 * FoveaRegionKind:
 * @FOVEA_REGION_PERSON: one who is followed; of activities alone
 */
typedef enum {
    FOVEA_REGION_FULL,
    FOVEA_REGION_GRID,
    FOVEA_REGION_ACTOR,
    FOVEA_REGION_SALIENT,
    FOVEA_REGION_PERSON
} FoveaRegionKind;

/**
 * FoveaRegion:
 *
 * A part of the frame that the network looks at
 */
typedef struct {
    FoveaRegionKind kind;
    FoveaBox box;
} FoveaRegion;

/**
 * FoveaHeat:
 * @box: what the map covers
 * @values: (type gpointer): [rows][columns], relative to the strongest cell: 255; %NULL: no map
 *
 * Where the network looked: a coarse map over a part of the frame
 */
typedef struct {
    FoveaBox box;
    guint columns, rows;
    guint8 *values;
} FoveaHeat;

/**
 * FoveaFrameCounts:
 * @seen: those that stand twice counted twice
 * @repeated: of them: stood in for one that did not come
 * @frozen: of them: the very picture of the frame before
 * @corrupt: of them: flagged damaged, by the decoder or by foveacamera
 *
 * What the frames that were looked at were worth
 */
typedef struct {
    guint seen;
    guint repeated;
    guint frozen;
    guint corrupt;
} FoveaFrameCounts;

/**
 * FoveaPersonsSeen:
 * @followed: tracks; 0: nobody is, or nobody looked
 * @two_touch: two nearly do in a frame
 * @goes_down: somebody sinks, gets lower or wider
 * @largest: share of the frame: of all the greatest width or height
 *
 * What is seen of the persons who are followed through a clip
 */
typedef struct {
    guint followed;
    gboolean two_touch;
    gboolean goes_down;
    gfloat largest;
} FoveaPersonsSeen;

/**
 * FoveaRow:
 * @index: of the row in the stream, from 0
 * @start: stream time of its first frame
 * @end: stream time at which its last frame ends
 * @attended: of the channels, the last ones: of a second network; 0: none
 * @region: (type gpointer): [regions]
 * @features: (type gpointer): [regions][channels]
 * @heat: owned; of the clip that the row is from
 * @after_jump: the stream jumped between the row before and this one
 * @unseen: timesteps that passed without a look since the row before
 * @persons: of the clip that the row is from
 *
 * The features of one timestep, all regions
 */
typedef struct {
    guint64 index;
    GstClockTime start, end;
    guint regions, channels;
    guint attended;
    FoveaRegion *region;
    gfloat *features;
    FoveaHeat heat;
    gboolean after_jump;
    FoveaFrameCounts frames;
    guint64 unseen;
    FoveaPersonsSeen persons;
} FoveaRow;

/**
 * FoveaScore:
 * @confidence: [0, 1]
 *
 * A label and its score
 */
typedef struct {
    gchar *label;
    gint label_id;
    gfloat confidence;
} FoveaScore;

typedef enum { FOVEA_SCOPE_WINDOW, FOVEA_SCOPE_VIDEO, FOVEA_SCOPE_SEGMENT } FoveaScope;

/**
 * FoveaSalience:
 * @weight: relative to the strongest moment, [0, 1]
 *
 * How much a moment matters for the label
 */
typedef struct {
    GstClockTime start, end;
    gfloat weight;
} FoveaSalience;

/**
 * FoveaActivity:
 * @model: name of the bundle
 * @label: of the class that is no event the confidence is 1 less the strongest event's score
 * @n_scores: the best, best first
 * @scores: (type gpointer): [n_scores]
 * @region: (type gpointer): [n_regions]
 * @region_weight: (type gpointer): [n_regions], sum 1
 * @salience: (type gpointer): [n_moments]
 * @heat: owned; of the weightiest moment
 * @unseen: timesteps that passed without a look since the activity before
 * @too_far: all who are followed are smaller than the model can judge
 *
 * What was recognised in a stretch of time
 */
typedef struct {
    FoveaScope scope;
    gchar *model;
    FoveaScore label;
    GstClockTime start, end;
    guint n_scores;
    FoveaScore *scores;
    guint n_regions;
    FoveaRegion *region;
    gfloat *region_weight;
    guint n_moments;
    FoveaSalience *salience;
    FoveaHeat heat;
    FoveaFrameCounts frames;
    guint64 unseen;
    gboolean too_far;
} FoveaActivity;

typedef enum { FOVEA_ALARM_BEGIN, FOVEA_ALARM_UPDATE, FOVEA_ALARM_END } FoveaAlarmEvent;

/**
 * FoveaAlarm:
 * @id: of the alarm, from 1; all foveaalarm of a pipeline count together, as long as it lives
 * @model: name of the bundle
 * @label: with the highest score so far
 * @start: of its first window
 * @end: of the last window so far
 * @best: of the frame that shows it best
 * @box: where the evidence of its strongest window lies
 * @persons: (type gpointer): [n_persons], track ids of those in it
 *
 * An alarm begins, gets stronger or ends
 */
typedef struct {
    FoveaAlarmEvent event;
    guint64 id;
    gchar *model;
    FoveaScore label;
    GstClockTime start, end;
    GstClockTime best;
    FoveaBox box;
    guint n_persons;
    gint *persons;
} FoveaAlarm;

/**
 * FoveaMeta:
 * @persons: (type gpointer): array of FoveaPerson
 * @has_actor: whether @actor is set
 * @actor: the square around the acting person
 * @regions: (type gpointer): array of FoveaRegion, for this frame
 * @rows: (type gpointer): feature rows finished since the last buffer; reference counted
 * @activities: (type gpointer): results made since the last buffer; reference counted
 * @alarms: (type gpointer): events of alarms since the last buffer; reference counted
 *
 * Everything is owned by the meta. Copies of a buffer share rows, activities and alarms, which are
 * never changed once added.
 *
 * Boxes stay true when the frame is scaled, not when another element than foveaactor crops or turns
 * it. A frame that is repeated brings the same rows, activities and alarms again: the same pointers.
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

/**
 * fovea_meta_get:
 *
 * Returns: (transfer none) (nullable): the buffer's meta, or %NULL; it lives as long as the buffer
 */
FOVEA_API FoveaMeta *fovea_meta_get(GstBuffer *buffer);

/**
 * fovea_meta_ensure:
 * @buffer: writable
 *
 * Returns: (transfer none): the buffer's meta, added when missing
 */
FOVEA_API FoveaMeta *fovea_meta_ensure(GstBuffer *buffer);

/**
 * fovea_row_new: (constructor)
 *
 * Returns: (transfer full): a row with room for its arrays, zero-filled
 */
FOVEA_API FoveaRow *fovea_row_new(guint regions, guint channels);
FOVEA_API FoveaRow *fovea_row_ref(FoveaRow *row);
FOVEA_API void fovea_row_unref(FoveaRow *row);

/**
 * fovea_activity_new: (constructor)
 *
 * Returns: (transfer full): an activity with room for its arrays, zero-filled
 */
FOVEA_API FoveaActivity *fovea_activity_new(guint n_scores, guint n_regions, guint n_moments);
FOVEA_API FoveaActivity *fovea_activity_ref(FoveaActivity *activity);
FOVEA_API void fovea_activity_unref(FoveaActivity *activity);

/**
 * fovea_alarm_new: (constructor)
 *
 * Returns: (transfer full): an event with room for its persons, zero-filled
 */
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

/**
 * fovea_late_event_parse:
 *
 * Returns: (transfer none) (nullable): the meta of a late event; %NULL for other events
 */
FOVEA_API FoveaMeta *fovea_late_event_parse(GstEvent *event);

/* NOLINTEND(modernize-use-using) */

G_END_DECLS
