// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <thread>

#include <gst/rtsp-server/rtsp-server.h>

#include "fovea/core/random.h"

namespace fovea::test {

/** \brief A camera: an RTSP server of its own, on a thread, that can be switched off and on */
class RtspCamera
{
public:
    /** \param launch what it sends, in the form of GstRTSPMediaFactory; elements are found by name */
    explicit RtspCamera(std::string launch) : launch_(std::move(launch)) {}

    ~RtspCamera() { switch_off(); }

    RtspCamera(const RtspCamera &) = delete;
    RtspCamera &operator=(const RtspCamera &) = delete;

    void asks_for(std::string user, std::string password)
    {
        user_ = std::move(user);
        password_ = std::move(password);
    }

    /** \brief By TLS, whoever asks: rtsps */
    void shows(const std::string &certificate, const std::string &key)
    {
        certificate_ = certificate;
        key_ = key;
    }

    void sends(std::string launch) { launch_ = std::move(launch); }

    /** \brief Another address of this machine than the loopback's */
    void listens_at(std::string address) { address_ = std::move(address); }

    /** \brief So many of a hundred RTP packets never arrive, from the next connection on */
    void loses(unsigned percent) { lost_percent_ = percent; }

    /**
     * \brief Each client has an encoder of its own
     *
     * Where they share one, GStreamer's server sends nobody anything while TCP still waits for a client that vanished.
     */
    void serves_each_apart() { shared_ = FALSE; }

    void switch_on()
    {
        context_ = g_main_context_new();
        server_ = gst_rtsp_server_new();
        gst_rtsp_server_set_address(server_, address_.c_str());
        gst_rtsp_server_set_service(server_, std::to_string(port_).c_str()); // 0: any
        g_autoptr(GstRTSPMountPoints) mounts = gst_rtsp_server_get_mount_points(server_);
        GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new();
        gst_rtsp_media_factory_set_launch(factory, launch_.c_str());
        gst_rtsp_media_factory_set_shared(factory, shared_);
        g_signal_connect(factory, "media-configure", G_CALLBACK(keep_media), this);
        if (!user_.empty())
            protect(factory);
        if (!certificate_.empty())
            secure(factory);
        gst_rtsp_mount_points_add_factory(mounts, "/main", factory);
        GSource *source = gst_rtsp_server_create_source(server_, nullptr, nullptr);
        g_source_attach(source, context_);
        g_source_unref(source);
        port_ = gst_rtsp_server_get_bound_port(server_);
        source_ = source;
        loop_ = g_main_loop_new(context_, FALSE);
        thread_ = std::thread([this] {
            g_main_context_push_thread_default(context_);
            g_main_loop_run(loop_);
            g_main_context_pop_thread_default(context_);
        });
    }

    /** \brief All connections are cut, and nobody listens */
    void switch_off()
    {
        if (!thread_.joinable())
            return;
        g_source_destroy(source_);
        GList *gone = gst_rtsp_server_client_filter(
            server_,
            [](GstRTSPServer *, GstRTSPClient *, gpointer) { return GST_RTSP_FILTER_REMOVE; },
            nullptr);
        g_list_free(gone);
        GSource *last = g_idle_source_new(); // a quit before the loop runs would be lost
        g_source_set_callback(
            last,
            [](gpointer loop) {
                g_main_loop_quit(static_cast<GMainLoop *>(loop));
                return G_SOURCE_REMOVE;
            },
            loop_, nullptr);
        g_source_attach(last, context_);
        g_source_unref(last);
        thread_.join();
        g_clear_object(&media_);
        g_clear_object(&server_);
        g_main_loop_unref(loop_);
        g_main_context_unref(context_);
    }

    std::string uri() const
    {
        return (certificate_.empty() ? "rtsp://" : "rtsps://") + address_ + ":" +
               std::to_string(port_) + "/main";
    }

    /** \brief Sets a property of an element of what is being sent */
    void set(const char *element, const char *property, const char *value)
    {
        g_autoptr(GstElement) top = gst_rtsp_media_get_element(media_);
        g_autoptr(GstElement) found = gst_bin_get_by_name(GST_BIN(top), element);
        gst_util_set_object_arg(G_OBJECT(found), property, value);
    }

private:
    static void keep_media(GstRTSPMediaFactory *, GstRTSPMedia *media, gpointer data)
    {
        auto *self = static_cast<RtspCamera *>(data);
        g_set_object(&self->media_, media);
        if (self->lost_percent_ == 0)
            return;
        g_autoptr(GstElement) top = gst_rtsp_media_get_element(media);
        g_autoptr(GstElement) payloader = gst_bin_get_by_name(GST_BIN(top), "pay0");
        g_autoptr(GstPad) pad = gst_element_get_static_pad(payloader, "src");
        const auto types = static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER |
                                                        GST_PAD_PROBE_TYPE_BUFFER_LIST);
        gst_pad_add_probe(pad, types, lose_some, self, nullptr);
    }

    /* A list holds the packets of one frame: those of it that are lost are taken out */
    static GstPadProbeReturn lose_some(GstPad *, GstPadProbeInfo *info, gpointer data)
    {
        auto *self = static_cast<RtspCamera *>(data);
        const auto is_lost = [self] { return self->random_.below(100) < self->lost_percent_; };
        if ((info->type & GST_PAD_PROBE_TYPE_BUFFER) != 0)
            return is_lost() ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
        GstBufferList *list = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
        for (guint i = gst_buffer_list_length(list); i > 0; --i)
            if (is_lost())
                gst_buffer_list_remove(list, i - 1, 1);
        info->data = list;
        return gst_buffer_list_length(list) > 0 ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
    }

    void protect(GstRTSPMediaFactory *factory)
    {
        g_autoptr(GstRTSPAuth) auth = gst_rtsp_auth_new();
        GstRTSPToken *token =
            gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "viewer", nullptr);
        g_autofree gchar *basic = gst_rtsp_auth_make_basic(user_.c_str(), password_.c_str());
        gst_rtsp_auth_add_basic(auth, basic, token);
        gst_rtsp_token_unref(token);
        gst_rtsp_server_set_auth(server_, auth);
        gst_rtsp_media_factory_add_role(factory, "viewer", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS,
                                        G_TYPE_BOOLEAN, TRUE, GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT,
                                        G_TYPE_BOOLEAN, TRUE, nullptr);
    }

    void secure(GstRTSPMediaFactory *factory)
    {
        g_autoptr(GstRTSPAuth) auth = gst_rtsp_auth_new();
        g_autoptr(GTlsCertificate) certificate =
            g_tls_certificate_new_from_files(certificate_.c_str(), key_.c_str(), nullptr);
        gst_rtsp_auth_set_tls_certificate(auth, certificate);
        GstRTSPToken *token = gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING,
                                                 "anybody", nullptr);
        gst_rtsp_auth_set_default_token(auth, token);
        gst_rtsp_token_unref(token);
        gst_rtsp_server_set_auth(server_, auth);
        gst_rtsp_media_factory_add_role(factory, "anybody", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS,
                                        G_TYPE_BOOLEAN, TRUE, GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT,
                                        G_TYPE_BOOLEAN, TRUE, nullptr);
    }

    std::string launch_;
    std::string address_ = "127.0.0.1";
    std::string user_;
    std::string password_;
    std::string certificate_; ///< PEM file; empty: without TLS
    std::string key_;
    gboolean shared_ = TRUE;
    unsigned lost_percent_ = 0;
    Random random_{5};
    int port_ = 0;
    GMainContext *context_ = nullptr;
    GMainLoop *loop_ = nullptr;
    GSource *source_ = nullptr; ///< the context's
    GstRTSPServer *server_ = nullptr;
    GstRTSPMedia *media_ = nullptr;
    std::thread thread_;
};

} // namespace fovea::test
