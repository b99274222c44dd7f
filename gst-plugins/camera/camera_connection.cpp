// SPDX-License-Identifier: MIT
#include "camera/camera_connection.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <gst/app/gstappsink.h>
#include <gst/rtsp/gstrtspmessage.h>

#include <unistd.h>

#include "camera/camera_words.h"
#include "camera/http_redirection.h"
#include "camera/stream_limits.h"
#include "fovea/core/errors.h"
#include "fovea/core/named_thread.h"
#include "fovea/core/stop_flag.h"

namespace fovea {

namespace {

constexpr GstClockTime ask_every = 50 * GST_MSECOND;
// rtspsrc waits a tenth of a second for an answer, its decoders may have much to do; a watch that stops waits 10 s
constexpr std::chrono::seconds longest_goodbye(8);

bool is_video(GstPad *pad)
{
    g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
    if (caps == nullptr)
        caps = gst_pad_query_caps(pad, nullptr);
    if (gst_caps_is_empty(caps) || gst_caps_is_any(caps))
        return false;
    const GstStructure *first = gst_caps_get_structure(caps, 0);
    const gchar *media = gst_structure_get_string(first, "media"); // of RTP
    const gchar *name = gst_structure_get_name(first);
    return g_strcmp0(media, "video") == 0 || g_str_has_prefix(name, "video/") != FALSE ||
           g_str_has_prefix(name, "image/") != FALSE;
}

/* What else comes (sound, a second video) stays unlinked */
void link_video(GstElement *, GstPad *pad, gpointer next)
{
    g_autoptr(GstPad) sink = gst_element_get_static_pad(GST_ELEMENT(next), "sink");
    if (gst_pad_is_linked(sink) == FALSE && is_video(pad))
        gst_pad_link(pad, sink);
}

/* What a source hands over may be a container, whose name says nothing */
void link_any(GstElement *, GstPad *pad, gpointer next)
{
    g_autoptr(GstPad) sink = gst_element_get_static_pad(GST_ELEMENT(next), "sink");
    if (gst_pad_is_linked(sink) == FALSE)
        gst_pad_link(pad, sink);
}

bool has_property(GstElement *element, const char *name)
{
    return g_object_class_find_property(G_OBJECT_GET_CLASS(element), name) != nullptr;
}

/* Of HTTP and its like, where the source takes them. It would say the login to whomever it is led to as well */
void set_up_source(GstElement *, GstElement *source, gpointer data)
{
    const auto *camera = static_cast<const CameraUri *>(data);
    if (camera->trust.database() != nullptr && has_property(source, "tls-database"))
        g_object_set(source, "tls-database", camera->trust.database(), nullptr);
    if (camera->login.user.empty() || !has_property(source, "user-id") ||
        !has_property(source, "user-pw"))
        return;
    g_object_set(source, "user-id", camera->login.user.c_str(), "user-pw",
                 camera->login.password.c_str(), nullptr);
    if (has_property(source, "automatic-redirect"))
        g_object_set(source, "automatic-redirect", FALSE, nullptr);
}

GstFlowReturn take_sample(GstAppSink *sink, gpointer deliver)
{
    const std::unique_ptr<GstSample, decltype(&gst_sample_unref)> sample(
        gst_app_sink_pull_sample(sink), gst_sample_unref);
    if (sample == nullptr)
        return GST_FLOW_EOS;
    (*static_cast<CameraConnection::Deliver *>(deliver))(sample.get());
    return GST_FLOW_OK;
}

void deliver_to(CameraConnection::Deliver *deliver, GstElement *sink)
{
    GstAppSinkCallbacks callbacks = {};
    callbacks.new_sample = take_sample;
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, deliver, nullptr);
}

const char *transport_flags(CameraTransport transport)
{
    switch (transport) {
    case CameraTransport::Tcp:
        return "tcp+tls";
    case CameraTransport::Udp:
        return "udp+udp-mcast";
    case CameraTransport::Auto:
        break;
    }
    return "udp+udp-mcast+tcp+tls";
}

CameraLoss loss_of(const GError &error)
{
    if (error.domain != GST_RESOURCE_ERROR)
        return CameraLoss::Failed;
    switch (error.code) {
    case GST_RESOURCE_ERROR_NOT_AUTHORIZED:
        return CameraLoss::Unauthorised;
    case GST_RESOURCE_ERROR_NOT_FOUND:
    case GST_RESOURCE_ERROR_OPEN_READ:
    case GST_RESOURCE_ERROR_OPEN_READ_WRITE:
        return CameraLoss::Refused;
    default:
        return CameraLoss::Failed;
    }
}

/* GStreamer's words name neither file nor address. \return words that do */
std::string with_place(const CameraUri &camera, const std::string &words)
{
    if (camera.kind == CameraUri::Kind::File) {
        g_autofree gchar *path = g_filename_from_uri(camera.uri.c_str(), nullptr, nullptr);
        if (path == nullptr)
            return words;
        const std::string why = access(path, R_OK) == 0
                                    ? words
                                    : std::error_code(errno, std::generic_category()).message();
        return std::string("expected a video file, got '") + path + "': " + why +
               "; correct the camera's uri, or put one there";
    }
    const std::string place =
        camera.kind == CameraUri::Kind::V4l2 ? "" : told_place(camera.uri, camera.uri);
    return place.empty() ? words : "'" + place + "': " + words;
}

} // namespace

CameraConnection::CameraConnection(const CameraUri &camera, const CameraOptions &options,
                                   GstClock *clock, GstClockTime base, Deliver video,
                                   Deliver encoded)
    : camera_(camera),
      options_(options),
      base_(base),
      video_(std::move(video)),
      encoded_(std::move(encoded)),
      pipeline_(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("camera"))))
{
    gst_pipeline_use_clock(GST_PIPELINE(pipeline_.get()), clock);
    parse_ = add("parsebin", "parse");
    tee_ = add("tee", "encoded");
    GstElement *queue = add("queue", "queue");
    decode_ = add("decodebin", "decode");
    sink_ = add("appsink", "frames");
    deliver_to(&video_, sink_);
    g_autoptr(GstCaps) caps = gst_caps_new_empty_simple("video/x-raw");
    g_object_set(sink_, "caps", caps, "max-buffers", 1U, "enable-last-sample", FALSE, nullptr);
    gst_element_link_many(tee_, queue, decode_, nullptr);
    g_signal_connect(parse_, "pad-added", G_CALLBACK(link_video), tee_);
    g_signal_connect(decode_, "pad-added", G_CALLBACK(link_video), sink_);
    add_source();
    limit_stream(parse_, tee_, decode_);
    if (encoded_)
        add_encoded();
}

CameraConnection::~CameraConnection()
{
    if (camera_.kind != CameraUri::Kind::Rtsp) {
        gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
        return;
    }
    StopFlag gone;
    std::thread patience;
    try {
        patience = named_thread("fovea-goodbye", [this, &gone] {
            if (!gone.wait(longest_goodbye))
                sockets_.cut();
        });
    } catch (const std::system_error &) {
        sockets_.cut(); // nobody would be there to end an answer without end
    }
    gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
    gone.stop();
    if (patience.joinable())
        patience.join();
}

GstElement *CameraConnection::add(const char *factory, const char *name)
{
    GstElement *element = gst_element_factory_make(factory, name);
    if (element == nullptr)
        throw Error(Error::Kind::Init,
                    std::string("GStreamer's element ") + factory +
                        " is missing; install gstreamer1.0-plugins-base and -good");
    gst_bin_add(GST_BIN(pipeline_.get()), element);
    return element;
}

void CameraConnection::add_source()
{
    switch (camera_.kind) {
    case CameraUri::Kind::Rtsp: {
        GstElement *source = add("rtspsrc", "source");
        gst_util_set_object_arg(G_OBJECT(source), "protocols", transport_flags(options_.transport));
        g_object_set(source, "location", camera_.uri.c_str(), "latency", options_.latency_ms,
                     "drop-on-latency", TRUE, "tcp-timeout",
                     static_cast<guint64>(options_.timeout_ms) * G_TIME_SPAN_MILLISECOND, nullptr);
        if (!camera_.login.user.empty())
            g_object_set(source, "user-id", camera_.login.user.c_str(), "user-pw",
                         camera_.login.password.c_str(), nullptr);
        if (camera_.trust.database() != nullptr)
            g_object_set(source, "tls-database", camera_.trust.database(), nullptr);
        g_signal_connect(source, "accept-certificate", G_CALLBACK(accept_certificate), this);
        g_signal_connect(source, "before-send", G_CALLBACK(before_request), this);
        g_signal_connect(source, "select-stream", G_CALLBACK(select_stream), this);
        g_signal_connect(source, "pad-added", G_CALLBACK(link_video), parse_);
        break;
    }
    case CameraUri::Kind::V4l2: {
        GstElement *source = add("v4l2src", "source");
        g_autofree gchar *device = gst_uri_get_location(camera_.uri.c_str());
        g_object_set(source, "device", device, nullptr);
        gst_element_link(source, parse_);
        break;
    }
    case CameraUri::Kind::File:
    case CameraUri::Kind::Other: {
        GstElement *source = add("urisourcebin", "source");
        g_object_set(source, "uri", camera_.uri.c_str(), nullptr);
        g_signal_connect(source, "source-setup", G_CALLBACK(set_up_source), &camera_);
        g_signal_connect(source, "pad-added", G_CALLBACK(link_any), parse_);
        break;
    }
    }
}

/* On a thread of the source, of each stream that is offered */
gboolean CameraConnection::select_stream(GstElement *, guint, GstCaps *caps, gpointer self)
{
    auto *connection = static_cast<CameraConnection *>(self);
    const GstStructure *first = gst_caps_get_structure(caps, 0);
    const bool is_video = g_strcmp0(gst_structure_get_string(first, "media"), "video") == 0;
    (is_video ? connection->offers_video_ : connection->offers_other_) = true;
    return is_video ? TRUE : FALSE;
}

/* Only asked of one that the certificates do not prove; on a thread of the source */
gboolean CameraConnection::accept_certificate(GstElement *, GTlsConnection *,
                                              GTlsCertificate *certificate,
                                              GTlsCertificateFlags wrong, gpointer self)
{
    auto *connection = static_cast<CameraConnection *>(self);
    constexpr guint of_its_own = G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_BAD_IDENTITY |
                                 G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED;
    if ((static_cast<guint>(wrong) & ~of_its_own) == 0 &&
        connection->camera_.trust.has(certificate))
        return TRUE;
    connection->untrusted_ = static_cast<guint>(wrong);
    return FALSE;
}

/*
 * On the source's thread, connected to where the request goes. A source that is led elsewhere would say the login to
 * whoever asks for it there, and whoever asks for none could stand in for the camera. A request that is refused here
 * rtspsrc takes for answered: the connection is cut.
 */
gboolean CameraConnection::before_request(GstElement *source, gpointer request, gpointer self)
{
    auto *connection = static_cast<CameraConnection *>(self);
    const CameraUri &camera = connection->camera_;
    const auto *message = static_cast<const GstRTSPMessage *>(request);
    connection->sockets_.take_last(message->type == GST_RTSP_MESSAGE_REQUEST &&
                                   message->type_data.request.method == GST_RTSP_TEARDOWN);
    g_autofree gchar *location = nullptr;
    g_object_get(source, "location", &location, nullptr);
    if (camera.login.user.empty() || location == nullptr || location == camera.uri ||
        !place_of_same_host(camera.uri, location).empty())
        return TRUE;
    if (!connection->is_led_away_) {
        connection->elsewhere_ = location;
        connection->is_led_away_ = true;
    }
    g_object_set(source, "user-id", nullptr, "user-pw", nullptr, nullptr);
    connection->sockets_.cut();
    return TRUE;
}

CameraEnd CameraConnection::led_away(const std::string &location) const
{
    const std::string place = told_place(camera_.uri, location);
    return {CameraLoss::Refused,
            camera_.without_secrets("it leads to another address" +
                                    (place.empty() ? "" : ", " + place) +
                                    "; with a login it is not followed: name that"),
            ""};
}

void CameraConnection::add_encoded()
{
    GstElement *queue = add("queue", "encoded-queue");
    encoded_sink_ = add("appsink", "encoded-frames");
    g_object_set(encoded_sink_, "async", FALSE, "enable-last-sample", FALSE, nullptr);
    deliver_to(&encoded_, encoded_sink_);
    gst_element_link_many(tee_, queue, encoded_sink_, nullptr);
    // what lies before a file's segment, as frames in another order do, a sink would not hold back until it plays
    encoded_pad_.reset(gst_element_get_static_pad(queue, "src"));
    held_back_ = gst_pad_add_probe(
        encoded_pad_.get(),
        static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER),
        [](GstPad *, GstPadProbeInfo *, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
}

Nanoseconds CameraConnection::prepare(const std::function<bool()> &gives_up)
{
    const bool live =
        gst_element_set_state(pipeline_.get(), GST_STATE_PAUSED) == GST_STATE_CHANGE_NO_PREROLL;
    g_object_set(sink_, "sync", live ? FALSE : TRUE, nullptr);
    if (encoded_sink_ != nullptr) // a file is read ahead of its time
        g_object_set(encoded_sink_, "sync", live ? FALSE : TRUE, nullptr);
    GstClockTime base = base_;
    if (!live) { // its first frame is taken now
        g_autoptr(GstClock) clock = gst_pipeline_get_clock(GST_PIPELINE(pipeline_.get()));
        const gint64 until = g_get_monotonic_time() + options_.timeout_ms * G_TIME_SPAN_MILLISECOND;
        while (gst_element_get_state(pipeline_.get(), nullptr, nullptr, ask_every) ==
                   GST_STATE_CHANGE_ASYNC &&
               g_get_monotonic_time() < until && !gives_up()) {
        }
        base = gst_clock_get_time(clock);
    }
    gst_element_set_start_time(pipeline_.get(), GST_CLOCK_TIME_NONE);
    gst_element_set_base_time(pipeline_.get(), base);
    return static_cast<Nanoseconds>(base) - static_cast<Nanoseconds>(base_);
}

void CameraConnection::play()
{
    if (encoded_pad_ != nullptr)
        gst_pad_remove_probe(encoded_pad_.get(), held_back_);
    gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

std::optional<CameraEnd> CameraConnection::wait(std::chrono::milliseconds time)
{
    g_autoptr(GstBus) bus = gst_pipeline_get_bus(GST_PIPELINE(pipeline_.get()));
    g_autoptr(GstMessage) message = gst_bus_timed_pop_filtered(
        bus, static_cast<GstClockTime>(time.count()) * GST_MSECOND,
        static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS | GST_MESSAGE_ELEMENT));
    if (message == nullptr)
        return std::nullopt;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT) {
        if (const std::string location = location_of(message); !location.empty())
            location_ = location;
        if (const std::string missing = missing_element(message); !missing.empty())
            missing_ = missing;
        return std::nullopt;
    }
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS)
        return CameraEnd{CameraLoss::Ended, "the stream ended", ""};
    if (!camera_.login.user.empty() && is_led_elsewhere(message)) {
        const std::string to = place_of_same_host(camera_.uri, location_);
        if (to.empty())
            return led_away(location_);
        return CameraEnd{CameraLoss::Refused,
                         "it leads from one of its addresses to the next without end", to};
    }
    if (const auto wrong = static_cast<GTlsCertificateFlags>(untrusted_.load()); wrong != 0)
        return CameraEnd{CameraLoss::Refused, camera_.trust.why_untrusted(wrong), ""};
    if (is_led_away_)
        return led_away(elsewhere_);
    if (offers_other_ && !offers_video_)
        return CameraEnd{CameraLoss::Failed, "it offers no video, only sound or data", ""};
    g_autoptr(GError) error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    const CameraLoss loss = loss_of(*error);
    const std::string words = words_of(message, missing_);
    return CameraEnd{
        loss,
        camera_.without_secrets(loss == CameraLoss::Refused ? with_place(camera_, words) : words),
        ""};
}

} // namespace fovea
