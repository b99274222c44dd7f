// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <gst/gst.h>

#include "camera/camera_options.h"
#include "camera/camera_sockets.h"
#include "camera/camera_uri.h"
#include "fovea/core/names.h"
#include "fovea/core/time.h"

namespace fovea {

/** \brief Why a connection ended */
enum class CameraLoss { Failed, Refused, Unauthorised, Ended, Stalled, Frozen };

constexpr Named<CameraLoss> camera_losses[] = {
    {CameraLoss::Failed, "failed", "The source or the decoder gave up"},
    {CameraLoss::Refused, "refused", "There is nobody, or nothing of this name"},
    {CameraLoss::Unauthorised, "unauthorised", "User name or password were not accepted"},
    {CameraLoss::Ended, "ended", "The camera said that its stream ends"},
    {CameraLoss::Stalled, "stalled", "No frame came for a while"},
    {CameraLoss::Frozen, "frozen", "The same picture came again and again"}};

struct CameraEnd {
    CameraLoss loss = CameraLoss::Failed;
    std::string text; ///< one line, without secrets
    std::string
        leads_to; ///< where the camera said that it is instead, of the same scheme, host and port; else empty
};

/**
 * \brief One connection to a camera, from its source to decoded frames
 *
 * A pipeline of its own, so that its errors, its end and its restart touch nothing downstream. It
 * runs by the clock that is given; files are read at their own speed.
 */
class CameraConnection
{
public:
    /** \brief Called on threads of the connection, (transfer none) */
    using Deliver = std::function<void(GstSample *)>;

    /**
     * \param base clock time at which the running time of the frames' taker was 0
     * \param encoded gets the stream as it came; empty: nobody wants it
     * \throw Error Init when an element that it needs is missing
     */
    CameraConnection(const CameraUri &camera, const CameraOptions &options, GstClock *clock,
                     GstClockTime base, Deliver video, Deliver encoded);
    ~CameraConnection();
    CameraConnection(const CameraConnection &) = delete;
    CameraConnection &operator=(const CameraConnection &) = delete;

    /**
     * \brief No frame comes yet. A file or an HTTP server may take as long as the timeout
     * \param gives_up asked meanwhile: whether nobody wants it any more
     * \return what leads from the frames' running time to the taker's
     */
    Nanoseconds prepare(const std::function<bool()> &gives_up);

    /** \brief Frames may come before it returns */
    void play();

    /** \brief Waits at most so long for its end */
    std::optional<CameraEnd> wait(std::chrono::milliseconds time);

private:
    GstElement *add(const char *factory, const char *name);
    void add_source();
    static gboolean accept_certificate(GstElement *source, GTlsConnection *connection,
                                       GTlsCertificate *certificate, GTlsCertificateFlags wrong,
                                       gpointer self);
    static gboolean select_stream(GstElement *source, guint number, GstCaps *caps, gpointer self);
    static gboolean before_request(GstElement *source, gpointer request, gpointer self);
    CameraEnd led_away(const std::string &location) const;
    void add_encoded();

    struct Unref {
        void operator()(gpointer object) const { gst_object_unref(object); }
    };

    CameraUri camera_;
    CameraOptions options_;
    GstClockTime base_;
    Deliver video_;
    Deliver encoded_;
    std::unique_ptr<GstElement, Unref> pipeline_;
    GstElement *sink_ = nullptr;         ///< of decoded frames; the pipeline's, as all below
    GstElement *encoded_sink_ = nullptr; ///< null: nobody asked for them
    GstElement *tee_ = nullptr;
    GstElement *parse_ = nullptr;
    GstElement *decode_ = nullptr;
    std::unique_ptr<GstPad, Unref> encoded_pad_; ///< to the sink of the encoded stream
    gulong held_back_ = 0;                       ///< probe of that, until frames may come
    std::atomic<guint> untrusted_{0}; ///< GTlsCertificateFlags of the certificate that it showed
    std::atomic<bool> is_led_away_{false};  ///< by RTSP: it leads elsewhere, and was cut
    std::string elsewhere_;                 ///< where, once it is
    std::atomic<bool> offers_video_{false}; ///< by RTSP, as the next
    std::atomic<bool> offers_other_{false}; ///< sound, or what its analysis says
    CameraSockets sockets_;                 ///< of RTSP
    std::string location_;                  ///< last that a source of HTTP was told
    std::string missing_;                   ///< element, as missing_element() said last
};

} // namespace fovea
