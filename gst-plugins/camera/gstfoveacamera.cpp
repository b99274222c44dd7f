// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveacamera
 * @title: foveacamera
 * @short_description: Video of a camera that may come, go and stall, as one stream that does not end
 *
 * Reads RTSP, V4L2, a file over and over, or whatever else GStreamer has a source for, and decodes
 * it. When the camera is lost, refuses, stalls, shows the same picture again and again or ends its
 * stream, the element connects again, with pauses that grow from #GstFoveaCamera:retry-min to
 * #GstFoveaCamera:retry-max; downstream sees one running time that goes on, with DISCONT on the first
 * frame of each connection. Stamps that lie far from a frame's arrival are not believed. Size and
 * format may change with a connection.
 *
 * What happens is posted as element messages `fovea-camera`: `state` is up or down, with `reason`
 * (failed, refused, unauthorised, ended, stalled, frozen), `text` and `retry-in` milliseconds; or
 * picture, with `picture` (good, black, covered, turned, garbage) and `text`, where what a fixed camera
 * shows is not its scene (#GstFoveaCamera:check-picture). Such frames go on with the flag CORRUPTED:
 * foveaalarm does not judge a window that is mostly of them. #GstFoveaCamera:stats counts it all.
 *
 * User name and password may stand in the URI, or better in a file or the environment
 * (#GstFoveaCamera:credentials); no message or log has them. The request pad `encoded` gives the
 * stream as it came, in the same running time, so that it can be recorded without encoding it anew.
 * fallbacksrc of gst-plugins-rs, where it is installed, can show a still picture in between.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m foveacamera uri=video.mp4 ! videoconvert ! foveadetect inference-interval=5 ! fakesink num-buffers=60
 * ]|
 *
 * Since: 0.1
 */

#include <memory>
#include <optional>
#include <type_traits>

#include <gst/app/gstappsrc.h>

#include "base/bus_error.h"
#include "base/enums.h"
#include "base/property_table.h"
#include "camera/camera_keeper.h"

GST_DEBUG_CATEGORY_STATIC(fovea_camera_debug);
#define GST_CAT_DEFAULT fovea_camera_debug

namespace {

struct CameraState {
    fovea::Settings<fovea::CameraOptions> settings;
    fovea::CameraCounts counts;
    std::optional<fovea::CameraOutput> video;
    std::shared_ptr<fovea::CameraOutput> encoded; ///< while its pad is requested
    std::optional<fovea::CameraUri> camera;       ///< from PAUSED on
    std::unique_ptr<fovea::CameraKeeper> keeper;  ///< while PLAYING
};

} // namespace

G_DECLARE_FINAL_TYPE(GstFoveaCamera, gst_fovea_camera, GST, FOVEA_CAMERA, GstBin)

struct _GstFoveaCamera {
    GstBin parent;

    CameraState *state;
};

/* GObject zero-fills the struct and never runs constructors: only plain members live in it. */
static_assert(std::is_trivial_v<_GstFoveaCamera>);

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaCamera, gst_fovea_camera, GST_TYPE_BIN,
                              GST_DEBUG_CATEGORY_INIT(fovea_camera_debug, "foveacamera", 0,
                                                      "a camera that is kept"))
GST_ELEMENT_REGISTER_DEFINE(foveacamera, "foveacamera", GST_RANK_NONE, gst_fovea_camera_get_type())

namespace {

constexpr guint64 most_frames_waiting = 4;     // older ones are of no use to who watches
constexpr guint64 most_encoded_waiting = 1000; // some 40 s
constexpr gint64 decoding_ms = 100;            // allowed beside the jitter buffer's latency

GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw"));
GstStaticPadTemplate encoded_template =
    GST_STATIC_PAD_TEMPLATE("encoded", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS_ANY);

CameraState *state_of(gpointer self)
{
    return GST_FOVEA_CAMERA(self)->state;
}

GstAppSrc *add_source(GstElement *self, const char *name, guint64 most_waiting)
{
    GstElement *source = gst_element_factory_make("appsrc", name);
    if (source == nullptr)
        return nullptr;
    g_object_set(source, "is-live", TRUE, "format", GST_FORMAT_TIME, "max-buffers", most_waiting,
                 "max-bytes", G_GUINT64_CONSTANT(0), "max-time", G_GUINT64_CONSTANT(0), nullptr);
    gst_bin_add(GST_BIN(self), source);
    return GST_APP_SRC(source);
}

GstPad *add_pad(GstElement *self, GstAppSrc *source, const char *name, GstPadTemplate *templ)
{
    g_autoptr(GstPad) target = gst_element_get_static_pad(GST_ELEMENT(source), "src");
    GstPad *pad = gst_ghost_pad_new_from_template(name, target, templ);
    gst_pad_set_active(pad, TRUE);
    gst_element_add_pad(self, pad);
    return pad;
}

GstElement *child(GstElement *self, const char *name)
{
    return gst_bin_get_by_name(GST_BIN(self), name);
}

/* In READY: the URI and the credentials are read, nothing is connected */
bool prepare(GstElement *self)
{
    return fovea::or_post_error<bool>(self, false, [&] {
        CameraState &state = *state_of(self);
        const fovea::CameraOptions options = state.settings.take(self);
        state.camera = fovea::camera_uri(options.uri, options.credentials);
        state.camera->trust = fovea::CameraTrust(options.ca_file);
        state.video->restart();
        if (state.encoded)
            state.encoded->restart();
        const gint64 latency_ms =
            decoding_ms +
            (state.camera->kind == fovea::CameraUri::Kind::Rtsp ? options.latency_ms : 0);
        const gint64 latency = latency_ms * fovea::nanoseconds_per_millisecond;
        for (const char *name : {"video", "encoded"}) {
            g_autoptr(GstElement) source = child(self, name);
            if (source != nullptr)
                g_object_set(source, "min-latency", latency, nullptr);
        }
        return true;
    });
}

/* Where no thread is to be had it cannot */
bool keep(GstElement *self)
{
    return fovea::or_post_error<bool>(self, false, [&] {
        CameraState &state = *state_of(self);
        state.keeper =
            std::make_unique<fovea::CameraKeeper>(self, state.settings.now(self), *state.camera,
                                                  &*state.video, state.encoded, &state.counts);
        return true;
    });
}

void forget(GstElement *self)
{
    state_of(self)->camera.reset();
    state_of(self)->settings.release(self);
}

GstStateChangeReturn change_state(GstElement *self, GstStateChange change)
{
    if (change == GST_STATE_CHANGE_READY_TO_PAUSED && !prepare(self))
        return GST_STATE_CHANGE_FAILURE;
    if (change == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
        state_of(self)->keeper.reset();
    const auto result =
        GST_ELEMENT_CLASS(gst_fovea_camera_parent_class)->change_state(self, change);
    if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING && result != GST_STATE_CHANGE_FAILURE &&
        !keep(self)) // the running time begins only now
        return GST_STATE_CHANGE_FAILURE;
    if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
        forget(self);
    return result;
}

GstPad *request_new_pad(GstElement *self, GstPadTemplate *templ, const gchar *, const GstCaps *)
{
    CameraState &state = *state_of(self);
    if (state.encoded || state.settings.started) {
        GST_ELEMENT_WARNING(
            self, CORE, PAD,
            ("no pad is given: %s", state.encoded
                                        ? "there is one 'encoded', which is requested already"
                                        : "'encoded' is requested before the element starts; set "
                                          "the element to READY first"),
            (nullptr));
        return nullptr;
    }
    GstAppSrc *source = add_source(self, "encoded", most_encoded_waiting);
    if (source == nullptr)
        return nullptr;
    state.encoded = std::make_shared<fovea::CameraOutput>(source);
    return add_pad(self, source, "encoded", templ);
}

void release_pad(GstElement *self, GstPad *pad)
{
    state_of(self)->encoded.reset(); // in play the connection still has it, and delivers to nobody
    g_autoptr(GstElement) source = child(self, "encoded");
    if (source != nullptr) { // else the element is taken apart, and its children went first
        // before the pad goes, or it would be an error; locked, or a bin that begins to play takes it along
        gst_element_set_locked_state(source, TRUE);
        gst_element_set_state(source, GST_STATE_NULL);
        gst_bin_remove(GST_BIN(self), source);
    }
    gst_element_remove_pad(self, pad);
}

GstStructure *stats_of(const CameraState &state)
{
    const auto count = [](std::uint64_t value) { return static_cast<guint64>(value); };
    return gst_structure_new("application/x-fovea-camera-stats", "up", G_TYPE_BOOLEAN,
                             state.counts.up ? TRUE : FALSE, "picture", G_TYPE_STRING,
                             fovea::name_of(fovea::picture_states, state.counts.picture.load()),
                             "connections", G_TYPE_UINT64, count(state.counts.connections),
                             "losses", G_TYPE_UINT64, count(state.counts.losses), "loops",
                             G_TYPE_UINT64, count(state.counts.loops), "frames", G_TYPE_UINT64,
                             count(state.video->delivered()), "dropped", G_TYPE_UINT64,
                             count(state.video->dropped()), "jumps", G_TYPE_UINT64,
                             count(state.video->jumps()), nullptr);
}

const fovea::PropertyTable<fovea::CameraOptions> &properties()
{
    using Options = fovea::CameraOptions;
    static const auto table = [] {
        constexpr guint most_ms = 3'600'000;
        fovea::PropertyTable<Options> table;
        table.add(
            "uri", "URI",
            "Where the camera is: rtsp://..., http://..., /dev/videoN, a file, or another URI",
            &Options::uri);
        table.add("credentials", "Credentials",
                  "Where user:password stand: file:PATH or env:NAME; empty: in the URI, or none",
                  &Options::credentials);
        table.add(
            "ca-file", "CA file",
            "PEM certificates that the camera's is checked with, in place of the system's: of "
            "authorities, or its own (which by RTSP needs not name its address)",
            &Options::ca_file);
        table.add_choice("transport", "Transport", "How RTP comes from an RTSP camera",
                         &Options::transport,
                         fovea::enum_type("GstFoveaCameraTransport", fovea::camera_transports));
        table.add("latency", "Latency",
                  "Milliseconds for which packets of an RTSP camera are put in order",
                  &Options::latency_ms, 0, most_ms);
        table.add("timeout", "Timeout",
                  "Milliseconds without a frame after which the camera counts as stalled",
                  &Options::timeout_ms, 100, most_ms);
        table.add("frozen-timeout", "Frozen timeout",
                  "Milliseconds of the same picture after which it counts as frozen; 0: never",
                  &Options::frozen_timeout_ms, 0, most_ms);
        table.add("retry-min", "Least pause",
                  "Milliseconds before the first try to connect again; each further pause is twice "
                  "as long",
                  &Options::retry_min_ms, 1, most_ms);
        table.add("retry-max", "Longest pause", "Milliseconds that a pause lasts at most",
                  &Options::retry_max_ms, 1, most_ms);
        table.add("loop", "Loop",
                  "Begin a file again at its end, without a pause; otherwise it counts as lost",
                  &Options::loop);
        table.add(
            "check-picture", "Check picture",
            "Tell when the picture is black, covered, turned away or mostly damaged, and flag such "
            "frames CORRUPTED",
            &Options::check_picture);
        table.add_stats("Whether it is up; what the picture is worth; connections, losses, "
                        "loops of a file; frames given and dropped, jumps of the camera's "
                        "stamps (uint64 each, since the element was made)",
                        [](GObject *object) { return stats_of(*state_of(object)); });
        return table;
    }();
    return table;
}

void finalize(GObject *object)
{
    delete state_of(object);
    G_OBJECT_CLASS(gst_fovea_camera_parent_class)->finalize(object);
}

} // namespace

static void gst_fovea_camera_init(GstFoveaCamera *self)
{
    self->state = new CameraState;
    auto *element = GST_ELEMENT(self);
    GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SOURCE);
    gst_bin_set_suppressed_flags(GST_BIN(self), GST_ELEMENT_FLAG_SOURCE);
    GstAppSrc *source = add_source(element, "video", most_frames_waiting);
    g_return_if_fail(source != nullptr); // of gst-plugins-base, as is what links to it
    self->state->video.emplace(source);
    g_autoptr(GstPadTemplate) templ = gst_static_pad_template_get(&src_template);
    add_pad(element, source, "src", templ);
}

static void gst_fovea_camera_class_init(GstFoveaCameraClass *klass)
{
    auto *object_class = G_OBJECT_CLASS(klass);
    auto *element_class = GST_ELEMENT_CLASS(klass);

    object_class->finalize = finalize;
    element_class->change_state = change_state;
    element_class->request_new_pad = request_new_pad;
    element_class->release_pad = release_pad;
    fovea::install_properties<properties, state_of>(object_class);

    gst_element_class_add_static_pad_template(element_class, &src_template);
    gst_element_class_add_static_pad_template(element_class, &encoded_template);
    gst_element_class_set_static_metadata(
        element_class, "Camera", "Source/Video",
        "Video of a camera that may come, go and stall, as one stream that does not end",
        "The Fovea authors");
}
